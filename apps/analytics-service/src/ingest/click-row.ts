import type { ClickClass } from '../classification/classify.js';

/** One row of `link_clicks`, judged and ready to store. */
export interface ClickRow {
  /** Identity together with `clickedAt`: storing it twice stores it once. */
  clickId: string;
  /** ISO 8601 with `Z`. */
  clickedAt: string;
  trackingId: string;
  userId: string;
  jobId?: string;
  applicationId?: string;
  linkFunction: string;
  /** `redirect` is a navigation; anything else counts among the other hits only. */
  answer: 'redirect' | 'preflight' | 'probe' | 'prefetch';
  class: ClickClass;
  score: number;
  /** Codes of `[a-z0-9_:-]`. */
  reasons: readonly string[];
  ip?: string;
  userAgent?: string;
  referrerUrl?: string;
  sessionId?: string;
  clickSource: string;
  device?: string;
  browser?: string;
  os?: string;
  country?: string;
  city?: string;
  /** JSON text. */
  metadata?: string;
  /** JSON text: what else the rules read. */
  facts?: string;
  requestId?: string;
}
