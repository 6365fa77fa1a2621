import type {
  ApplicationLinkSummary,
  ApplicationLinks,
  JobLinkSummary,
  LinkAnalytics,
  LinkPerformanceReport,
  NewLink,
  RecordedClick,
  ReportedClick,
  SwitchedLink,
  TrackedLink,
} from './link-answers.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

/** What {@link LinkTracker.createJobApplicationLinks} makes links of; what is left out gets none. */
export interface JobData {
  company_website?: string;
  apply_url?: string;
  job_url?: string;
  linkedin_url?: string;
  calendly_url?: string;
}

/** Which links; what is left out is not looked at. */
export interface LinkFilter {
  job_id?: string;
  application_id?: string;
  active?: boolean;
}

interface LinkPage {
  links: TrackedLink[];
  next_cursor: string | null;
}

/** Tracked links and what became of them. */
export class LinkTracker {
  private readonly transport: Transport;

  constructor(options: ClientOptions = {}) {
    this.transport = new Transport(options);
  }

  /** The same user, job, application, function and URL answer the same link again. */
  createTrackedLink(link: NewLink, options: CallOptions = {}): Promise<TrackedLink> {
    return this.post('/create', link, options);
  }

  /** The links of one application in one call; all are made, or none and InvalidRequestError says why. */
  createJobApplicationLinks(
    jobId: string,
    applicationId: string,
    jobData: JobData = {},
    { userId, ...options }: CallOptions & { userId?: string } = {},
  ): Promise<ApplicationLinks> {
    const body = { job_id: jobId, application_id: applicationId, user_id: userId, job_data: jobData };
    return this.post('/application/create-links', body, options);
  }

  /**
   * Reports a click that another redirector answered. Stored once, however often it is tried; give your own
   * `idempotencyKey` when your program may call again.
   */
  recordClick(
    click: ReportedClick,
    { idempotencyKey = crypto.randomUUID(), ...options }: CallOptions & { idempotencyKey?: string } = {},
  ): Promise<RecordedClick> {
    const path = '/api/link-tracking/record-click';
    return this.transport.call({ method: 'POST', path, body: click, idempotencyKey, ...options });
  }

  /** All links that fit, newest first, fetched a page at a time as they are read. */
  async *listLinks(filter: LinkFilter = {}, options: CallOptions = {}): AsyncGenerator<TrackedLink, void> {
    for (let cursor: string | undefined; ; ) {
      const call = { method: 'GET' as const, path: '/api/link-tracking/links', query: { ...filter, cursor } };
      const page = await this.transport.call<LinkPage>({ ...call, ...options });
      yield* page.links;
      if (page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }

  /** Where a link leads. Rejects with NotFoundError for one that is unknown, or off without a fallback. */
  async getOriginalUrl(trackingId: string, options: CallOptions = {}): Promise<string> {
    const answer = await this.get<{ destination_url: string }>(`/lookup/${encode(trackingId)}`, options);
    return answer.destination_url;
  }

  getLinkAnalytics(trackingId: string, options: CallOptions = {}): Promise<LinkAnalytics> {
    return this.get(`/analytics/${encode(trackingId)}`, options);
  }

  /** Each function stands under its own name too: `summary.Calendly?.click_count`. */
  getJobLinkSummary(jobId: string, options: CallOptions = {}): Promise<JobLinkSummary> {
    return this.get(`/job/${encode(jobId)}/links`, options);
  }

  getApplicationLinkSummary(
    applicationId: string,
    options: CallOptions = {},
  ): Promise<ApplicationLinkSummary> {
    return this.get(`/application/${encode(applicationId)}/links`, options);
  }

  /** Of the last `days` days, today included; 30 when not given. */
  getLinkPerformanceReport({
    days,
    ...options
  }: CallOptions & { days?: number } = {}): Promise<LinkPerformanceReport> {
    return this.get('/report', options, { days });
  }

  /** Every gateway stops leading to the destination within two seconds. */
  deactivateLink(trackingId: string, options: CallOptions = {}): Promise<SwitchedLink> {
    return this.post(`/deactivate/${encode(trackingId)}`, undefined, options);
  }

  reactivateLink(trackingId: string, options: CallOptions = {}): Promise<SwitchedLink> {
    return this.post(`/reactivate/${encode(trackingId)}`, undefined, options);
  }

  private get<Answer>(path: string, options: CallOptions, query?: { days?: number }): Promise<Answer> {
    return this.transport.call({ method: 'GET', path: `/api/link-tracking${path}`, query, ...options });
  }

  /** Minting answers the link that exists and switching a link twice is once: all of these may be repeated. */
  private post<Answer>(path: string, body: unknown, options: CallOptions): Promise<Answer> {
    const call = { method: 'POST' as const, path: `/api/link-tracking${path}`, body, ...options };
    return this.transport.call({ ...call, isRepeatable: true });
  }
}

const encode = encodeURIComponent;
