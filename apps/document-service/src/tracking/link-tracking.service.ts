import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Counter } from 'prom-client';
import { LINK_CLIENT, type LinkClient, type MintResult } from '#contracts';
import { Metrics } from '#platform';
import { DOCUMENT_SERVICE_CONFIG, type DocumentServiceConfig } from '../config.js';
import type { LinkVariable } from '../rendering/link-marks.js';
import type { DocumentWarning } from '../rendering/render-warnings.js';
import { LINK_FUNCTIONS } from './link-functions.js';

export interface TrackingRequest {
  destinations: ReadonlyMap<LinkVariable, URL>;
  userId: string;
  jobId?: string;
  applicationId?: string;
  /** False when the caller wants the original URLs in this document. */
  wanted: boolean;
  /** Shown in lists of links: `Resume`. */
  documentName: string;
}

export interface TrackedLink {
  originalUrl: string;
  /** Absent where the original URL goes into the document. */
  tracked?: { trackingId: string; redirectUrl: string };
}

/** How tracking went, as the answer tells it. `fallback`: at least one link that should be tracked is not. */
export interface TrackingOutcome {
  enabled: boolean;
  fallback: boolean;
  reason?: string;
  links: Map<LinkVariable, TrackedLink>;
  warnings: DocumentWarning[];
}

/** Gets a document's tracked links. It never fails: whatever goes wrong, the original URL takes the link's place. */
@Injectable()
export class LinkTrackingService {
  private readonly fallbacks: Counter<'reason'>;

  constructor(
    @Inject(LINK_CLIENT) private readonly client: LinkClient,
    @Inject(DOCUMENT_SERVICE_CONFIG) private readonly config: DocumentServiceConfig,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.fallbacks = new Counter({
      name: 'footfall_documents_untracked_links_total',
      help: 'Links that went into a document with their original URL although tracking was asked for.',
      labelNames: ['reason'],
      registers: [metrics.registry],
    });
  }

  async track(request: TrackingRequest): Promise<TrackingOutcome> {
    const links = new Map<LinkVariable, TrackedLink>(
      [...request.destinations].map(([variable, url]) => [variable, { originalUrl: url.href }]),
    );
    const notAsked = this.whyNotTracked(request);
    if (notAsked) return { enabled: false, fallback: false, reason: notAsked, links, warnings: [] };
    if (links.size === 0) return { enabled: true, fallback: false, links, warnings: [] };
    try {
      const results = await this.mint(request, links);
      return this.applyResults(links, results);
    } catch (error) {
      return this.fallBack(links, error);
    }
  }

  private whyNotTracked({ wanted, jobId, applicationId }: TrackingRequest): string | undefined {
    if (!this.config.ENABLE_URL_TRACKING) return 'URL tracking is switched off (ENABLE_URL_TRACKING=false).';
    if (!wanted) return 'The request asked for no tracking ("track": false).';
    if (!jobId && !applicationId) return 'The request gives neither job_id nor application_id.';
    return undefined;
  }

  private async mint(request: TrackingRequest, links: ReadonlyMap<LinkVariable, TrackedLink>) {
    const { userId, jobId, applicationId, documentName } = request;
    const minting = this.client.mintLinks(
      {
        userId,
        jobId,
        applicationId,
        links: [...links].map(([variable, { originalUrl }]) => ({
          originalUrl,
          linkFunction: LINK_FUNCTIONS[variable].name,
          linkType: LINK_FUNCTIONS[variable].type,
          description: `${LINK_FUNCTIONS[variable].name} link in a ${documentName}`,
        })),
      },
      this.config.LINK_DEADLINE_MS,
    );
    return settleWithin(minting, this.config.LINK_DEADLINE_MS);
  }

  private applyResults(links: Map<LinkVariable, TrackedLink>, results: MintResult[]): TrackingOutcome {
    const warnings: DocumentWarning[] = [];
    [...links].forEach(([variable, { originalUrl }], index) => {
      const { link, refusal } = results[index] ?? {};
      if (link?.isActive) {
        links.set(variable, {
          originalUrl,
          tracked: { trackingId: link.trackingId, redirectUrl: link.redirectUrl },
        });
        return;
      }
      const reason = link
        ? `its tracked link ${link.trackingId} is deactivated`
        : (refusal?.message ?? 'link-service gave no answer for it');
      const message = `The ${LINK_FUNCTIONS[variable].name} link is not tracked: ${reason}`;
      warnings.push({ code: 'link_not_tracked', variable, reason: refusal?.code ?? 'not_active', message });
    });
    if (warnings.length > 0) {
      this.fallbacks.inc({ reason: 'refused' }, warnings.length);
      this.logger.warn(
        { reasons: warnings.map(({ reason }) => reason) },
        'links refused, original URLs used',
      );
    }
    const fallback = warnings.length > 0;
    return {
      enabled: true,
      fallback,
      ...(fallback && { reason: String(warnings[0]?.message) }),
      links,
      warnings,
    };
  }

  private fallBack(links: Map<LinkVariable, TrackedLink>, error: unknown): TrackingOutcome {
    this.fallbacks.inc({ reason: 'unavailable' }, links.size);
    this.logger.error({ err: error }, 'links could not be minted, original URLs used');
    const reason = 'Link-service could not be reached in time.';
    const message = `${reason} The document carries the original URLs, whose clicks are not counted.`;
    return {
      enabled: true,
      fallback: true,
      reason,
      links,
      warnings: [{ code: 'tracking_unavailable', message }],
    };
  }
}

/** The client promises to settle in time; a document does not depend on it. */
async function settleWithin<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`link-service gave no answer within ${deadlineMs} ms`);
    timer = setTimeout(() => reject(error), deadlineMs + 100);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
