import type {
  Answers,
  ApplicationSummary,
  FunctionSummary,
  RecordedClick,
  Report,
} from './generated/answers.js';

export type { FunctionSummary, RecordedClick };

/** A moment in UTC, ISO 8601: `2026-11-02T15:04:05.000Z`. */
export type Moment = string;

/** How a click was judged. Only a person's is a human click. */
export type ClickClass = Click['class'];

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

export type TrackedLink = Answers['LinksController_create'];

/** `tracked_links`: redirect URLs by function, for example `tracked_links.Calendly`. */
export type ApplicationLinks = Answers['ApplicationLinksController_create'];

export type SwitchedLink = Answers['LinkEditingController_deactivate'];

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

/** The timeline is newest first. `attribution`: whose data the countries are; show it where you show them. */
export type LinkAnalytics = Answers['AnalyticsController_linkAnalytics'];

/** One click with why it was judged as it was. Facts of visitors are null once anonymised, or never known. */
export type Click = LinkAnalytics['click_timeline'][number];

type JobTotals = Pick<
  Answers['AnalyticsController_jobLinks'],
  'job_id' | 'link_functions' | 'total_links' | 'total_clicks' | 'human_clicks' | 'unique_sessions'
>;

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

export type ApplicationLinkSummary = ApplicationSummary;

export type LinkPerformanceReport = Report;
