import type { DataSource } from 'typeorm';
import { readCursor, writeCursor } from './answer-filter.js';
import { KNOWN_LINKS } from './known-links.query.js';
import { countOf, humanOf, Parameters, splitPeriod, sumLinks } from './period-figures.query.js';
import { countDays, type DailyTrend, listDays } from './report-days.query.js';
import { type ReportQuestion, SUMS } from './report-question.js';

/** Functions answered at once unless another number is asked for. */
const FUNCTIONS_LIMIT = 500;

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
  /** Names the next functions; null when these are the last. */
  next_cursor: string | null;
}

/** Every figure of clicks speaks of clicks in the period; links count whether they were clicked or not. */
export async function getReport(
  dataSource: DataSource,
  question: ReportQuestion,
  now = new Date(),
): Promise<Report> {
  const days = listDays(question);
  const { cursor, limit = FUNCTIONS_LIMIT } = question;
  const place = readCursor(cursor);
  const [rows, trends] = await Promise.all([
    countFunctions(dataSource, question),
    countDays(dataSource, question, days),
  ]);
  const overall = rows.find(({ link_function }) => link_function === null);
  const functions = rows.flatMap(toPerformance);
  const { from, to } = question.period;
  return {
    report_period: {
      start_date: from.toISOString(),
      end_date: (to > now && from < now ? now : to).toISOString(),
      days: days.length,
    },
    overall_statistics: {
      total_links: overall?.link_count ?? 0,
      jobs_with_links: overall?.jobs ?? 0,
      applications_with_links: overall?.applications ?? 0,
      total_clicks: overall?.total_clicks ?? 0,
      human_clicks: overall?.human_clicks ?? 0,
    },
    function_performance: functions.slice(place, place + limit),
    daily_trends: trends,
    next_cursor: functions.length > place + limit ? writeCursor(place + limit) : null,
  };
}

/** Links per function (and, in the row without function, of all) with their clicks in the period. */
async function countFunctions(dataSource: DataSource, question: ReportQuestion): Promise<PerformanceRow[]> {
  const { userId, jobId, linkFunction, classes } = question;
  const parameters = new Parameters();
  const conditions = ['true'];
  if (userId !== undefined) conditions.push(`user_id = ${parameters.add(userId)}`);
  if (jobId !== undefined) conditions.push(`job_id = ${parameters.add(jobId)}`);
  if (linkFunction !== undefined) conditions.push(`link_function = ${parameters.add(linkFunction)}`);
  return dataSource.query(
    `WITH asked AS MATERIALIZED (SELECT tracking_id, link_function, job_id, application_id
       FROM (${KNOWN_LINKS}) AS known WHERE ${conditions.join(' AND ')}),
     links AS (
       SELECT link_function, count(*) AS link_count, count(DISTINCT job_id) AS jobs,
         count(DISTINCT application_id) AS applications
       FROM asked GROUP BY GROUPING SETS ((link_function), ())
     ),
     clicks AS (${jobId === undefined ? sumFunctions(parameters, question) : sumJob(parameters, question)})
     SELECT links.link_function, link_count::float8, jobs::float8, applications::float8,
       coalesce(${countOf(classes)}, 0)::float8 AS total_clicks, coalesce(${humanOf(classes)}, 0)::float8 AS human_clicks
     FROM links LEFT JOIN clicks ON clicks.link_function IS NOT DISTINCT FROM links.link_function
     ORDER BY total_clicks DESC, human_clicks DESC, link_function`,
    parameters.values,
  );
}

/** From the counters of functions: whole UTC days by day, what is left of the period by quarters of an hour. */
function sumFunctions(parameters: Parameters, { period, userId, linkFunction }: ReportQuestion): string {
  const { wholeFrom, wholeTo, edges } = splitPeriod(period);
  const midnight = (day: string) => `${parameters.add(day)}::timestamp AT TIME ZONE 'UTC'`;
  const parts = [
    `grain = 'day' AND starts_at >= ${midnight(wholeFrom)} AND starts_at < ${midnight(wholeTo)}`,
    ...edges.map(
      ([from, to]) =>
        `grain = 'quarter' AND starts_at >= ${parameters.add(from)}::timestamptz AND starts_at < ${parameters.add(to)}::timestamptz`,
    ),
  ];
  const sums = SUMS.map((name) => `sum(${name}_clicks) AS ${name}`).join(', ');
  const name =
    linkFunction === undefined ? 'coalesce(links.link_function, $all)' : parameters.add(linkFunction);
  return `SELECT links.link_function, counted.* FROM links CROSS JOIN LATERAL (
       SELECT ${sums} FROM (${parts
         .map(
           (part) => `SELECT * FROM activity WHERE user_id = ${parameters.add(userId ?? '')}
         AND link_function = ${name.replace('$all', "''")} AND ${part}`,
         )
         .join('\n         UNION ALL ')}) AS parts
     ) AS counted`;
}

function sumJob(parameters: Parameters, { period }: ReportQuestion): string {
  const sums = SUMS.map((name) => `sum(${name}) AS ${name}`).join(', ');
  return `SELECT link_function, ${sums} FROM (${sumLinks(parameters, 'asked', period)}) AS figures
       JOIN asked USING (tracking_id) GROUP BY GROUPING SETS ((link_function), ())`;
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
