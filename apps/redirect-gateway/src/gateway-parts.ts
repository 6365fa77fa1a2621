import cluster from 'node:cluster';
import type { Server } from 'node:http';
import type { PinoLogger } from 'nestjs-pino';
import { clickRecorded, type LinkClient } from '#contracts';
import type { EventBus } from '#events';
import { clientReader, type DirectoryLock } from '#platform';
import { journalDirectory, type RedirectGatewayConfig, replicaDirectory } from './config.js';
import type { GatewayMetrics } from './gateway-metrics.service.js';
import { Journal } from './journal/journal.js';
import { claimFolder } from './journal/journal-folder.js';
import { ErasedTraces } from './privacy/erased-traces.js';
import { MemoryBacklog } from './relay/memory-backlog.js';
import { OrphanAdopter } from './relay/orphan-adopter.js';
import { Relay } from './relay/relay.js';
import { CatchUp } from './replica/catch-up.js';
import { LinkLookup } from './replica/link-lookup.js';
import { LinkReplica } from './replica/link-replica.js';
import { LinkStore, removeCopiesBeyond } from './replica/link-store.js';
import { SpokenOnce } from './spoken-once.js';
import { ClickRecorder } from './track/click-recorder.js';
import { ownClickRule } from './track/own-click.js';
import { limitServer } from './track/server-limits.js';
import type { TrackOptions } from './track/track-handler.js';
import { UnknownLimiter } from './track/unknown-limiter.js';

export interface GatewayNeeds {
  config: RedirectGatewayConfig;
  slot: number;
  bus: EventBus;
  links: LinkClient;
  metrics: GatewayMetrics;
  logger: PinoLogger;
}

/** Everything the gateway is made of, put together and not yet started. */
export class GatewayParts {
  private constructor(
    readonly slot: number,
    readonly journal: Journal,
    readonly folderLock: DirectoryLock | undefined,
    readonly relay: Relay,
    readonly orphans: OrphanAdopter,
    readonly backlog: MemoryBacklog,
    readonly replica: LinkReplica,
    readonly traces: ErasedTraces,
    readonly catchUp: CatchUp,
    readonly track: TrackOptions,
    readonly limit: (server: Server) => void,
  ) {}

  /** Throws DataDirectoryInUseError when another gateway works on the journals' folder. */
  static async create(needs: GatewayNeeds): Promise<GatewayParts> {
    const { config, slot, bus, links, metrics, logger } = needs;
    const problems = new SpokenOnce(logger);
    const folder = journalDirectory(config);
    // Workers share it: their supervisor holds it for them.
    const folderLock = cluster.isPrimary ? await claimFolder(folder) : undefined;
    const journal = await Journal.open({
      directory: folder,
      isShared: true,
      sync: config.JOURNAL_SYNC,
      maxBytes: config.JOURNAL_MAX_BYTES,
      onCommit: ({ syncMs }) => metrics.observeSync(syncMs),
      onProblem: problems.warn,
    });
    const { tornBytes, unconfirmedBytes } = journal.stats;
    if (tornBytes > 0) logger.warn({ torn_bytes: tornBytes }, 'journal had a torn tail');
    logger.info({ unrelayed_bytes: unconfirmedBytes }, 'journal opened');

    const publish = (events: readonly string[]) =>
      bus.publish({ routingKey: clickRecorded.routingKey, events });
    const onFailure = (error: unknown) => {
      metrics.countFailure();
      problems.warn('clicks cannot be relayed, they wait in the journal', error);
    };
    const relay = new Relay({ journal, publish, onFailure });
    const backlog = new MemoryBacklog({ publish, onFailure });

    const orphans = new OrphanAdopter({ folder, publish, onFailure, logger, onProblem: problems.warn });

    if (cluster.isPrimary) removeCopiesBeyond(replicaDirectory(config), 1);
    const store = LinkStore.open(replicaDirectory(config), { slot, onProblem: problems.warn });
    const traces = new ErasedTraces({ journal, store, onProblem: problems.warn });
    const replica = new LinkReplica({ store, onProblem: problems.warn, onErased: () => traces.sweepSoon() });
    const catchUp = new CatchUp({
      replica,
      links,
      onProgress: (pulled) => logger.info({ pulled }, 'pulling links'),
      onCompleted: (pulled) => logger.debug({ pulled, revision: replica.watermark }, 'links pulled'),
      onSetBack: () =>
        logger.warn('link-service has been put back to an earlier state, pulling all links again'),
      onFailure: (error) => problems.warn('links cannot be pulled, serving those on disk', error),
    });
    metrics.registerReadings({
      journal: () => journal.stats,
      journalLimitBytes: config.JOURNAL_MAX_BYTES,
      adoptedBytes: () => orphans.unconfirmedBytes,
      oldestUnrelayedSeconds: () => ageSeconds(relay.oldestUnconfirmed),
      replica: () => ({ revision: replica.watermark, size: replica.size }),
    });
    const limit = (server: Server) => limitServer(server, config, metrics.countDrop);
    const track: TrackOptions = {
      replica,
      lookup: new LinkLookup({ replica, links, onOutcome: metrics.countLookup }),
      limiter: new UnknownLimiter({ perMinute: config.UNKNOWN_LINKS_PER_MINUTE }),
      recorder: new ClickRecorder({
        journal,
        backlog,
        dntPolicy: config.DNT_POLICY,
        isOwn: ownClickRule(config.OWN_ADDRESSES),
        onUnjournaled: metrics.countUnjournaled,
        onLost: metrics.countLost,
      }),
      readClient: clientReader(config.TRUSTED_PROXIES),
      count: metrics.countAnswer,
      observe: metrics.observeRedirect,
    };
    return new GatewayParts(
      slot,
      journal,
      folderLock,
      relay,
      orphans,
      backlog,
      replica,
      traces,
      catchUp,
      track,
      limit,
    );
  }
}

function ageSeconds(event: string | undefined): number {
  const occurredAt = event && (JSON.parse(event) as { occurred_at?: string }).occurred_at;
  return occurredAt ? Math.max(0, (Date.now() - Date.parse(occurredAt)) / 1_000) : 0;
}
