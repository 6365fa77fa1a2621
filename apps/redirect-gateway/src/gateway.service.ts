import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { linkChanged } from '#contracts';
import { EVENT_BUS, type EventBus } from '#events';
import { HealthChecks } from '#platform';
import { GatewayParts } from './gateway-parts.js';
import { fromLinkChanged } from './replica/replica-link.js';
import { traceRedirects } from './track/trace-redirects.js';
import { serveTracked } from './track/track.route.js';
import { trackHandler } from './track/track-handler.js';

/** How long a stop waits for clicks to reach the bus; the rest is relayed by the next start. */
const RELAY_GRACE_MS = 2_000;
/** How long a stop waits for a disk that does not answer. */
const DISK_GRACE_MS = 3_000;

/** The gateway's life: its route, its feeds and its relay begin and end here. */
@Injectable()
export class GatewayService implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly parts: GatewayParts,
    private readonly adapterHost: HttpAdapterHost,
    private readonly health: HealthChecks,
    private readonly logger: PinoLogger,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
  ) {}

  async onModuleInit(): Promise<void> {
    const { relay, orphans, catchUp, track, limit } = this.parts;
    const fastify: FastifyInstance = this.adapterHost.httpAdapter.getInstance();
    fastify.get('/track/health', (_request, reply) => reply.send(this.describeHealth()));
    const handle = traceRedirects(trackHandler(track));
    fastify.servers.prepare((server) => {
      limit(server);
      serveTracked(server, handle);
    });
    this.registerHealth();
    relay.start();
    orphans.start();
    catchUp.start();
    this.followLinks();
    await this.waitForTurn();
  }

  /**
   * Workers share a port, and whoever asks for readiness asks any of them. So the first one listens at once, to say
   * that it is not ready yet, and the others as soon as they have links.
   */
  private async waitForTurn(): Promise<void> {
    const { slot, replica, catchUp } = this.parts;
    if (slot > 0 && replica.size === 0) await catchUp.waitForLinks();
  }

  /** After the last request in flight has been answered. */
  async onApplicationShutdown(): Promise<void> {
    const { relay, orphans, backlog, catchUp, journal, folderLock, replica, traces } = this.parts;
    catchUp.stop();
    traces.stop();
    const isRelayed = await relay.drain(RELAY_GRACE_MS, { patient: false });
    if (isRelayed) await backlog.drain(RELAY_GRACE_MS);
    const stopped = Promise.all([relay.stop(), orphans.stop(), backlog.stop()]);
    await within(
      DISK_GRACE_MS,
      stopped.then(() => journal.close()),
    );
    folderLock?.release();
    replica.close();
    this.logger.info(
      { is_relayed: isRelayed, unjournaled_lost: backlog.size },
      'gateway stopped; clicks not yet relayed are relayed by the next start',
    );
  }

  /** Not awaited: the gateway redirects while the broker is away. */
  private followLinks(): void {
    const { replica, catchUp } = this.parts;
    this.bus
      .tail({
        event: linkChanged,
        handle: (event) => replica.applyOne(fromLinkChanged(event)),
        onConnected: () => catchUp.request(),
      })
      .catch((error) => this.logger.error({ err: error }, 'link changes cannot be followed'));
  }

  /**
   * The gateway is ready as long as it can redirect: without broker, link-service or a working disk it is merely
   * degraded.
   */
  private registerHealth(): void {
    this.health.register('gateway_links', () => this.checkLinks());
    const degraded = { required: false };
    this.health.register('gateway_journal', () => this.checkJournal(), degraded);
    this.health.register('gateway_bus', () => this.bus.checkHealth(), degraded);
  }

  private checkLinks(): void {
    const { catchUp, replica } = this.parts;
    if (catchUp.hasCompleted || replica.size > 0) return;
    throw new Error('no links yet: none on disk and link-service has not answered');
  }

  private checkJournal(): void {
    const { problem } = this.parts.journal;
    if (problem) throw problem;
  }

  private describeHealth() {
    const isDegraded = this.parts.journal.problem !== undefined;
    return { status: isDegraded ? 'degraded' : 'healthy', service: 'redirect-gateway' };
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
