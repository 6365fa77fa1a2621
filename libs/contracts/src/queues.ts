import { erasureCompleted, erasureRequested } from './erasure.js';
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
  'links.erasure-requested': erasureRequested,
  'documents.erasure-requested': erasureRequested,
  'analytics.erasure-requested': erasureRequested,
  'analytics.erasure-completed': erasureCompleted,
} as const;

/**
 * The kinds that processes also listen to live, each for itself. They are published once more for these tails, apart
 * from the durable queues: an event that only tails took must not count as accepted.
 */
export const TAILED_EVENTS = [linkChanged] as const;

export type QueueName = keyof typeof QUEUES;
