/** A moment in UTC, ISO 8601: `2026-11-02T15:04:05.000Z`. */
export type Moment = string;

/** How a click was judged. Machines, suspects, one's own clicks and repeats are no human clicks. */
export type ClickClass =
  | 'human'
  | 'suspected'
  | 'machine'
  | 'self'
  | 'duplicate'
  | 'preflight'
  | 'probe'
  | 'prefetch';

export interface NewLink {
  original_url: string;
  /** For example `Calendly`: a letter, then up to 49 letters, digits and underscores. */
  link_function: string;
  /** Default `external`. */
  link_type?: string;
  job_id?: string;
  application_id?: string;
  user_id?: string;
  description?: string;
  expires_at?: Moment;
  /** Where it leads while it is off. */
  fallback_url?: string;
  /** `follow_profile`: moves along with the candidate's own URL. Default `fixed`. */
  destination?: 'fixed' | 'follow_profile';
}

export interface TrackedLink {
  tracking_id: string;
  redirect_url: string;
  original_url: string;
  link_function: string;
  link_type: string;
  job_id: string | null;
  application_id: string | null;
  user_id: string;
  description: string | null;
  created_at: Moment;
  is_active: boolean;
  expires_at: Moment | null;
  fallback_url: string | null;
  destination: 'fixed' | 'follow_profile';
}

export interface ApplicationLinks {
  job_id: string;
  application_id: string;
  /** Redirect URLs by function, for example `tracked_links.Calendly`. */
  tracked_links: Record<string, string>;
  total_links: number;
}

export interface SwitchedLink {
  message: string;
  tracking_id: string;
  is_active: boolean;
  deactivated_at: Moment | null;
}

export interface ReportedClick {
  tracking_id: string;
  clicked_at: Moment;
  ip_address?: string;
  user_agent?: string;
  referrer_url?: string;
  session_id?: string;
  click_source?: string;
  metadata?: Record<string, unknown>;
}

export interface RecordedClick {
  click_id: string;
  tracking_id: string;
  clicked_at: Moment;
  click_source: string;
  status: 'recorded';
}

/** One click with why it was judged as it was. Facts of visitors are null once anonymised, or never known. */
export interface Click {
  click_id: string;
  clicked_at: Moment;
  click_source: string;
  class: ClickClass;
  score: number;
  reasons: string[];
  device: string | null;
  browser: string | null;
  os: string | null;
  country: string | null;
  city: string | null;
  user_agent: string | null;
  referrer_url: string | null;
  session_id: string | null;
  ip_address: string | null;
}

export interface LinkAnalytics {
  link_info: Omit<TrackedLink, 'redirect_url'>;
  click_statistics: {
    total_clicks: number;
    human_clicks: number;
    machine_clicks: number;
    suspected_clicks: number;
    duplicate_clicks: number;
    inferred_opens: number;
    other_hits: number;
    unique_sessions: number;
    first_click: Moment | null;
    last_click: Moment | null;
    clicks_24h: number;
    clicks_7d: number;
  };
  /** Newest first. */
  click_timeline: Click[];
  /** Whose data the countries are; show it where you show them. */
  attribution: unknown;
}

export interface FunctionSummary {
  link_function: string;
  link_type: string;
  link_count: number;
  total_clicks: number;
  human_clicks: number;
  unique_sessions: number;
  first_click: Moment | null;
  last_click: Moment | null;
}

interface JobTotals {
  job_id: string;
  link_functions: FunctionSummary[];
  total_links: number;
  total_clicks: number;
  human_clicks: number;
  unique_sessions: number;
}

/** Beside the totals, each function under its own name; one without links is absent. */
export type JobLinkSummary = JobTotals & {
  [F in LinkFunction]?: FunctionSummary & { click_count: number };
};

export type LinkFunction =
  | 'LinkedIn'
  | 'Calendly'
  | 'Portfolio'
  | 'Company_Website'
  | 'Apply_Now'
  | 'Job_Posting'
  | 'GitHub'
  | 'Resume'
  | 'Cover_Letter'
  | 'References'
  | 'Contact';

export interface ApplicationLinkSummary {
  application_id: string;
  job_id: string | null;
  company: string | null;
  title: string | null;
  tracked_links: {
    link_function: string;
    tracking_id: string;
    original_url: string | null;
    description: string | null;
    click_count: number;
    human_clicks: number;
    first_click: Moment | null;
    last_click: Moment | null;
  }[];
  total_tracked_links: number;
  total_clicks: number;
  human_clicks: number;
  unique_sessions: number;
}

export interface LinkPerformanceReport {
  report_period: { start_date: Moment; end_date: Moment; days: number };
  overall_statistics: {
    total_links: number;
    jobs_with_links: number;
    applications_with_links: number;
    total_clicks: number;
    human_clicks: number;
  };
  /** Most clicked first. */
  function_performance: {
    link_function: string;
    function: string;
    link_count: number;
    total_clicks: number;
    human_clicks: number;
    avg_clicks_per_link: number;
  }[];
  daily_trends: { click_date: string; clicks: number; human_clicks: number }[];
}
