import type { EventDefinition, QueueName } from '#contracts';

/** Injection token of the process's {@link EventBus}. */
export const EVENT_BUS = Symbol('EVENT_BUS');

/** Events of one kind that travel together. */
export interface EventMessage {
  /** Routing key of the kind, for example `click.recorded.v1`. */
  routingKey: string;
  /** The JSON text of each event; at least one. Publishers store events as text, so nothing is parsed on the way. */
  events: readonly string[];
}

/**
 * The bus between services. Both drivers keep these guarantees; one conformance suite holds them to it.
 *
 * - `publish` resolves once every event of the message is durably accepted: in RabbitMQ, confirmed by the broker in
 *   every queue of contracts' `QUEUES` that takes its kind; in process, handled (or parked) by every subscriber. It rejects with {@link BusUnavailableError} when that is not known to have happened. A rejected
 *   message may still arrive: publish it again, consumers are idempotent by `event_id`.
 * - Delivery is at least once and unordered across messages.
 * - Nothing is queued in memory: while the broker is away or blocks publishers, `publish` rejects promptly.
 */
export interface EventBus {
  publish(message: EventMessage): Promise<void>;
  /** Starts a durable consumer. Resolves when it is ready to receive; lives until `close`, across reconnects. */
  subscribe<T>(subscription: Subscription<T>): Promise<void>;
  /**
   * Starts a listener of this process alone, for caches: see {@link Tail}. Resolves at once, also while there is no
   * connection; `onConnected` says when there is one.
   */
  tail<T>(tail: Tail<T>): Promise<void>;
  /**
   * Removes for good the dead letters of a queue of which `concerns` says so, by the text of each event, and answers
   * how many. Rejects with {@link BusUnavailableError} while they cannot be reached.
   */
  eraseDeadLetters(queue: QueueName, concerns: (event: string) => boolean): Promise<number>;
  /**
   * Lets the queue and its dead letters give up on disk what was taken from them: their logs are cut off only every some
   * thousand messages. Rejects with {@link BusUnavailableError}.
   */
  turnOver(queue: QueueName): Promise<void>;
  /** Resolves when publishing and every subscription work right now; rejects saying what does not. */
  checkHealth(): Promise<void>;
  /** Cancels consumers, waits for batches in hand to settle, then closes. Unsettled messages are delivered again later. */
  close(): Promise<void>;
}

/**
 * A durable consumer: one queue shared by every process that subscribes with the same name.
 *
 * Events are collected over messages into batches. A record that `event.parse` refuses is parked alone as a dead
 * letter with its reason; the rest of its message goes on.
 */
export interface Subscription<T> {
  /** `<service>.<event>`, one of contracts' `QUEUES`. Its dead letters lie in `<queue>.dead`. */
  queue: QueueName;
  event: EventDefinition<T>;
  batch: {
    /** Hand over at most about this many events at once (a message is never split over two batches). */
    maxEvents: number;
    /** Hand over what has come after this time, even when fewer. */
    maxWaitMs: number;
  };
  /**
   * Stores a batch. Called with one batch at a time.
   *
   * - Resolving means stored: the messages are acknowledged. Events named in the answer are parked as dead letters
   *   first, each with its reason.
   * - Rejecting with {@link RetryLaterError} means an outage: the same batch is handed over again after a backoff,
   *   for as long as it takes; nothing counts.
   * - Rejecting with anything else counts as a failure of each message; past the delivery limit the message is parked.
   *   A consumer that crashes or loses its connection has not failed.
   */
  handle(events: readonly T[]): Promise<readonly RefusedEvent[] | undefined>;
}

/**
 * A listener that sees events published while it is connected, each process on its own. It keeps no backlog, and may
 * see an event again.
 */
export interface Tail<T> {
  /** One of contracts' `TAILED_EVENTS`. */
  event: EventDefinition<T>;
  /** Called per event in order of arrival. A throw is logged and the event is gone: a tail feeds caches that can catch up. */
  handle(event: T): void;
  /** Called after every (re)connection, once events flow: whatever was published before may have been missed. */
  onConnected(): void;
}

/** An event that a handler cannot store, by its place in the batch. */
export interface RefusedEvent {
  index: number;
  reason: string;
}

/** Thrown by a handler whose database or peer is away: nothing is wrong with the events. */
export class RetryLaterError extends Error {
  readonly code = 'retry_later';
  override readonly name = 'RetryLaterError';
}

/** The message is not known to be accepted; publish it again. `message` says why. */
export class BusUnavailableError extends Error {
  readonly code = 'bus_unavailable';
  override readonly name = 'BusUnavailableError';
}
