import type { DataSource } from 'typeorm';
import { KNOWN_LINKS } from './known-links.query.js';
import {
  type Counted,
  clickEnd,
  countOf,
  countSessions,
  humanOf,
  Parameters,
  sumLinks,
} from './period-figures.query.js';

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

/** What of a job is asked. */
export interface JobQuestion extends Counted {
  jobId: string;
  userId?: string | undefined;
  linkFunction?: string | undefined;
}

/** A job's links by function; zeros and an empty list for a job without links. */
export async function getJobSummary(dataSource: DataSource, question: JobQuestion): Promise<JobSummary> {
  const parameters = new Parameters();
  const asked = askLinks(parameters, question);
  const functions: FunctionSummary[] = await dataSource.query(
    summarise(parameters, asked, question),
    parameters.values,
  );
  return {
    job_id: question.jobId,
    link_functions: functions,
    total_links: sum(functions, ({ link_count }) => link_count),
    total_clicks: sum(functions, ({ total_clicks }) => total_clicks),
    human_clicks: sum(functions, ({ human_clicks }) => human_clicks),
    unique_sessions: await countJobSessions(dataSource, question),
  };
}

/** Links that are known only by their clicks count too: events of links and of clicks travel apart. */
function askLinks(parameters: Parameters, { jobId, userId, linkFunction }: JobQuestion): string {
  const conditions = [`job_id = ${parameters.add(jobId)}`];
  if (userId !== undefined) conditions.push(`user_id = ${parameters.add(userId)}`);
  if (linkFunction !== undefined) conditions.push(`link_function = ${parameters.add(linkFunction)}`);
  return `asked AS MATERIALIZED (SELECT tracking_id, user_id, link_function, link_type
    FROM (${KNOWN_LINKS}) AS known WHERE ${conditions.join(' AND ')})`;
}

/** A visitor of two candidates is two sessions, so sessions add up over candidates; not over links of one of them. */
function summarise(parameters: Parameters, asked: string, { period, classes }: Counted): string {
  const counted = { period, classes };
  return `WITH ${asked},
figures AS (${sumLinks(parameters, 'asked', period)}),
links AS (
  SELECT link.*, ${countOf(classes)} AS clicks, ${humanOf(classes)} AS human_clicks,
    ${clickEnd(parameters, 'first', counted)} AS first_click, ${clickEnd(parameters, 'last', counted)} AS last_click
  FROM asked AS link LEFT JOIN figures USING (tracking_id)
),
owners AS (
  SELECT link_function, min(link_type) AS link_type, array_agg(tracking_id)::text[] AS ids,
    coalesce(sum(clicks), 0) AS clicks, coalesce(sum(human_clicks), 0) AS human_clicks,
    min(first_click) AS first_click, max(last_click) AS last_click
  FROM links GROUP BY link_function, user_id
)
SELECT link_function, min(link_type) AS link_type, sum(cardinality(ids))::float8 AS link_count,
  sum(clicks)::float8 AS total_clicks, sum(human_clicks)::float8 AS human_clicks,
  sum(CASE WHEN cardinality(ids) = 1
    THEN ${countSessions(parameters, { ...counted, scope: "'l:' || ids[1]", links: 'ids' })}
    ELSE ${countSessions(parameters, { ...counted, scope: undefined, links: 'ids' })}
  END)::float8 AS unique_sessions,
  min(first_click) AS first_click, max(last_click) AS last_click
FROM owners GROUP BY link_function ORDER BY link_function`;
}

/** The job has a counter; a part of it has one only where it is the whole. */
async function countJobSessions(dataSource: DataSource, question: JobQuestion): Promise<number> {
  const { jobId, period, classes } = question;
  const parameters = new Parameters();
  const asked = askLinks(parameters, question);
  const job = parameters.add(jobId);
  const links = '(SELECT array_agg(tracking_id) FROM asked)::text[]';
  const [row] = await dataSource.query(
    `WITH ${asked} SELECT CASE
       WHEN (SELECT count(*) FROM (${KNOWN_LINKS}) AS known WHERE job_id = ${job}) = (SELECT count(*) FROM asked)
       THEN ${countSessions(parameters, { period, classes, scope: `'j:' || ${job}`, links })}
       ELSE ${countSessions(parameters, { period, classes, scope: undefined, links })}
     END::float8 AS sessions`,
    parameters.values,
  );
  return row.sessions;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
