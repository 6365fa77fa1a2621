import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import { z } from 'zod';
import {
  type ClickRecorded,
  clickRecorded,
  LINK_CLIENT,
  type Link,
  type LinkChanged,
  type LinkClient,
  LinkServiceUnavailableError,
} from '#contracts';
import { BusUnavailableError, EVENT_BUS, type EventBus, type EventMessage, type Tail } from '#events';
import { type RunningService, startService } from '#platform';
import { eventually } from '#testing';
import { redirectGatewayEnv } from '../src/config.js';
import { RedirectGatewayModule } from '../src/redirect-gateway.module.js';
import { REDIRECT_SERVER } from '../src/track/server-limits.js';

export const ID = 'lt_calendly_0123456789abcdef';
export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36';
export const WORD = 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)';
export const CALENDLY = 'https://calendly.com/jordan-avery/30min';
export const CALENDLY_OF = (id: string) =>
  `${CALENDLY}?utm_source=footfall&utm_medium=document&utm_content=${id}`;
export const TARGET = CALENDLY_OF(ID);

export function aLink(link: Partial<Link> = {}): Link {
  return {
    trackingId: ID,
    userId: 'jordan',
    jobId: 'job-1',
    applicationId: 'app-1',
    linkFunction: 'Calendly',
    linkType: 'external',
    originalUrl: CALENDLY,
    redirectUrl: `http://localhost:5000/track/${link.trackingId ?? ID}`,
    isActive: true,
    createdAt: new Date('2026-01-01T00:00:00Z'),
    revision: 1,
    ...link,
  };
}

function linkChange(link: Link): LinkChanged {
  return {
    event_id: crypto.randomUUID(),
    occurred_at: new Date().toISOString(),
    revision: link.revision,
    tracking_id: link.trackingId,
    user_id: link.userId,
    link_function: link.linkFunction,
    link_type: link.linkType,
    original_url: link.originalUrl,
    redirect_url: link.redirectUrl,
    is_active: link.isActive,
    created_at: '2026-01-01T00:00:00Z',
    expires_at: link.expiresAt?.toISOString(),
    fallback_url: link.fallbackUrl,
  };
}

/** The bus as the gateway sees it, to be broken at will. */
export class SwitchableBus implements Pick<EventBus, 'publish' | 'tail' | 'checkHealth'> {
  isAway = false;
  /** Every click, as often as it came: one that the journal took late comes from memory and from there. */
  readonly deliveries: ClickRecorded[] = [];
  private listener: Tail<LinkChanged> | undefined;

  async publish({ routingKey, events }: EventMessage) {
    if (this.isAway) throw new BusUnavailableError('away');
    expect(routingKey).toBe('click.recorded.v1');
    this.deliveries.push(...events.map((event) => clickRecorded.parse(event)));
  }
  /** Each click once, as whoever stores them does. */
  get published(): ClickRecorded[] {
    return [...new Map(this.deliveries.map((click) => [click.event_id, click])).values()];
  }
  async tail<T>(tail: Tail<T>) {
    if (this.isAway) return new Promise<void>(() => undefined);
    this.listener = tail as unknown as Tail<LinkChanged>;
    tail.onConnected();
  }
  async checkHealth() {
    if (this.isAway) throw new BusUnavailableError('away');
  }
  announce(link: Link) {
    this.listener?.handle(linkChange(link));
  }
  reconnect() {
    this.listener?.onConnected();
  }
}

export class SwitchableLinks implements Pick<LinkClient, 'findLink' | 'watchLinks'> {
  isAway = false;
  isHanging = false;
  readonly links = new Map<string, Link>();
  lookups = 0;
  pulls = 0;

  put(link: Link) {
    this.links.set(link.trackingId, link);
  }
  async findLink(trackingId: string) {
    this.lookups += 1;
    if (this.isHanging) return new Promise<undefined>(() => undefined);
    if (this.isAway) throw new LinkServiceUnavailableError('away');
    return this.links.get(trackingId);
  }
  async *watchLinks(afterRevision: number) {
    this.pulls += 1;
    if (this.isAway) throw new LinkServiceUnavailableError('away');
    const newer = [...this.links.values()].filter(({ revision }) => revision > afterRevision);
    if (newer.length > 0) yield newer.sort((a, b) => a.revision - b.revision);
  }
}

class OutsideModule {}

/** A gateway with a bus and a link-service that can be broken at will, on a folder of its own. */
export class GatewayUnderTest {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'gateway-'));
  readonly bus = new SwitchableBus();
  readonly links = new SwitchableLinks();
  private service: RunningService | undefined;

  /** Answers its URL. */
  async start(env: Record<string, string> = {}, slot = 0): Promise<string> {
    const outside: DynamicModule = {
      module: OutsideModule,
      global: true,
      providers: [
        { provide: EVENT_BUS, useValue: this.bus },
        { provide: LINK_CLIENT, useValue: this.links },
      ],
      exports: [EVENT_BUS, LINK_CLIENT],
    };
    // A disk that others keep busy may take longer to sync than the journal waits.
    const config = z
      .object(redirectGatewayEnv)
      .parse({ DATA_DIR: this.dataDir, JOURNAL_SYNC: 'none', ...env });
    const service = await startService({
      name: 'redirect-gateway',
      config: { HOST: env.HOST ?? '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent' },
      http: REDIRECT_SERVER,
      imports: [outside, RedirectGatewayModule.register(config, slot)],
    });
    this.service = service;
    return service.url;
  }

  async startWithLink(env: Record<string, string> = {}): Promise<string> {
    this.links.put(aLink());
    const url = await this.start(env);
    await ready(url);
    return url;
  }

  async stop(): Promise<void> {
    await this.service?.stop();
    this.service = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export const ready = (url: string) =>
  eventually(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200));

export function visit(url: string, { id = ID, ...init }: RequestInit & { id?: string } = {}) {
  return fetch(`${url}/track/${id}`, {
    redirect: 'manual',
    ...init,
    headers: { 'user-agent': CHROME, 'accept-language': 'en', ...(init.headers as Record<string, string>) },
  });
}

export async function metric(url: string, name: string): Promise<number> {
  const line = (await (await fetch(`${url}/metrics`)).text())
    .split('\n')
    .find((text) => text.startsWith(`footfall_gateway_${name} `));
  return Number(line?.split(' ')[1]);
}

/** Sends bytes as they are and answers the raw response. */
export function rawRequest(url: string, text: string, address = '127.0.0.1'): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), address, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
