import type { DataSource } from 'typeorm';
import { type ApplicationFilter, whereSent } from '../applications/application-filter.js';
import { type Rate, toRate } from './wilson.js';

export const FUNNEL_GROUPS = ['job_board', 'company', 'function', 'job'] as const;
export type FunnelGroup = (typeof FUNNEL_GROUPS)[number];

/** Half of the applications took no longer; null of none. */
export interface Median {
  hours: number | null;
  n: number;
}

export interface Funnel {
  sent: number;
  /** By a person. */
  opened: number;
  booked: number;
  human_clicks: number;
  rates: { opened: Rate; booked: Rate; booked_of_opened: Rate };
  median_hours: { sent_to_opened: Median; opened_to_booked: Median; sent_to_booked: Median };
}

export interface GroupFunnel extends Funnel {
  /** Null where it is not known. */
  group: string | null;
}

/** Groups answered at most, largest first. */
const MAX_GROUPS = 200;

/** What each groups by. Names in whatever case are one group; ids are as they are. */
const GROUPS = {
  job_board: { name: 'job_board', inAnyCase: true },
  company: { name: 'company', inAnyCase: true },
  job: { name: 'job_id', inAnyCase: false },
} as const satisfies Record<Exclude<FunnelGroup, 'function'>, unknown>;

/** A step back in time (sent by a date that a person set, say) has no duration. */
const median = (from: string, to: string, name: string) => `
  percentile_cont(0.5) WITHIN GROUP (ORDER BY date_part('epoch', ${to} - ${from}) / 3600)
    FILTER (WHERE ${to} >= ${from}) AS ${name}, count(*) FILTER (WHERE ${to} >= ${from})::float8 AS ${name}_n`;

const MEDIANS = `${median('sent_at', 'opened_at', 'sent_to_opened')},
  ${median('opened_at', 'booked_at', 'opened_to_booked')}, ${median('sent_at', 'booked_at', 'sent_to_booked')}`;

/** Sums of clicks are of doubles: of bigints they are of numerics, which cost a third of a grouping by thousands of jobs. */
const COUNTED = {
  sent: 'count(*)',
  opened: 'count(opened_at)',
  booked: 'count(booked_at)',
  human_clicks: 'coalesce(sum(human_clicks::float8), 0)',
  opened_and_booked: 'count(*) FILTER (WHERE opened_at IS NOT NULL AND booked_at IS NOT NULL)',
} as const;

const COUNTS = Object.entries(COUNTED)
  .map(([name, count]) => `(${count})::float8 AS ${name}`)
  .join(', ');
/** Of groups that were counted apart. */
const SUMS = Object.keys(COUNTED)
  .map((name) => `sum(${name}) AS ${name}`)
  .join(', ');

interface Stages {
  sent: number;
  opened: number;
  booked: number;
  human_clicks: number;
  opened_and_booked: number;
  sent_to_opened: number | null;
  sent_to_opened_n: number | null;
  opened_to_booked: number | null;
  opened_to_booked_n: number | null;
  sent_to_booked: number | null;
  sent_to_booked_n: number | null;
}

/** All applications sent in the period. Reads their table alone: its cost does not grow with clicks. */
export async function getFunnel(dataSource: DataSource, filter: ApplicationFilter): Promise<Funnel> {
  const { sql, values } = whereSent(filter);
  const [stages] = await dataSource.query(
    `SELECT ${COUNTS}, ${MEDIANS} FROM applications WHERE ${sql}`,
    values,
  );
  return toFunnel(stages);
}

/**
 * The same by group, largest first. An application counts for each function that it has a link of, as opened or booked
 * where that was done through a link of the function.
 */
export async function listGroupFunnels(
  dataSource: DataSource,
  group: FunnelGroup,
  filter: ApplicationFilter,
): Promise<{ groups: GroupFunnel[]; groups_left_off: number }> {
  const { sql, values } = whereSent(filter);
  const statement = group === 'function' ? funnelsOfFunctions(filter, sql) : funnelsBy(GROUPS[group], sql);
  const rows: (Stages & { group: string | null; groups: number })[] = await dataSource.query(
    statement,
    values,
  );
  return {
    groups: rows.map((row) => ({ group: row.group, ...toFunnel(row) })),
    groups_left_off: (rows[0]?.groups ?? 0) - rows.length,
  };
}

/** An index has functions in order, with all that is asked for. */
function funnelsOfFunctions(filter: ApplicationFilter, sql: string): string {
  return `SELECT link_function AS "group", count(*) OVER ()::float8 AS groups, ${COUNTS}, ${MEDIANS}
     FROM ${functionsOf(filter)} WHERE ${sql} GROUP BY link_function
     ORDER BY sent DESC, link_function COLLATE "C" LIMIT ${MAX_GROUPS}`;
}

/**
 * Counted first, because a median wants what it is of in order: that is done for what was opened or booked alone, of
 * groups that are shown. Names are folded once they are few.
 */
function funnelsBy({ name, inAnyCase }: { name: string; inAnyCase: boolean }, sql: string): string {
  const key = (of: string) => `coalesce(${inAnyCase ? `lower(${of})` : of}, '') COLLATE "C"`;
  const named = `SELECT ${name} AS "group", ${COUNTS} FROM applications WHERE ${sql} GROUP BY ${name}`;
  const groups = inAnyCase
    ? `SELECT ${key('"group"')} AS key, min("group" COLLATE "C") AS "group", ${SUMS} FROM (${named}) AS named GROUP BY 1`
    : `SELECT ${key('"group"')} AS key, named.* FROM (${named}) AS named`;
  return `WITH groups AS MATERIALIZED (
       SELECT *, count(*) OVER ()::float8 AS groups FROM (${groups}) AS every ORDER BY sent DESC, key LIMIT ${MAX_GROUPS}
     ),
     medians AS (
       SELECT ${key(name)} AS key, ${MEDIANS} FROM applications
       WHERE ${sql} AND (opened_at IS NOT NULL OR booked_at IS NOT NULL) AND ${key(name)} IN (SELECT key FROM groups)
       GROUP BY 1
     )
     SELECT * FROM groups LEFT JOIN medians USING (key) ORDER BY sent DESC, key`;
}

/** SQL: what functions of applications are read from; what they do not know themselves they are joined for. */
export function functionsOf({ job_id, job_board }: ApplicationFilter): string {
  if (job_id === undefined && job_board === undefined) return 'application_functions';
  return `application_functions
       JOIN (SELECT user_id, application_id, job_id, job_board FROM applications) AS held USING (user_id, application_id)`;
}

function toFunnel(stages: Stages): Funnel {
  const { sent, opened, booked, human_clicks } = stages;
  return {
    sent,
    opened,
    booked,
    human_clicks,
    rates: {
      opened: toRate(opened, sent),
      booked: toRate(booked, sent),
      booked_of_opened: toRate(stages.opened_and_booked, opened),
    },
    median_hours: {
      sent_to_opened: toMedian(stages.sent_to_opened, stages.sent_to_opened_n),
      opened_to_booked: toMedian(stages.opened_to_booked, stages.opened_to_booked_n),
      sent_to_booked: toMedian(stages.sent_to_booked, stages.sent_to_booked_n),
    },
  };
}

/** Null of a group in which nothing was opened or booked. */
function toMedian(hours: number | null, n: number | null): Median {
  return { hours: hours === null ? null : Math.round(hours * 100) / 100, n: n ?? 0 };
}

/** The columns of a group as CSV. */
export const FUNNEL_COLUMNS = [
  'group',
  'sent',
  'opened',
  'booked',
  'human_clicks',
  'opened_rate',
  'booked_rate',
  'median_hours_sent_to_opened',
  'median_hours_opened_to_booked',
] as const;

export function flattenFunnel({
  group,
  sent,
  opened,
  booked,
  human_clicks,
  rates,
  median_hours,
}: GroupFunnel) {
  return {
    group,
    sent,
    opened,
    booked,
    human_clicks,
    opened_rate: rates.opened.rate,
    booked_rate: rates.booked.rate,
    median_hours_sent_to_opened: median_hours.sent_to_opened.hours,
    median_hours_opened_to_booked: median_hours.opened_to_booked.hours,
  };
}
