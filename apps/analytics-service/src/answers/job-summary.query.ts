import type { DataSource } from 'typeorm';

export interface FunctionSummary {
  link_function: string;
  link_type: string;
  link_count: number;
  total_clicks: number;
  human_clicks: number;
  unique_sessions: number;
  first_click: Date | null;
  last_click: Date | null;
}

export interface JobSummary {
  job_id: string;
  /** By function's name. */
  link_functions: FunctionSummary[];
  total_links: number;
  total_clicks: number;
  human_clicks: number;
  /** A visitor counts once for the job, however many of its functions they clicked. */
  unique_sessions: number;
}

/** Links that are known only by their clicks count too: events of links and of clicks travel apart. A
 * function's sessions are its link's; only where it has several links are their sessions told apart one by one. $1 job id.
 */
const FUNCTIONS = `
WITH known AS (
  SELECT tracking_id, link_function, link_type FROM links WHERE job_id = $1
  UNION ALL
  SELECT tracking_id, link_function, 'external' FROM link_counters AS clicked
  WHERE job_id = $1 AND NOT EXISTS (SELECT FROM links WHERE links.tracking_id = clicked.tracking_id)
)
SELECT link_function, min(link_type) AS link_type, count(*)::float8 AS link_count,
  coalesce(sum(total_clicks), 0)::float8 AS total_clicks,
  coalesce(sum(human_clicks), 0)::float8 AS human_clicks,
  coalesce(CASE WHEN count(*) = 1
    THEN (SELECT sum(unique_sessions) FROM session_counters
          WHERE scope_key = hashtextextended('l:' || min(tracking_id), 0))
    ELSE (SELECT count(DISTINCT session) FROM unique_sessions
          WHERE scope_key = ANY (array_agg(hashtextextended('l:' || tracking_id, 0))))
  END, 0)::float8 AS unique_sessions,
  min(first_click) AS first_click, max(last_click) AS last_click
FROM known LEFT JOIN link_counters AS counters USING (tracking_id, link_function)
GROUP BY link_function ORDER BY link_function`;

const JOB_SESSIONS = `SELECT sum(unique_sessions)::float8 AS unique_sessions FROM session_counters WHERE scope_key = hashtextextended('j:' || $1, 0)`;

/** A job's links by function; zeros and an empty list for a job without links. */
export async function getJobSummary(dataSource: DataSource, jobId: string): Promise<JobSummary> {
  const functions: FunctionSummary[] = await dataSource.query(FUNCTIONS, [jobId]);
  const [sessions] = await dataSource.query(JOB_SESSIONS, [jobId]);
  return {
    job_id: jobId,
    link_functions: functions,
    total_links: sum(functions, ({ link_count }) => link_count),
    total_clicks: sum(functions, ({ total_clicks }) => total_clicks),
    human_clicks: sum(functions, ({ human_clicks }) => human_clicks),
    unique_sessions: sessions?.unique_sessions ?? 0,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
