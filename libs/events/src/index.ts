export type { BusLogger } from './bus-logger.js';
export { type DeadLetter, DeadLetterFile } from './dead-letter-file.js';
export * from './event-bus.js';
export { EventsModule } from './events.module.js';
export { InProcessBus } from './in-process-bus.js';
export type { InProcessBusOptions } from './in-process-queue.js';
export { DELIVERY_LIMIT } from './limits.js';
export { appendToOutbox, type OutboxEntry, outboxTableSql, type SqlRunner } from './outbox.js';
export { type OutboxBacklog, OutboxRelay, type OutboxRelayOptions, type OutboxRow } from './outbox-relay.js';
export { RabbitmqBus, type RabbitmqBusOptions } from './rabbitmq-bus.js';
export {
  DEAD_LETTER_EXCHANGE,
  deadLetterQueueOf,
  EXCHANGE,
  QUEUE_HEADER,
  REASON_HEADER,
} from './rabbitmq-topology.js';
