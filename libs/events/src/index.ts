export type { BusLogger } from './bus-logger.js';
export { DeadLetterFile } from './dead-letter-file.js';
export { type DeadLetter, type DeadLetters, type RepublishOrder, showEvent } from './dead-letters.js';
export { Eraser, type EraserOptions } from './eraser.js';
export {
  concerns,
  digestSql,
  erasureLedgerSql,
  isErasedSql,
  type RecordSql,
  recordErasure,
} from './erasure-ledger.js';
export * from './event-bus.js';
export { EventsModule } from './events.module.js';
export { exportRows } from './export-rows.js';
export { FileDeadLetters } from './file-dead-letters.js';
export { InProcessBus } from './in-process-bus.js';
export type { InProcessBusOptions } from './in-process-queue.js';
export { DELIVERY_LIMIT } from './limits.js';
export { appendToOutbox, type OutboxEntry, outboxTableSql, type SqlRunner } from './outbox.js';
export { type OutboxBacklog, OutboxRelay, type OutboxRelayOptions, type OutboxRow } from './outbox-relay.js';
export {
  type ErasureScope,
  eraseRows,
  findScope,
  isOfSubject,
  type PersonalTable,
  scopeOfUser,
} from './personal-tables.js';
export { RabbitmqBus, type RabbitmqBusOptions } from './rabbitmq-bus.js';
export { RabbitmqDeadLetters } from './rabbitmq-dead-letters.js';
export {
  DEAD_LETTER_EXCHANGE,
  deadLetterQueueOf,
  EXCHANGE,
  QUEUE_HEADER,
  REASON_HEADER,
} from './rabbitmq-topology.js';
