import { candidateChanged, clickRecorded, documentGenerated, linkChanged } from './events.js';

/**
 * Every durable queue and the one kind of event it takes. Each process declares all of them when it connects, so
 * that an event published before its consumer has ever started waits in the queue instead of being unroutable.
 */
export const QUEUES = {
  'analytics.click-recorded': clickRecorded,
  'analytics.link-changed': linkChanged,
  'analytics.document-generated': documentGenerated,
  'links.candidate-changed': candidateChanged,
} as const;

export type QueueName = keyof typeof QUEUES;
