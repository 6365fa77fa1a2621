import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { backoffDelayMs, isDatabaseOutage } from '#platform';
import { ANALYTICS_DATABASE, isDataError } from '../database.js';
import { LinkUnknownForNowError } from '../read-models/link-directory.js';
import { UnreadableDeliveryError } from './booking-fact.js';
import { BookingMetrics } from './booking-metrics.js';
import { Bookings } from './bookings.service.js';
import {
  countKeptAside,
  delayDelivery,
  ignoreDelivery,
  keepFact,
  type PendingDelivery,
  parkDelivery,
  purgeDeliveries,
  takeDueDelivery,
} from './deliveries.query.js';
import { isErased } from './erase-deliveries.query.js';
import { listRefs } from './known-facts.query.js';
import { PROVIDERS } from './providers/providers.js';

const POLL_MS = 1_000;
const UPKEEP_MS = 60_000;
const MAX_DELAY_MS = 300_000;
/** Attempts on a delivery that fails for a reason of its own, over some seven minutes; then it is parked. */
const MAX_ATTEMPTS = 12;

/**
 * Makes bookings of stored deliveries, one after the other. A delivery leaves the queue in the transaction that does
 * what it says, so a process that dies in between loses and doubles nothing. What cannot be read is parked at once,
 * what fails is tried again with a backoff; while the database or link-service is away everything waits.
 */
@Injectable()
export class BookingProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isQueued = false;
  private isStopping = false;
  private upkeepDueMs = 0;
  /** The queue is nobody's request, whoever wakes it. */
  private readonly outsideOfRequests = AsyncLocalStorage.snapshot();

  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly bookings: Bookings,
    private readonly metrics: BookingMetrics,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Has the queue looked at now. At most one look waits behind the one under way. */
  wake(): void {
    if (this.isStopping || this.isQueued) return;
    this.isQueued = true;
    this.running = this.outsideOfRequests(() => this.running.then(() => this.work())).catch(
      (error: unknown) => this.logger.warn({ err: error }, 'bookings wait, next try in a second'),
    );
  }

  /** Processes everything that is due; answers how many deliveries that were. Throws when the database is away. */
  async processDue(): Promise<number> {
    let processed = 0;
    while (!this.isStopping && (await this.processNext())) processed++;
    return processed;
  }

  private async work(): Promise<void> {
    this.isQueued = false;
    const processed = await this.processDue();
    if (processed === 0 && Date.now() < this.upkeepDueMs) return;
    this.upkeepDueMs = Date.now() + UPKEEP_MS;
    await this.bookings.findLateClicks();
    await purgeDeliveries(this.dataSource.manager);
    const { parked, pendingSeconds, unattributed } = await countKeptAside(this.dataSource.manager);
    this.metrics.parked.set(parked);
    this.metrics.pendingAge.set(pendingSeconds);
    this.metrics.unattributed.set(unattributed);
  }

  /** False when nothing is due. */
  private async processNext(): Promise<boolean> {
    let taken: PendingDelivery | undefined;
    try {
      await this.bookings.inTurn(async (manager) => {
        taken = await takeDueDelivery(manager);
        if (taken) await this.process(manager, taken);
      });
    } catch (error) {
      if (!taken || isDatabaseOutage(error)) throw error;
      await this.setAside(taken, error);
    }
    return taken !== undefined;
  }

  private async process(
    manager: EntityManager,
    { deliveryId, provider, body }: PendingDelivery,
  ): Promise<void> {
    const reading = PROVIDERS[provider].read(parseJson(body));
    if ('ignored' in reading) {
      await ignoreDelivery(manager, deliveryId, reading.ignored);
      this.metrics.ignored.inc({ provider });
      return;
    }
    const { fact } = reading;
    if (await isErased(manager, { provider, fact })) {
      await ignoreDelivery(manager, deliveryId, 'of a link or a booking that was erased');
      return;
    }
    const refs = listRefs(fact);
    await keepFact(manager, { deliveryId, fact, refs });
    await this.bookings.update(manager, provider, refs);
  }

  private async setAside({ deliveryId, provider, attempts }: PendingDelivery, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    const isHopeless = error instanceof UnreadableDeliveryError || isDataError(error);
    const isPatient = error instanceof LinkUnknownForNowError;
    const log = { err: error, provider, delivery_id: deliveryId };
    if (isHopeless || (!isPatient && attempts + 1 >= MAX_ATTEMPTS)) {
      await parkDelivery(this.dataSource.manager, deliveryId, reason);
      this.logger.error(log, 'delivery parked');
      return;
    }
    await delayDelivery(this.dataSource.manager, {
      deliveryId,
      delayMs: backoffDelayMs(attempts, MAX_DELAY_MS),
      reason,
    });
    this.logger.warn(log, 'delivery not processed, tried again later');
  }
}

/** @throws UnreadableDeliveryError */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // Without its cause, which quotes the body.
    throw new UnreadableDeliveryError('the body is not JSON');
  }
}
