import type { DataSource } from 'typeorm';
import { InvalidFilterError, MAX_DAYS, requireQuarters } from './answer-filter.js';
import { KNOWN_LINKS } from './known-links.query.js';
import { countOf, humanOf, Parameters } from './period-figures.query.js';
import { type ReportQuestion, SUMS } from './report-question.js';
import { addDays, startOfLocalDay, toLocalDay } from './time-zone.js';

const DAY_MS = 86_400_000;

export interface DailyTrend {
  /** `YYYY-MM-DD` in the zone that was asked for. */
  click_date: string;
  clicks: number;
  human_clicks: number;
}

export interface LocalDay {
  day: string;
  from: Date;
  to: Date;
}

/** The local days of the period, the first and the last cut to it; not those that a zone skipped. */
export function listDays({ period: { from, to }, timeZone }: ReportQuestion): LocalDay[] {
  requireQuarters({ from, to });
  if (to.getTime() - from.getTime() > (MAX_DAYS + 1) * DAY_MS)
    throw new InvalidFilterError('from', `must lie at most ${MAX_DAYS} days before to in a report`);
  const days: LocalDay[] = [];
  for (let day = toLocalDay(from, timeZone), start = from; start < to; ) {
    const next = addDays(day, 1);
    const midnight = startOfLocalDay(next, timeZone);
    if (midnight > start) {
      days.push({ day, from: start, to: midnight < to ? midnight : to });
      start = midnight;
    }
    day = next;
  }
  return days;
}

/** Clicks of each day, in the order of days. */
export async function countDays(
  dataSource: DataSource,
  question: ReportQuestion,
  days: readonly LocalDay[],
): Promise<DailyTrend[]> {
  const { classes } = question;
  const parameters = new Parameters();
  const spans = [
    `${parameters.add(days.map(({ day }) => day))}::text[]`,
    `${parameters.add(days.map(({ from }) => from))}::timestamptz[]`,
    `${parameters.add(days.map(({ to }) => to))}::timestamptz[]`,
  ];
  const isWhole = days.every(({ from, to }) => from.getTime() % DAY_MS === 0 && to.getTime() % DAY_MS === 0);
  const counted =
    question.jobId === undefined
      ? readActivity(parameters, question, isWhole)
      : readJob(parameters, question, isWhole);
  const first = question.jobId !== undefined && isWhole ? sumJobDays(parameters, question) : '';
  return dataSource.query(
    `${first}SELECT click_date, coalesce(${countOf(classes)}, 0)::float8 AS clicks, coalesce(${humanOf(classes)}, 0)::float8 AS human_clicks
     FROM unnest(${spans.join(', ')}) AS span (click_date, starts, ends) CROSS JOIN LATERAL (${counted}) AS counted
     ORDER BY click_date`,
    parameters.values,
  );
}

function readActivity(
  parameters: Parameters,
  { userId, linkFunction }: ReportQuestion,
  isWhole: boolean,
): string {
  const sums = SUMS.map((name) => `sum(${name}_clicks) AS ${name}`).join(', ');
  return `SELECT ${sums} FROM activity WHERE user_id = ${parameters.add(userId ?? '')}
       AND link_function = ${parameters.add(linkFunction ?? '')} AND grain = '${isWhole ? 'day' : 'quarter'}'
       AND starts_at >= starts AND starts_at < ends`;
}

/** A job has counters by UTC day through its links; its days of another zone are counted from its clicks. */
function readJob(parameters: Parameters, question: ReportQuestion, isWhole: boolean): string {
  const sums = SUMS.map((name) => `sum(${name}_clicks) AS ${name}`).join(', ');
  const counts = SUMS.map((name) => (name === 'total' ? '' : ` FILTER (WHERE class = '${name}')`)).map(
    (filter, i) => `count(*)${filter} AS ${SUMS[i]}`,
  );
  return isWhole
    ? `SELECT ${sums} FROM job_days WHERE day >= (starts AT TIME ZONE 'UTC')::date
       AND day < (ends AT TIME ZONE 'UTC')::date`
    : `SELECT ${counts.join(', ')} FROM link_clicks WHERE ${isOfJob(parameters, question)} AND answer = 'redirect'
       AND clicked_at >= starts AND clicked_at < ends`;
}

/** Each link's days are read once, not once a day: a job of a thousand links would be looked through ninety times. */
function sumJobDays(parameters: Parameters, question: ReportQuestion): string {
  const sums = SUMS.map((name) => `sum(${name}_clicks) AS ${name}_clicks`).join(', ');
  const day = (at: Date) => `(${parameters.add(at)}::timestamptz AT TIME ZONE 'UTC')::date`;
  const { from, to } = question.period;
  return `WITH job_days AS MATERIALIZED (
       SELECT day, ${sums} FROM link_days
       WHERE ${isOfJob(parameters, question)} AND day >= ${day(from)} AND day < ${day(to)} GROUP BY day
     ) `;
}

function isOfJob(parameters: Parameters, { jobId, userId, linkFunction }: ReportQuestion): string {
  const conditions = [`job_id = ${parameters.add(jobId)}`];
  if (userId !== undefined) conditions.push(`user_id = ${parameters.add(userId)}`);
  if (linkFunction !== undefined) conditions.push(`link_function = ${parameters.add(linkFunction)}`);
  return `tracking_id IN (SELECT tracking_id FROM (${KNOWN_LINKS}) AS known WHERE ${conditions.join(' AND ')})`;
}
