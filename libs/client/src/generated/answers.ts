// Made of the services' own types by "npm run generate".

/** An application as it is answered. Null is what is not known. */
export type Application = {
  application_id: string;
  user_id: string;
  job_id: string | null;
  company: string | null;
  title: string | null;
  job_board: string | null;
  /** Null: not sent, or not known. */
  sent_at: string | null;
  /** Where `sent_at` comes from: what a person said, the first document, or the first link. */
  sent_at_source: "document" | "link" | "person" | null;
  outcome: "accepted" | "interview" | "none" | "offer" | "rejected" | "withdrawn";
  had_interview: boolean;
  had_offer: boolean;
  /** The first human click on any of its links. */
  opened_at: string | null;
  /** The first booking that is not canceled. */
  booked_at: string | null;
  human_clicks: number;
  /** Visitors told apart, a day at a time. */
  people: number;
  /** 0 to 100. */
  score: number;
  /** Fields that a person has set: no event changes them. */
  set_by_person: Array<string>;
};

export type ApplicationEngagement = {
  application_id: string;
  user_id: string;
  job_id: string | null;
  company: string | null;
  title: string | null;
  outcome: string;
  engagement: "high" | "low" | "none";
  /** 0 to 100: the sum of the parts. */
  score: number;
  score_parts: Array<ScorePart>;
  functions: Array<{
    total_clicks: number;
    human_clicks: number;
    machine_clicks: number;
    /** A person's or a machine's. */
    suspected_clicks: number;
    /** Visitors told apart, a day at a time. */
    people: number;
    /** Several clicks came from visitors who asked not to be tracked: they are taken for one person. */
    people_is_lower_bound: boolean;
    /** Machines told apart, among the newest clicks; counted only where no person clicked. */
    scanners: number;
    opened_at: string | null;
    booked_at: string | null;
    /** Who clicked, in words. */
    sentence: string;
    link_function: string;
  }>;
  total_clicks: number;
  human_clicks: number;
  machine_clicks: number;
  /** A person's or a machine's. */
  suspected_clicks: number;
  /** Visitors told apart, a day at a time. */
  people: number;
  /** Several clicks came from visitors who asked not to be tracked: they are taken for one person. */
  people_is_lower_bound: boolean;
  /** Machines told apart, among the newest clicks; counted only where no person clicked. */
  scanners: number;
  opened_at: string | null;
  booked_at: string | null;
  /** Who clicked, in words. */
  sentence: string;
};

/** What people did with an application's links of one function. */
export type ApplicationFunction = {
  link_function: string;
  human_clicks: number;
  opened_at: string | null;
  booked_at: string | null;
};

export type ApplicationLink = {
  link_function: string;
  tracking_id: string;
  /** Null while only clicks of the link have arrived. */
  original_url: string | null;
  description: string | null;
  click_count: number;
  human_clicks: number;
  first_click: string | null;
  last_click: string | null;
};

export type ApplicationSummary = {
  application_id: string;
  job_id: string | null;
  company: string | null;
  title: string | null;
  tracked_links: Array<ApplicationLink>;
  total_tracked_links: number;
  total_clicks: number;
  human_clicks: number;
  unique_sessions: number;
  /** Names the next links; null when these are the last. Totals speak of all of them. */
  next_cursor: string | null;
};

/** One try, as the log shows it. */
export type Attempt = {
  at: string;
  status?: number;
  response?: string;
  error?: string;
  duration_ms: number;
};

/** Somebody did something. */
export type AuditEntryEntity = {
  /** A UUIDv7: newer ones are greater. */
  id: string;
  occurred_at: string;
  /** What, for example `key.created`. */
  action: string;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  /** Whose data the actor was bound to; null: everybody's. */
  actor_user_id: string | null;
  /** To what, mostly an id. */
  target: string | null;
  details: unknown;
  request_id: string | null;
};

export type BookingEntry = {
  kind: "booking";
  provider: "calcom" | "calendly" | "savvycal";
  status: "active" | "canceled" | "no_show";
  starts_at: string | null;
  tracking_id: string | null;
  link_function: string | null;
  at: string;
  /** Of the document, the click or the booking. */
  id: string;
};

export type ClickEntry = {
  kind: "click";
  link_function: string;
  tracking_id: string;
  answer: "prefetch" | "preflight" | "probe" | "redirect";
  class: "duplicate" | "human" | "inferred" | "machine" | "self" | "suspected";
  score: number;
  reasons: Array<string>;
  /** The reasons in words. */
  explanations: Array<string>;
  click_source: string;
  device: string | null;
  browser: string | null;
  os: string | null;
  country: string | null;
  /** Known only where `GEO_DB` has cities. */
  city: string | null;
  at: string;
  /** Of the document, the click or the booking. */
  id: string;
};

export type ClickStatistics = {
  total_clicks: number;
  human_clicks: number;
  machine_clicks: number;
  suspected_clicks: number;
  /** A visitor's clicks repeated within seconds: among the total, not among the human ones. */
  duplicate_clicks: number;
  /** The owner's own: among the total, and nowhere else. */
  own_clicks: number;
  /** Opens in Word that no browser followed: among the other hits. */
  inferred_opens: number;
  /** Preflights, probes and prefetches: kept, but no clicks. */
  other_hits: number;
  /** Sessions with a human click; a visitor of two days is two sessions. */
  unique_sessions: number;
  first_click: string | null;
  last_click: string | null;
  clicks_24h: number;
  clicks_7d: number;
};

export type DailyTrend = {
  /** `YYYY-MM-DD` in the zone that was asked for. */
  click_date: string;
  clicks: number;
  human_clicks: number;
};

/** A delivery as people see it. Its body is not shown: it names the invitee. */
export type DeliveryAside = {
  delivery_id: string;
  provider: "calcom" | "calendly" | "savvycal";
  event: string | null;
  state: string;
  reason: string | null;
  attempts: number;
  received_at: string;
};

export type DocumentEntry = {
  kind: "document";
  document: "cover_letter" | "resume";
  at: string;
  /** Of the document, the click or the booking. */
  id: string;
};

/** Something the author or caller should know about a document that was made all the same. */
export type DocumentWarning = {
  code: string;
  message: string;
} & { [name: string]: unknown };

export type EngagementFigures = {
  applications: number;
  by_engagement: {
    none: number;
    low: number;
    high: number;
  };
  opened: Rate;
  human_clicks: number;
  /** Null of no application. */
  avg_human_clicks: number | null;
  median_human_clicks: number | null;
  avg_score: number | null;
};

export type EngagementOutcome = {
  engagement: "high" | "low" | "none";
  applications: number;
  interview: Rate;
  offer: Rate;
  booked: Rate;
};

export type Erasure = {
  erasure_id: string;
  /** user, application, address or session. Which one is not kept. */
  kind: string;
  status: "done" | "failed" | "pending";
  round: number;
  requested_at: string;
  finished_at: string | null;
  services: { [name: string]: ErasurePart };
};

export type ErasurePart = {
  status: "done" | "failed" | "pending";
  /** How many of what, over all rounds. */
  erased: { [name: string]: number };
  answered_at: string | null;
  problem: string | null;
};

export type Failure = {
  /** Place in the request's `events`. */
  index: number;
  event_id?: string;
  error: string;
  code: string;
  details: Array<unknown>;
};

/** A tag as its author meets it: once per name and kind, however often it stands in the template. */
export type FoundTag = {
  name: string;
  kind: "link" | "section" | "value";
  count: number;
};

/** What links of one function did for the applications that had one. */
export type FunctionEffectiveness = {
  link_function: string;
  /** Sent with a link of it. */
  applications: number;
  human_clicks: number;
  avg_human_clicks: number;
  clicked: Rate;
  booked: Rate;
  interview_when_clicked: Rate;
  interview_when_not_clicked: Rate;
};

export type FunctionPerformance = {
  link_function: string;
  /** The same under the name that the user guide reads. */
  function: string;
  link_count: number;
  total_clicks: number;
  human_clicks: number;
  /** Clicks in the period divided by the function's links, clicked or not. */
  avg_clicks_per_link: number;
};

export type FunctionSummary = {
  link_function: string;
  link_type: string;
  link_count: number;
  total_clicks: number;
  human_clicks: number;
  unique_sessions: number;
  first_click: string | null;
  last_click: string | null;
};

export type Funnel = {
  sent: number;
  /** By a person. */
  opened: number;
  booked: number;
  human_clicks: number;
  rates: {
    opened: Rate;
    booked: Rate;
    booked_of_opened: Rate;
  };
  median_hours: {
    sent_to_opened: Median;
    opened_to_booked: Median;
    sent_to_booked: Median;
  };
};

export type GroupFunnel = {
  /** Null where it is not known. */
  group: string | null;
  sent: number;
  /** By a person. */
  opened: number;
  booked: number;
  human_clicks: number;
  rates: {
    opened: Rate;
    booked: Rate;
    booked_of_opened: Rate;
  };
  median_hours: {
    sent_to_opened: Median;
    opened_to_booked: Median;
    sent_to_booked: Median;
  };
};

export type JobFigures = {
  job_id: string;
  /** Of the application sent last. */
  company: string | null;
  title: string | null;
  job_board: string | null;
  /** Sent in the period. */
  applications: number;
  /** By a person. */
  opened: number;
  booked: number;
  human_clicks: number;
  /** Visitors told apart, a day at a time. */
  people: number;
  /** The best of its applications. */
  score: number;
  last_sent_at: string;
};

/** What is answered of a link. Null is what is not known, or what the link does not have. */
export type LinkInfo = {
  tracking_id: string;
  user_id: string;
  original_url: string | null;
  redirect_url: string | null;
  link_function: string;
  link_type: string;
  job_id: string | null;
  application_id: string | null;
  description: string | null;
  is_active: boolean;
  created_at: string | null;
};

/** Half of the applications took no longer; null of none. */
export type Median = {
  hours: number | null;
  n: number;
};

/** What is sent. */
export type Payload = {
  /** A notification's, or `test`. */
  type: string;
  version: number;
  timestamp: string;
  /** One sentence for a person. */
  summary: string;
  data: { [name: string]: unknown };
};

/** A share of applications, never without the number that it is a share of. */
export type Rate = {
  count: number;
  /** Of so many. */
  n: number;
  /** `count / n`; null where there is nothing to divide by. */
  rate: number | null;
  /** Ends of the 95 % Wilson score interval; null with `rate`. */
  low: number | null;
  high: number | null;
};

export type RecordedClick = {
  click_id: string;
  tracking_id: string;
  clicked_at: string;
  click_source: string;
  status: "recorded";
};

export type Report = {
  report_period: {
    start_date: string;
    end_date: string;
    days: number;
  };
  overall_statistics: {
    total_links: number;
    jobs_with_links: number;
    applications_with_links: number;
    total_clicks: number;
    human_clicks: number;
  };
  /** Most clicked first. */
  function_performance: Array<FunctionPerformance>;
  /** One entry per day of the period, also for days without clicks. */
  daily_trends: Array<DailyTrend>;
  /** Names the next functions; null when these are the last. */
  next_cursor: string | null;
};

export type ScorePart = {
  part: "booked" | "breadth" | "calendar" | "opened" | "people";
  points: number;
  max_points: number;
  /** Why, in words. */
  explanation: string;
};

export type SourceFigures = {
  /** Such as `email`, `linkedin`, `job_board` or `document-or-app`; a reported click may name another one. */
  source: string;
  total_clicks: number;
  human_clicks: number;
  machine_clicks: number;
  suspected_clicks: number;
  duplicate_clicks: number;
};

/** What each call answers, by operation id. */
export interface Answers {
  AnalyticsController_applicationLinks: ApplicationSummary;
  AnalyticsController_jobLinks: {
    job_id: string;
    /** By function's name. */
    link_functions: Array<FunctionSummary>;
    total_links: number;
    total_clicks: number;
    human_clicks: number;
    /** A visitor counts once for the job, however many of its functions they clicked. */
    unique_sessions: number;
  } & { [name: string]: {
    click_count: number;
    link_function: string;
    link_type: string;
    link_count: number;
    total_clicks: number;
    human_clicks: number;
    unique_sessions: number;
    first_click: string | null;
    last_click: string | null;
  } };
  AnalyticsController_linkAnalytics: {
    link_info: LinkInfo;
    click_statistics: ClickStatistics;
    click_timeline: Array<{
      explanations: Array<string>;
      click_id: string;
      clicked_at: string;
      click_source: string;
      class: "duplicate" | "human" | "inferred" | "machine" | "self" | "suspected";
      score: number;
      reasons: Array<string>;
      device: string | null;
      browser: string | null;
      os: string | null;
      country: string | null;
      /** Known only where `GEO_DB` has cities. */
      city: string | null;
      user_agent: string | null;
      referrer_url: string | null;
      session_id: string | null;
      ip_address: string | null;
    }>;
    next_cursor: string | null;
    attribution: string;
  };
  AnalyticsController_report: Report;
  ApplicationLinksController_create: {
    job_id: string;
    application_id: string;
    tracked_links: { [name: string]: string };
    total_links: number;
  };
  ApplicationsController_edit: Application;
  ApplicationsController_get: {
    functions: Array<ApplicationFunction>;
    application_id: string;
    user_id: string;
    job_id: string | null;
    company: string | null;
    title: string | null;
    job_board: string | null;
    /** Null: not sent, or not known. */
    sent_at: string | null;
    /** Where `sent_at` comes from: what a person said, the first document, or the first link. */
    sent_at_source: "document" | "link" | "person" | null;
    outcome: "accepted" | "interview" | "none" | "offer" | "rejected" | "withdrawn";
    had_interview: boolean;
    had_offer: boolean;
    /** The first human click on any of its links. */
    opened_at: string | null;
    /** The first booking that is not canceled. */
    booked_at: string | null;
    human_clicks: number;
    /** Visitors told apart, a day at a time. */
    people: number;
    /** 0 to 100. */
    score: number;
    /** Fields that a person has set: no event changes them. */
    set_by_person: Array<string>;
  };
  ApplicationsController_list: {
    applications: Array<Application>;
    total: number;
    next_cursor: string | null;
  };
  ApplicationsController_timeline: {
    attribution: string;
    /** Newest first. */
    entries: Array<DocumentEntry | ClickEntry | BookingEntry>;
    next_cursor: string | null;
    application_id: string;
  };
  AuditController_list: {
    entries: Array<AuditEntryEntity>;
    next_cursor: string | null;
  };
  BookingWebhooksController_calcom: {
    received: boolean;
    repeated: boolean;
  };
  BookingWebhooksController_calendly: {
    received: boolean;
    repeated: boolean;
  };
  BookingWebhooksController_savvycal: {
    received: boolean;
    repeated: boolean;
  };
  BookingsController_attribute: {
    click: {
      click_id: string;
      clicked_at: string | null;
    } | null;
    booking_id: string;
    provider: "calcom" | "calendly" | "savvycal";
    /** What the scheduling service calls it now: a reschedule changes it. */
    provider_ref: string;
    tracking_id: string | null;
    application_id: string | null;
    job_id: string | null;
    user_id: string | null;
    /** Null: it belongs to no application yet. */
    attributed_by: "hand" | "tracking" | null;
    status: "active" | "canceled" | "no_show";
    /** When it was first booked, also after a reschedule. */
    booked_at: string;
    starts_at: string | null;
    ends_at: string | null;
    /** Personal, like the address: nulled by an erasure. */
    invitee_name: string | null;
    invitee_email: string | null;
    /** The `provider_ref` before the last reschedule. */
    rescheduled_from: string | null;
    created_at: string;
    updated_at: string;
  };
  BookingsController_deliveries: {
    deliveries: Array<DeliveryAside>;
  };
  BookingsController_detach: {
    click: {
      click_id: string;
      clicked_at: string | null;
    } | null;
    booking_id: string;
    provider: "calcom" | "calendly" | "savvycal";
    /** What the scheduling service calls it now: a reschedule changes it. */
    provider_ref: string;
    tracking_id: string | null;
    application_id: string | null;
    job_id: string | null;
    user_id: string | null;
    /** Null: it belongs to no application yet. */
    attributed_by: "hand" | "tracking" | null;
    status: "active" | "canceled" | "no_show";
    /** When it was first booked, also after a reschedule. */
    booked_at: string;
    starts_at: string | null;
    ends_at: string | null;
    /** Personal, like the address: nulled by an erasure. */
    invitee_name: string | null;
    invitee_email: string | null;
    /** The `provider_ref` before the last reschedule. */
    rescheduled_from: string | null;
    created_at: string;
    updated_at: string;
  };
  BookingsController_get: {
    click: {
      click_id: string;
      clicked_at: string | null;
    } | null;
    booking_id: string;
    provider: "calcom" | "calendly" | "savvycal";
    /** What the scheduling service calls it now: a reschedule changes it. */
    provider_ref: string;
    tracking_id: string | null;
    application_id: string | null;
    job_id: string | null;
    user_id: string | null;
    /** Null: it belongs to no application yet. */
    attributed_by: "hand" | "tracking" | null;
    status: "active" | "canceled" | "no_show";
    /** When it was first booked, also after a reschedule. */
    booked_at: string;
    starts_at: string | null;
    ends_at: string | null;
    /** Personal, like the address: nulled by an erasure. */
    invitee_name: string | null;
    invitee_email: string | null;
    /** The `provider_ref` before the last reschedule. */
    rescheduled_from: string | null;
    created_at: string;
    updated_at: string;
  };
  BookingsController_list: {
    bookings: Array<{
      click: {
        click_id: string;
        clicked_at: string | null;
      } | null;
      booking_id: string;
      provider: "calcom" | "calendly" | "savvycal";
      /** What the scheduling service calls it now: a reschedule changes it. */
      provider_ref: string;
      tracking_id: string | null;
      application_id: string | null;
      job_id: string | null;
      user_id: string | null;
      /** Null: it belongs to no application yet. */
      attributed_by: "hand" | "tracking" | null;
      status: "active" | "canceled" | "no_show";
      /** When it was first booked, also after a reschedule. */
      booked_at: string;
      starts_at: string | null;
      ends_at: string | null;
      /** Personal, like the address: nulled by an erasure. */
      invitee_name: string | null;
      invitee_email: string | null;
      /** The `provider_ref` before the last reschedule. */
      rescheduled_from: string | null;
      created_at: string;
      updated_at: string;
    }>;
    next_cursor: string | null;
  };
  BookingsController_retry: {
    delivery_id: string;
    state: string;
  };
  CandidatesController_delete: {
    success: boolean;
    message: string;
    user_id: string;
  };
  CandidatesController_get: {
    phone_number: string | null;
    user_id: string;
    first_name: string | null;
    last_name: string | null;
    email: string | null;
    phone: string | null;
    mailing_address: string | null;
    calendly_url: string | null;
    linkedin_url: string | null;
    portfolio_url: string | null;
    created_at: string;
    /** Kept by a trigger, so that a hand-made UPDATE moves it too. */
    updated_at: string;
  };
  CandidatesController_patch: {
    phone_number: string | null;
    user_id: string;
    first_name: string | null;
    last_name: string | null;
    email: string | null;
    phone: string | null;
    mailing_address: string | null;
    calendly_url: string | null;
    linkedin_url: string | null;
    portfolio_url: string | null;
    created_at: string;
    /** Kept by a trigger, so that a hand-made UPDATE moves it too. */
    updated_at: string;
  };
  CandidatesController_put: {
    phone_number: string | null;
    user_id: string;
    first_name: string | null;
    last_name: string | null;
    email: string | null;
    phone: string | null;
    mailing_address: string | null;
    calendly_url: string | null;
    linkedin_url: string | null;
    portfolio_url: string | null;
    created_at: string;
    /** Kept by a trigger, so that a hand-made UPDATE moves it too. */
    updated_at: string;
  };
  DocumentsController_generateCoverLetter: {
    success: boolean;
    message: string;
    filename: string;
    document_id: string;
    file_path: string;
    download_url: string;
    timestamp: string;
    size: number;
    sha256: string;
    tracking: {
      reason?: string;
      enabled: boolean;
      fallback: boolean;
    };
    links: Array<{
      variable: "calendly_url" | "linkedin_url" | "portfolio_url";
      function: string;
      tracking_id: string | null;
      redirect_url: string | null;
      original_url: string;
      placements: number;
    }>;
    warnings: Array<DocumentWarning>;
  };
  DocumentsController_generateResume: {
    success: boolean;
    message: string;
    filename: string;
    document_id: string;
    file_path: string;
    download_url: string;
    timestamp: string;
    size: number;
    sha256: string;
    tracking: {
      reason?: string;
      enabled: boolean;
      fallback: boolean;
    };
    links: Array<{
      variable: "calendly_url" | "linkedin_url" | "portfolio_url";
      function: string;
      tracking_id: string | null;
      redirect_url: string | null;
      original_url: string;
      placements: number;
    }>;
    warnings: Array<DocumentWarning>;
  };
  DocumentsController_remove: {
    success: boolean;
    message: string;
    document_id: string;
    filename: string;
  };
  HealthController_live: {
    status: string;
  };
  HealthController_ready: {
    status: string;
    checks: { [name: string]: string };
  };
  InsightsController_applicationEngagement: ApplicationEngagement;
  InsightsController_engagementSummary: {
    total: EngagementFigures;
    /** Every outcome, also of no application. */
    by_outcome: Array<{
      applications: number;
      by_engagement: {
        none: number;
        low: number;
        high: number;
      };
      opened: Rate;
      human_clicks: number;
      /** Null of no application. */
      avg_human_clicks: number | null;
      median_human_clicks: number | null;
      avg_score: number | null;
      outcome: "accepted" | "interview" | "none" | "offer" | "rejected" | "withdrawn";
    }>;
    period: {
      from: string | null;
      to: string | null;
      timezone: string;
    };
  };
  InsightsController_engagementToOutcome: {
    period: {
      from: string | null;
      to: string | null;
      timezone: string;
    };
    engagements: Array<EngagementOutcome>;
  };
  InsightsController_funnel: {
    period: {
      from: string | null;
      to: string | null;
      timezone: string;
    };
    groups?: Array<GroupFunnel>;
    groups_left_off?: number;
    total: Funnel;
    previous?: {
      period: {
        timezone: string;
        from: string;
        to: string;
      };
      groups?: Array<GroupFunnel>;
      groups_left_off?: number;
      total: Funnel;
    };
    group_by: "company" | "function" | "job" | "job_board" | null;
  };
  InsightsController_jobs: {
    period: {
      from: string | null;
      to: string | null;
      timezone: string;
    };
    jobs: Array<JobFigures>;
    jobs_left_off: number;
    previous?: {
      period: {
        timezone: string;
        from: string;
        to: string;
      };
      jobs: Array<JobFigures>;
      jobs_left_off: number;
    };
  };
  InsightsController_linkFunctionEffectiveness: {
    period: {
      from: string | null;
      to: string | null;
      timezone: string;
    };
    functions: Array<FunctionEffectiveness>;
  };
  InsightsController_sources: {
    period: {
      from: string | null;
      to: string | null;
      timezone: string;
    };
    total_clicks: number;
    human_clicks: number;
    /** Most human clicks first. */
    sources: Array<SourceFigures>;
    sources_left_off: number;
    previous?: {
      period: {
        timezone: string;
        from: string;
        to: string;
      };
      total_clicks: number;
      human_clicks: number;
      /** Most human clicks first. */
      sources: Array<SourceFigures>;
      sources_left_off: number;
    };
  };
  KeysController_change: {
    id: string;
    name: string;
    user_id: string | null;
    scopes: Array<"admin" | "analytics:read" | "analytics:write" | "documents:write" | "links:read" | "links:write" | "privacy:write">;
    starts_with: string;
    state: "active" | "expired" | "revoked";
    created_at: string;
    created_by: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
    /** The key before the last rotation, as long as it is taken. */
    previous: {
      expires_at: string;
      last_used_at: string | null;
    } | null;
  };
  KeysController_create: {
    key: string;
    id: string;
    name: string;
    user_id: string | null;
    scopes: Array<"admin" | "analytics:read" | "analytics:write" | "documents:write" | "links:read" | "links:write" | "privacy:write">;
    starts_with: string;
    state: "active" | "expired" | "revoked";
    created_at: string;
    created_by: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
    /** The key before the last rotation, as long as it is taken. */
    previous: {
      expires_at: string;
      last_used_at: string | null;
    } | null;
  };
  KeysController_get: {
    id: string;
    name: string;
    user_id: string | null;
    scopes: Array<"admin" | "analytics:read" | "analytics:write" | "documents:write" | "links:read" | "links:write" | "privacy:write">;
    starts_with: string;
    state: "active" | "expired" | "revoked";
    created_at: string;
    created_by: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
    /** The key before the last rotation, as long as it is taken. */
    previous: {
      expires_at: string;
      last_used_at: string | null;
    } | null;
  };
  KeysController_list: {
    keys: Array<{
      id: string;
      name: string;
      user_id: string | null;
      scopes: Array<"admin" | "analytics:read" | "analytics:write" | "documents:write" | "links:read" | "links:write" | "privacy:write">;
      starts_with: string;
      state: "active" | "expired" | "revoked";
      created_at: string;
      created_by: string;
      expires_at: string | null;
      last_used_at: string | null;
      revoked_at: string | null;
      /** The key before the last rotation, as long as it is taken. */
      previous: {
        expires_at: string;
        last_used_at: string | null;
      } | null;
    }>;
    next_cursor: string | null;
  };
  KeysController_revoke: {
    id: string;
    name: string;
    user_id: string | null;
    scopes: Array<"admin" | "analytics:read" | "analytics:write" | "documents:write" | "links:read" | "links:write" | "privacy:write">;
    starts_with: string;
    state: "active" | "expired" | "revoked";
    created_at: string;
    created_by: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
    /** The key before the last rotation, as long as it is taken. */
    previous: {
      expires_at: string;
      last_used_at: string | null;
    } | null;
  };
  KeysController_rotate: {
    key: string;
    id: string;
    name: string;
    user_id: string | null;
    scopes: Array<"admin" | "analytics:read" | "analytics:write" | "documents:write" | "links:read" | "links:write" | "privacy:write">;
    starts_with: string;
    state: "active" | "expired" | "revoked";
    created_at: string;
    created_by: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
    /** The key before the last rotation, as long as it is taken. */
    previous: {
      expires_at: string;
      last_used_at: string | null;
    } | null;
  };
  LinkEditingController_deactivate: {
    message: string;
    tracking_id: string;
    is_active: boolean;
    deactivated_at: string | null;
  };
  LinkEditingController_deactivateAll: {
    deactivated: number;
    tracking_ids: Array<string>;
  };
  LinkEditingController_edit: {
    deactivated_at: string | null;
    tracking_id: string;
    redirect_url: string;
    original_url: string;
    link_function: string;
    link_type: string;
    job_id: string | null;
    application_id: string | null;
    user_id: string;
    description: string | null;
    created_at: string;
    is_active: boolean;
    expires_at: string | null;
    fallback_url: string | null;
    destination: string;
  };
  LinkEditingController_reactivate: {
    message: string;
    tracking_id: string;
    is_active: boolean;
    deactivated_at: string | null;
  };
  LinkEditingController_reactivateAll: {
    reactivated: number;
    tracking_ids: Array<string>;
  };
  LinkTrackingHealthController_report: {
    status: string;
    service: string;
    version: string;
    checks: { [name: string]: string };
  };
  LinksController_create: {
    tracking_id: string;
    redirect_url: string;
    original_url: string;
    link_function: string;
    link_type: string;
    job_id: string | null;
    application_id: string | null;
    user_id: string;
    description: string | null;
    created_at: string;
    is_active: boolean;
    expires_at: string | null;
    fallback_url: string | null;
    destination: string;
  };
  LinksController_list: {
    links: Array<{
      deactivated_at: string | null;
      tracking_id: string;
      redirect_url: string;
      original_url: string;
      link_function: string;
      link_type: string;
      job_id: string | null;
      application_id: string | null;
      user_id: string;
      description: string | null;
      created_at: string;
      is_active: boolean;
      expires_at: string | null;
      fallback_url: string | null;
      destination: string;
    }>;
    next_cursor: string | null;
  };
  LinksController_lookup: {
    destination_url: string;
  };
  OwnClicksController_begin: {
    own_clicks: boolean;
    user_id: string | null;
  };
  OwnClicksController_end: {
    own_clicks: boolean;
  };
  PrivacyController_anonymize: {
    anonymized_clicks: number;
  };
  PrivacyController_erase: Erasure;
  PrivacyController_get: Erasure;
  PrivacyController_list: {
    erasures: Array<Erasure>;
  };
  PrivacyController_replay: {
    erasures: number;
  };
  RecordClickController_record: RecordedClick;
  SessionController_begin: {
    principal: {
      kind: "anonymous" | "key" | "oidc" | "session";
      id: string;
      name: string;
      user_id: string | null;
      scopes: Array<"admin" | "analytics:read" | "analytics:write" | "documents:write" | "links:read" | "links:write" | "privacy:write">;
    };
    expires_at: string;
  };
  SessionController_get: {
    required: boolean;
    principal: {
      kind: "anonymous" | "key" | "oidc" | "session";
      id: string;
      name: string;
      user_id: string | null;
      scopes: Array<"admin" | "analytics:read" | "analytics:write" | "documents:write" | "links:read" | "links:write" | "privacy:write">;
    } | null;
    oidc: {
      login_url: string;
    } | null;
  };
  TemplatesController_delete: {
    success: boolean;
    message: string;
    template_id: string;
  };
  TemplatesController_get: {
    tags: Array<FoundTag>;
    unknown_tags: Array<string>;
    warnings: Array<DocumentWarning>;
    versions: Array<{
      version: number;
      sha256: string;
      size: number;
      created_at: string;
    }>;
    template_id: string;
    name: string;
    kinds: Array<"cover_letter" | "resume">;
    built_in: false;
    older_tags: boolean;
    link_text: "destination" | "label" | "tracked";
    user_id: string | null;
    version: number;
    size: number;
    created_at: string;
    updated_at: string;
    success: boolean;
  } | {
    tags: Array<FoundTag>;
    unknown_tags: Array<string>;
    warnings: Array<DocumentWarning>;
    versions: Array<{
      version: number;
      sha256: string;
      size: number;
      created_at: string;
    }>;
    template_id: string;
    name: string;
    kinds: Array<"cover_letter" | "resume">;
    built_in: true;
    success: boolean;
  };
  TemplatesController_getDefaults: {
    resume: string;
    cover_letter: string;
    user_id: string;
  };
  TemplatesController_list: {
    success: boolean;
    templates: Array<{
      template_id: string;
      name: string;
      kinds: Array<"cover_letter" | "resume">;
      built_in: false;
      older_tags: boolean;
      link_text: "destination" | "label" | "tracked";
      user_id: string | null;
      version: number;
      size: number;
      created_at: string;
      updated_at: string;
    } | {
      template_id: string;
      name: string;
      kinds: Array<"cover_letter" | "resume">;
      built_in: true;
    }>;
  };
  TemplatesController_putDefaults: {
    resume: string;
    cover_letter: string;
    user_id: string;
  };
  TemplatesController_upload: {
    tags: Array<FoundTag>;
    unknown_tags: Array<string>;
    warnings: Array<DocumentWarning>;
    versions: Array<{
      version: number;
      sha256: string;
      size: number;
      created_at: string;
    }>;
    template_id: string;
    name: string;
    kinds: Array<"cover_letter" | "resume">;
    built_in: false;
    older_tags: boolean;
    link_text: "destination" | "label" | "tracked";
    user_id: string | null;
    version: number;
    size: number;
    created_at: string;
    updated_at: string;
    success: boolean;
  };
  TrackingIngestController_ingest: {
    success: boolean;
    message: string;
    results: {
      total_events: number;
      successful: number;
      failed: number;
      errors: Array<Failure>;
    };
    timestamp: string;
  };
  WebhookDeliveriesController_list: {
    deliveries: Array<{
      id: string;
      webhook_id: string;
      type: string;
      status: "delivered" | "failed" | "pending";
      attempts: Array<Attempt>;
      next_attempt_at: string | null;
      created_at: string;
      payload: Payload;
    }>;
    next_cursor: string | null;
  };
  WebhookDeliveriesController_replay: {
    id: string;
    webhook_id: string;
    type: string;
    status: "delivered" | "failed" | "pending";
    attempts: Array<Attempt>;
    next_attempt_at: string | null;
    created_at: string;
    payload: Payload;
  };
  WebhookDeliveriesController_replaySince: {
    replayed: number;
  };
  WebhookDeliveriesController_test: {
    id: string;
    webhook_id: string;
    type: string;
    status: "delivered" | "failed" | "pending";
    attempts: Array<Attempt>;
    next_attempt_at: string | null;
    created_at: string;
    payload: Payload;
  };
  WebhooksController_change: {
    /** A UUIDv7: newer ones are greater. */
    id: string;
    /** Whose clicks and bookings it is told of; null: everybody's. */
    user_id: string | null;
    url: string;
    types: Array<"application.opened" | "booking.recorded" | "click.human">;
    description: string | null;
    enabled: boolean;
    disabled_reason: "by_hand" | "failing" | "gone" | null;
    /** The first failure after the last success. */
    failing_since: string | null;
    created_at: string;
    updated_at: string;
  };
  WebhooksController_create: {
    secret: string;
    /** A UUIDv7: newer ones are greater. */
    id: string;
    /** Whose clicks and bookings it is told of; null: everybody's. */
    user_id: string | null;
    url: string;
    types: Array<"application.opened" | "booking.recorded" | "click.human">;
    description: string | null;
    enabled: boolean;
    disabled_reason: "by_hand" | "failing" | "gone" | null;
    /** The first failure after the last success. */
    failing_since: string | null;
    created_at: string;
    updated_at: string;
  };
  WebhooksController_get: {
    /** A UUIDv7: newer ones are greater. */
    id: string;
    /** Whose clicks and bookings it is told of; null: everybody's. */
    user_id: string | null;
    url: string;
    types: Array<"application.opened" | "booking.recorded" | "click.human">;
    description: string | null;
    enabled: boolean;
    disabled_reason: "by_hand" | "failing" | "gone" | null;
    /** The first failure after the last success. */
    failing_since: string | null;
    created_at: string;
    updated_at: string;
  };
  WebhooksController_list: {
    webhooks: Array<{
      /** A UUIDv7: newer ones are greater. */
      id: string;
      /** Whose clicks and bookings it is told of; null: everybody's. */
      user_id: string | null;
      url: string;
      types: Array<"application.opened" | "booking.recorded" | "click.human">;
      description: string | null;
      enabled: boolean;
      disabled_reason: "by_hand" | "failing" | "gone" | null;
      /** The first failure after the last success. */
      failing_since: string | null;
      created_at: string;
      updated_at: string;
    }>;
    next_cursor: string | null;
  };
  WebhooksController_rotateSecret: {
    secret: string;
    previous_secret_until: string | null;
  };
}
