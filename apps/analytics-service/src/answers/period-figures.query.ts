import type { ClickClassName, Period } from './answer-filter.js';

const DAY_MS = 86_400_000;

/** Values of a query's parameters, numbered in the order in which they are added. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Answers the parameter's name in SQL. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** Which clicks an answer counts. */
export interface Counted {
  period: Period | undefined;
  classes: readonly ClickClassName[] | undefined;
}

export interface PeriodParts {
  /** Whole UTC days: the first, and the one after the last. */
  wholeFrom: string;
  wholeTo: string;
  /** What is left at the ends, at most a part of a day each. */
  edges: readonly Span[];
}

/** From, inclusive, and to, exclusive. */
type Span = readonly [Date, Date];

/** Whole UTC days have counters; parts of days are read click by click. */
export function splitPeriod({ from, to }: Period): PeriodParts {
  const first = from ? Math.ceil(from.getTime() / DAY_MS) * DAY_MS : undefined;
  const last = to ? Math.floor(to.getTime() / DAY_MS) * DAY_MS : undefined;
  if (from && to && first !== undefined && last !== undefined && first > last) {
    return { wholeFrom: toDay(first), wholeTo: toDay(first), edges: [[from, to]] };
  }
  const edges: Span[] = [];
  if (from && first !== undefined && from.getTime() < first) edges.push([from, new Date(first)]);
  if (to && last !== undefined && last < to.getTime()) edges.push([new Date(last), to]);
  return { wholeFrom: toDay(first, '-infinity'), wholeTo: toDay(last, 'infinity'), edges };
}

function toDay(ms: number | undefined, otherwise = ''): string {
  return ms === undefined ? otherwise : new Date(ms).toISOString().slice(0, 10);
}

/** Columns of {@link sumLinks} and what they are in counters and in clicks. */
const COLUMNS = [
  ['total', 'total_clicks', "answer = 'redirect'"],
  ['human', 'human_clicks', "answer = 'redirect' AND class = 'human'"],
  ['machine', 'machine_clicks', "answer = 'redirect' AND class = 'machine'"],
  ['suspected', 'suspected_clicks', "answer = 'redirect' AND class = 'suspected'"],
  ['duplicate', 'duplicate_clicks', "answer = 'redirect' AND class = 'duplicate'"],
  ['other', 'other_hits', "answer <> 'redirect'"],
  ['inferred', 'inferred_opens', "class = 'inferred'"],
] as const;

/** What is left of the UTC day of which this is the beginning or the end; undefined of its middle. */
function restOfDay([from, to]: Span): Span | undefined {
  const day = Math.floor(from.getTime() / DAY_MS) * DAY_MS;
  if (from.getTime() === day) return [to, new Date(day + DAY_MS)];
  return to.getTime() === day + DAY_MS ? [new Date(day), from] : undefined;
}

function lengthOf([from, to]: Span): number {
  return to.getTime() - from.getTime();
}

/**
 * SQL: figures of links in a period, a row for each that has any: tracking_id, total, human, machine, suspected,
 * duplicate, other, inferred. `asked` is a relation with tracking_id. The greater part of a day is its counters without
 * the clicks of the rest: clicks of half a day are read at most.
 */
export function sumLinks(parameters: Parameters, asked: string, period: Period | undefined): string {
  const counters = COLUMNS.map(([name, counter]) => `${counter} AS ${name}`).join(', ');
  if (!period) return `SELECT tracking_id, ${counters} FROM ${asked} JOIN link_counters USING (tracking_id)`;
  const { wholeFrom, wholeTo, edges } = splitPeriod(period);
  const days = (condition: string) =>
    `SELECT tracking_id, ${counters} FROM ${asked} JOIN link_days USING (tracking_id) WHERE ${condition}`;
  const clicks = (span: Span, sign: '' | '-') =>
    `SELECT tracking_id, ${COLUMNS.map(([name, , condition]) => `${sign}count(*) FILTER (WHERE ${condition}) AS ${name}`).join(', ')}
     FROM ${asked} JOIN link_clicks USING (tracking_id) WHERE ${within(parameters, span)} GROUP BY tracking_id`;
  const parts = [
    days(`day >= ${parameters.add(wholeFrom)}::date AND day < ${parameters.add(wholeTo)}::date`),
    ...edges.flatMap((edge) => {
      const rest = restOfDay(edge);
      return rest && lengthOf(rest) < lengthOf(edge)
        ? [days(`day = ${parameters.add(toDay(edge[0].getTime()))}::date`), clicks(rest, '-')]
        : [clicks(edge, '')];
    }),
  ];
  const sums = COLUMNS.map(([name]) => `sum(${name}) AS ${name}`).join(', ');
  return `SELECT tracking_id, ${sums} FROM (${parts.join('\nUNION ALL ')}) AS parts GROUP BY tracking_id`;
}

/** SQL: how many clicks of these classes; of all when none is named. `prefix` names the relation with a dot. */
export function countOf(classes: readonly ClickClassName[] | undefined, prefix = ''): string {
  if (!classes) return `${prefix}total`;
  const columns = (names: readonly string[]) => names.map((name) => `${prefix}${name}`);
  const own = ['total', 'human', 'machine', 'suspected', 'duplicate'];
  return classes
    .map((name) => (name === 'self' ? `(${columns(own).join(' - ')})` : `${prefix}${name}`))
    .join(' + ');
}

/** SQL: how many people's clicks are among them. */
export function humanOf(classes: readonly ClickClassName[] | undefined, prefix = ''): string {
  return !classes || classes.includes('human') ? `${prefix}human` : '0';
}

/** SQL: the condition that a click is one of the navigations that are counted. */
export function isCounted(parameters: Parameters, classes: readonly ClickClassName[] | undefined): string {
  return classes ? `answer = 'redirect' AND class = ANY (${parameters.add(classes)})` : "answer = 'redirect'";
}

/**
 * SQL: when a link (`link.tracking_id`) was first or last clicked, as counted. Days that have such clicks are known:
 * one click is read of each of three at most, because two of them may lie in the period with a part only.
 */
export function clickEnd(
  parameters: Parameters,
  end: 'first' | 'last',
  { period, classes }: Counted,
): string {
  if (!period && !classes)
    return `(SELECT ${end}_click FROM link_counters WHERE tracking_id = link.tracking_id)`;
  const order = end === 'first' ? 'ASC' : 'DESC';
  const from = `${parameters.add(period?.from ?? '-infinity')}::timestamptz`;
  const to = `${parameters.add(period?.to ?? 'infinity')}::timestamptz`;
  const days = COLUMNS.map(([name, counter]) => `${counter} AS ${name}`).join(', ');
  return `(SELECT ${end === 'first' ? 'min' : 'max'}(found.clicked_at) FROM (
    SELECT day FROM (SELECT day, ${days} FROM link_days WHERE tracking_id = link.tracking_id
      AND day BETWEEN (${from} AT TIME ZONE 'UTC')::date AND (${to} AT TIME ZONE 'UTC')::date) AS held
    WHERE ${countOf(classes)} > 0 ORDER BY day ${order} LIMIT 3
  ) AS clicked CROSS JOIN LATERAL (
    SELECT clicked_at FROM link_clicks
    WHERE tracking_id = link.tracking_id AND clicked_at >= greatest(${from}, day::timestamp AT TIME ZONE 'UTC')
      AND clicked_at < least(${to}, (day + 1)::timestamp AT TIME ZONE 'UTC') AND ${isCounted(parameters, classes)}
    ORDER BY clicked_at ${order} LIMIT 1
  ) AS found)`;
}

/**
 * SQL: unique sessions with a person's click, as counted. `scope` (SQL text, such as `'j:' || $1`) has counters by day;
 * without one, the sessions of `links` (SQL array of ids) are told apart one by one.
 */
export function countSessions(
  parameters: Parameters,
  { scope, links, period, classes }: Counted & { scope: string | undefined; links: string },
): string {
  if (classes && !classes.includes('human')) return '0';
  const { wholeFrom, wholeTo, edges } = splitPeriod(period ?? {});
  const days = `day >= ${parameters.add(wholeFrom)}::date AND day < ${parameters.add(wholeTo)}::date`;
  const opened = edges.map(
    (edge) => `SELECT hashtextextended(session_id, 0) FROM link_clicks
    WHERE tracking_id = ANY (${links}) AND answer = 'redirect' AND class = 'human' AND session_id IS NOT NULL
      AND ${within(parameters, edge)}`,
  );
  if (scope) {
    const whole = `(SELECT coalesce(sum(unique_sessions), 0) FROM session_counters
    WHERE scope_key = hashtextextended(${scope}, 0) AND ${days})`;
    return opened.length === 0
      ? whole
      : `(${whole} + (SELECT count(*) FROM (${opened.join(' UNION ')}) AS opened))`;
  }
  const held = `SELECT session FROM unique_sessions
    WHERE scope_key = ANY (ARRAY(SELECT hashtextextended('l:' || id, 0) FROM unnest(${links}) AS id)) AND ${days}`;
  return `(SELECT count(DISTINCT session) FROM (${[held, ...opened].join(' UNION ALL ')}) AS opened)`;
}

/** SQL: the condition that a click lies in a part of a day. */
function within(parameters: Parameters, [from, to]: Span): string {
  return `clicked_at >= ${parameters.add(from)}::timestamptz AND clicked_at < ${parameters.add(to)}::timestamptz`;
}
