import type { DataSource } from 'typeorm';
import { readCursor, writeCursor } from './answer-filter.js';
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

/** Links answered at once unless another number is asked for. */
const LINKS_LIMIT = 500;

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
  /** Names the next links; null when these are the last. Totals speak of all of them. */
  next_cursor: string | null;
}

/** What of an application is asked. */
export interface ApplicationQuestion extends Counted {
  applicationId: string;
  userId?: string | undefined;
  jobId?: string | undefined;
  linkFunction?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** An application's links, oldest first; zeros and an empty list for an application without links. */
export async function getApplicationSummary(
  dataSource: DataSource,
  question: ApplicationQuestion,
): Promise<ApplicationSummary> {
  const [totals, links, application] = await Promise.all([
    sumApplication(dataSource, question),
    listLinks(dataSource, question),
    findApplication(dataSource, question),
  ]);
  return {
    application_id: question.applicationId,
    job_id: application?.job_id ?? null,
    company: application?.company ?? null,
    title: application?.title ?? null,
    tracked_links: links.page,
    total_tracked_links: totals.links,
    total_clicks: totals.clicks,
    human_clicks: totals.human_clicks,
    unique_sessions: totals.sessions,
    next_cursor: links.next,
  };
}

function askLinks(
  parameters: Parameters,
  { applicationId, userId, jobId, linkFunction }: ApplicationQuestion,
): string {
  const conditions = [`application_id = ${parameters.add(applicationId)}`];
  if (userId !== undefined) conditions.push(`user_id = ${parameters.add(userId)}`);
  if (jobId !== undefined) conditions.push(`job_id = ${parameters.add(jobId)}`);
  if (linkFunction !== undefined) conditions.push(`link_function = ${parameters.add(linkFunction)}`);
  return `asked AS MATERIALIZED (SELECT * FROM (${KNOWN_LINKS}) AS known WHERE ${conditions.join(' AND ')})`;
}

/** The application has a counter of sessions; a part of it has one only where it is the whole. */
async function sumApplication(dataSource: DataSource, question: ApplicationQuestion) {
  const { applicationId, period, classes } = question;
  const parameters = new Parameters();
  const asked = askLinks(parameters, question);
  const application = parameters.add(applicationId);
  const links = '(SELECT array_agg(tracking_id) FROM asked)::text[]';
  const [row] = await dataSource.query(
    `WITH ${asked}
     SELECT (SELECT count(*) FROM asked)::float8 AS links, coalesce(sum(${countOf(classes)}), 0)::float8 AS clicks,
       coalesce(sum(${humanOf(classes)}), 0)::float8 AS human_clicks, CASE
         WHEN (SELECT count(*) FROM (${KNOWN_LINKS}) AS known WHERE application_id = ${application})
           = (SELECT count(*) FROM asked)
         THEN ${countSessions(parameters, { period, classes, scope: `'a:' || ${application}`, links })}
         ELSE ${countSessions(parameters, { period, classes, scope: undefined, links })}
       END::float8 AS sessions
     FROM (${sumLinks(parameters, 'asked', period)}) AS figures`,
    parameters.values,
  );
  return row;
}

async function listLinks(
  dataSource: DataSource,
  question: ApplicationQuestion,
): Promise<{ page: ApplicationLink[]; next: string | null }> {
  const { period, classes, limit = LINKS_LIMIT, cursor } = question;
  const parameters = new Parameters();
  const asked = askLinks(parameters, question);
  const place = readCursor(cursor);
  const links: ApplicationLink[] = await dataSource.query(
    `WITH ${asked},
     page AS MATERIALIZED (SELECT * FROM asked ORDER BY created_at NULLS LAST, tracking_id
       LIMIT ${parameters.add(limit + 1)} OFFSET ${parameters.add(place)})
     SELECT link_function, tracking_id, original_url, description, coalesce(${countOf(classes)}, 0)::float8 AS click_count,
       coalesce(${humanOf(classes)}, 0)::float8 AS human_clicks,
       ${clickEnd(parameters, 'first', { period, classes })} AS first_click,
       ${clickEnd(parameters, 'last', { period, classes })} AS last_click
     FROM page AS link LEFT JOIN (${sumLinks(parameters, 'page', period)}) AS figures USING (tracking_id)
     ORDER BY created_at NULLS LAST, tracking_id`,
    parameters.values,
  );
  return {
    page: links.slice(0, limit),
    next: links.length > limit ? writeCursor(place + limit) : null,
  };
}

async function findApplication(dataSource: DataSource, { applicationId, userId }: ApplicationQuestion) {
  const [application] = await dataSource.query(
    `SELECT job_id, company, title FROM applications WHERE application_id = $1 AND ($2::text IS NULL OR user_id = $2)
     ORDER BY first_generated_at LIMIT 1`,
    [applicationId, userId ?? null],
  );
  return application;
}
