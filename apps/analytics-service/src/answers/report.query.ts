import type { DataSource } from 'typeorm';

export interface FunctionPerformance {
  link_function: string;
  /** The same under the name that the user guide reads. */
  function: string;
  link_count: number;
  total_clicks: number;
  human_clicks: number;
  /** Clicks in the period divided by the function's links, clicked or not. */
  avg_clicks_per_link: number;
}

export interface DailyTrend {
  /** `YYYY-MM-DD`, UTC. */
  click_date: string;
  clicks: number;
  human_clicks: number;
}

export interface Report {
  report_period: { start_date: string; end_date: string; days: number };
  overall_statistics: {
    total_links: number;
    jobs_with_links: number;
    applications_with_links: number;
    total_clicks: number;
    human_clicks: number;
  };
  /** Most clicked first. */
  function_performance: FunctionPerformance[];
  /** One entry per day of the period, also for days without clicks. */
  daily_trends: DailyTrend[];
}

/** Links per function (and, in the row without function, of all) with their clicks from day $1 to day $2. */
const PERFORMANCE = `
WITH known AS (
  SELECT tracking_id, link_function, job_id, application_id FROM links
  UNION ALL
  SELECT tracking_id, link_function, job_id, application_id FROM link_counters AS clicked
  WHERE NOT EXISTS (SELECT FROM links WHERE links.tracking_id = clicked.tracking_id)
),
period AS (
  SELECT tracking_id, sum(total_clicks) AS total_clicks, sum(human_clicks) AS human_clicks
  FROM link_days WHERE day BETWEEN $1::date AND $2::date GROUP BY tracking_id
)
SELECT link_function, count(*)::float8 AS link_count, count(DISTINCT job_id)::float8 AS jobs,
  count(DISTINCT application_id)::float8 AS applications,
  coalesce(sum(total_clicks), 0)::float8 AS total_clicks, coalesce(sum(human_clicks), 0)::float8 AS human_clicks
FROM known LEFT JOIN period USING (tracking_id)
GROUP BY GROUPING SETS ((link_function), ())
ORDER BY total_clicks DESC, human_clicks DESC, link_function`;

const TRENDS = `
SELECT to_char(date, 'YYYY-MM-DD') AS click_date, coalesce(sum(total_clicks), 0)::float8 AS clicks,
  coalesce(sum(human_clicks), 0)::float8 AS human_clicks
FROM generate_series($1::timestamp, $2::timestamp, '1 day') AS dates (date)
LEFT JOIN link_days ON link_days.day = dates.date::date
GROUP BY date ORDER BY date`;

const DAY_MS = 86_400_000;

/** The last `days` UTC days, today's included: every figure of clicks speaks of clicks in them. */
export async function getReport(dataSource: DataSource, days: number, now = new Date()): Promise<Report> {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const start = new Date(today - (days - 1) * DAY_MS);
  const period = [toDay(start), toDay(now)];
  const rows: PerformanceRow[] = await dataSource.query(PERFORMANCE, period);
  const trends: DailyTrend[] = await dataSource.query(TRENDS, period);
  const overall = rows.find(({ link_function }) => link_function === null);
  return {
    report_period: { start_date: start.toISOString(), end_date: now.toISOString(), days },
    overall_statistics: {
      total_links: overall?.link_count ?? 0,
      jobs_with_links: overall?.jobs ?? 0,
      applications_with_links: overall?.applications ?? 0,
      total_clicks: overall?.total_clicks ?? 0,
      human_clicks: overall?.human_clicks ?? 0,
    },
    function_performance: rows.flatMap(toPerformance),
    daily_trends: trends,
  };
}

interface PerformanceRow {
  link_function: string | null;
  link_count: number;
  jobs: number;
  applications: number;
  total_clicks: number;
  human_clicks: number;
}

function toPerformance({ link_function, link_count, total_clicks, human_clicks }: PerformanceRow) {
  if (link_function === null) return [];
  return [
    {
      link_function,
      function: link_function,
      link_count,
      total_clicks,
      human_clicks,
      avg_clicks_per_link: total_clicks / link_count,
    },
  ];
}

function toDay(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
