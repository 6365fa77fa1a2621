import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { CodedError } from '#platform';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from '../config.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { cleanText } from '../ingest/text-column.js';
import { BookingMetrics } from './booking-metrics.js';
import { BookingProcessor } from './booking-processor.service.js';
import type { SchedulingProvider } from './providers/scheduling-provider.js';
import { isSignedBy } from './webhook-signature.js';

/** Real deliveries have some kilobytes. */
const MAX_BODY_BYTES = 256 * 1024;
const MAX_EVENT_CHARACTERS = 100;
/** A signature older than this, or as far ahead, is worth a line in the log: a retry, a replay or a wrong clock. */
const STALE_MS = 180_000;

const STORE = `
INSERT INTO booking_deliveries (provider, delivery_key, event, body) VALUES ($1, $2, $3, $4)
ON CONFLICT (provider, delivery_key) DO NOTHING RETURNING delivery_id`;

class WebhookRefusedError extends CodedError {}

/** Takes what scheduling services deliver: checks the signature, stores, and leaves the rest to the processor. */
@Injectable()
export class DeliveryInbox {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(ANALYTICS_CONFIG) private readonly config: AnalyticsServiceConfig,
    private readonly processor: BookingProcessor,
    private readonly metrics: BookingMetrics,
    private readonly logger: PinoLogger,
  ) {}

  /**
   * Stores a delivery that is signed, whatever it holds, and wakes the processor. A delivery that is stored already is
   * answered as a repetition: sending it again does nothing.
   * @throws WebhookRefusedError when it cannot be trusted
   */
  async receive(
    provider: SchedulingProvider,
    body: Buffer | undefined,
    header: string | undefined,
  ): Promise<{ repeated: boolean }> {
    const bytes = body ?? Buffer.alloc(0);
    this.check(provider, bytes, header);
    const json = parseJson(bytes);
    const identity = provider.identify(json) ?? bytes;
    const rows: unknown[] = await this.dataSource.query(STORE, [
      provider.name,
      createHash('sha256').update(identity).digest('base64url'),
      toEventName(provider.nameEvent(json)),
      bytes,
    ]);
    const repeated = rows.length === 0;
    (repeated ? this.metrics.repeated : this.metrics.received).inc({ provider: provider.name });
    if (!repeated) this.processor.wake();
    return { repeated };
  }

  private check(provider: SchedulingProvider, body: Buffer, header: string | undefined): void {
    const keys = this.config[provider.setting];
    if (keys.length === 0) throw this.refuse(provider, 'not_configured');
    if (body.length > MAX_BODY_BYTES) throw this.refuse(provider, 'too_large');
    if (!header) throw this.refuse(provider, 'no_signature');
    const signature = provider.readSignature(header);
    if (!signature || !isSignedBy(keys, signature, body)) throw this.refuse(provider, 'wrong_signature');
    const ageMs = signature.signedAtMs === undefined ? 0 : Date.now() - signature.signedAtMs;
    if (Math.abs(ageMs) <= STALE_MS) return;
    this.metrics.stale.inc({ provider: provider.name });
    this.logger.info(
      { provider: provider.name, age_ms: ageMs },
      'delivery signed long ago, or in the future',
    );
  }

  private refuse(provider: SchedulingProvider, reason: keyof typeof REFUSALS): WebhookRefusedError {
    this.metrics.refused.inc({ provider: provider.name, reason });
    const { code, kind, message } = REFUSALS[reason];
    const retryAfterSeconds = kind === 'unavailable' ? 60 : undefined;
    return new WebhookRefusedError({ code, kind, message: message(provider), retryAfterSeconds });
  }
}

const REFUSALS = {
  not_configured: {
    code: 'webhook_not_configured',
    kind: 'unavailable',
    message: ({ label, setting }: SchedulingProvider) =>
      `Webhooks of ${label} are taken once ${setting} holds their signing key.`,
  },
  too_large: {
    code: 'body_too_large',
    kind: 'too_large',
    message: () => 'The body is larger than this call accepts.',
  },
  no_signature: {
    code: 'no_signature',
    kind: 'unauthenticated',
    message: ({ label, header }: SchedulingProvider) =>
      `The ${header} header is missing: give the webhook a signing key in ${label}.`,
  },
  wrong_signature: {
    code: 'wrong_signature',
    kind: 'unauthenticated',
    message: ({ setting }: SchedulingProvider) =>
      `The signature is not that of this body by a key in ${setting}.`,
  },
} as const;

/** Undefined for what is not JSON: it is stored all the same, and parked. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function toEventName(event: string | undefined): string | null {
  return event === undefined ? null : cleanText(event.slice(0, MAX_EVENT_CHARACTERS));
}
