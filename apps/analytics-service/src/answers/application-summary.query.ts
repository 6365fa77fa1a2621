import type { DataSource } from 'typeorm';

export interface ApplicationLink {
  link_function: string;
  tracking_id: string;
  /** Null while only clicks of the link have arrived. */
  original_url: string | null;
  description: string | null;
  click_count: number;
  human_clicks: number;
  first_click: Date | null;
  last_click: Date | null;
}

export interface ApplicationSummary {
  application_id: string;
  job_id: string | null;
  company: string | null;
  title: string | null;
  tracked_links: ApplicationLink[];
  total_tracked_links: number;
  total_clicks: number;
  human_clicks: number;
  unique_sessions: number;
}

/** $1 application id. */
const LINKS = `
WITH known AS (
  SELECT tracking_id, link_function, original_url, description, created_at FROM links WHERE application_id = $1
  UNION ALL
  SELECT tracking_id, link_function, NULL, NULL, NULL FROM link_counters AS clicked
  WHERE application_id = $1 AND NOT EXISTS (SELECT FROM links WHERE links.tracking_id = clicked.tracking_id)
)
SELECT known.link_function, tracking_id, original_url, description,
  coalesce(total_clicks, 0)::float8 AS click_count, coalesce(counters.human_clicks, 0)::float8 AS human_clicks,
  first_click, last_click
FROM known LEFT JOIN link_counters AS counters USING (tracking_id)
ORDER BY known.created_at NULLS LAST, tracking_id`;

const APPLICATION = `
SELECT (SELECT sum(unique_sessions)::float8 FROM session_counters
    WHERE scope_key = hashtextextended('a:' || $1, 0)) AS unique_sessions,
  application.job_id, application.company, application.title
FROM (VALUES (1)) AS one LEFT JOIN LATERAL (
  SELECT job_id, company, title FROM applications WHERE application_id = $1 ORDER BY first_generated_at LIMIT 1
) AS application ON true`;

/** An application's links, oldest first; zeros and an empty list for an application without links. */
export async function getApplicationSummary(
  dataSource: DataSource,
  applicationId: string,
): Promise<ApplicationSummary> {
  const links: ApplicationLink[] = await dataSource.query(LINKS, [applicationId]);
  const [application] = await dataSource.query(APPLICATION, [applicationId]);
  return {
    application_id: applicationId,
    job_id: application.job_id,
    company: application.company,
    title: application.title,
    tracked_links: links,
    total_tracked_links: links.length,
    total_clicks: links.reduce((total, { click_count }) => total + click_count, 0),
    human_clicks: links.reduce((total, { human_clicks }) => total + human_clicks, 0),
    unique_sessions: application.unique_sessions ?? 0,
  };
}
