import type { QueueName } from '#contracts';

/** A parked record, or a parked message: what, when and why. */
export interface DeadLetter {
  /** ISO 8601, UTC. */
  parked_at: string;
  queue: string;
  reason: string;
  /** The text as it was published: of one event, or a JSON array when its message was parked whole. */
  event: string;
}

/** Where dead letters lie: on a broker, or in the files of a process without one. */
export interface DeadLetters {
  count(queue: QueueName): Promise<number>;
  /** The oldest ones, which stay where they are. */
  read(queue: QueueName, limit: number): Promise<DeadLetter[]>;
  /**
   * Hands the oldest back to their queue and answers how many. Each leaves the dead letters only once its queue has
   * it for certain, so a run that is killed and run again may deliver a letter twice, which consumers do not mind.
   */
  republish(order: RepublishOrder): Promise<number>;
  /** Removes for good the events of which `concerns` says so, by their text, and answers how many. */
  erase(queue: QueueName, concerns: (event: string) => boolean): Promise<number>;
  close(): Promise<void>;
}

export interface RepublishOrder {
  queue: QueueName;
  /** At most this many, and never more than there were at the start: a letter that comes back is left alone. */
  limit: number;
  perSecond: number;
  /** Called after each. */
  onRepublished?(count: number): void;
}

/** Fields that say nothing about a visitor. An event that cannot be read may hold anything under any other name. */
const SHOWN_FIELDS = new Set([
  'event_id',
  'occurred_at',
  'tracking_id',
  'user_id',
  'job_id',
  'application_id',
  'link_function',
  'answer',
  'revision',
  'document_id',
  'kind',
]);

/** An event text for a person's eyes: every field's name, but no visitor's facts. */
export function showEvent(text: string): unknown {
  try {
    return showValue(JSON.parse(text));
  } catch {
    return `(not JSON, ${Buffer.byteLength(text)} bytes)`;
  }
}

function showValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(showValue);
  if (typeof value !== 'object' || value === null) return '(hidden)';
  const fields = Object.entries(value);
  return Object.fromEntries(fields.map(([name, held]) => [name, SHOWN_FIELDS.has(name) ? held : '(hidden)']));
}
