import type { DataSource } from 'typeorm';
import { writeRecord } from '#platform';
import { type ClickFilter, toCondition } from './click-filter.js';

/** Rows read and written at once: an export takes no more memory however long it is. */
const PAGE_ROWS = 1_000;
/** The first few come soon, also where a filter passes over most clicks. */
const FIRST_ROWS = 100;

const COLUMNS = [
  'click_id',
  'clicked_at',
  'tracking_id',
  'user_id',
  'job_id',
  'application_id',
  'link_function',
  'answer',
  'class',
  'score',
  'reasons',
  'rules_version',
  'click_source',
  'device',
  'browser',
  'os',
  'country',
  'city',
  'session_id',
  'ip_address',
  'user_agent',
  'referrer_url',
] as const;

const EXPRESSIONS: Readonly<Record<string, string>> = {
  clicked_at: `to_char(clicked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  reasons: "array_to_string(reasons, ' ')",
  ip_address: 'host(ip_address)',
};

/** Both follow time, each in the order of an index: that of all clicks, and that of one link's. */
const orderOf = ({ tracking_id }: ClickFilter) =>
  tracking_id === undefined ? (['click_id', 'clicked_at'] as const) : (['clicked_at', 'click_id'] as const);

/**
 * As text in the columns' order, with the key to go on from; $1 click id and $2 moment of the last. Found first: text would
 * be made of all that fit the filter where they have to be sorted.
 */
const toPage = (order: readonly string[], condition: string, limit: number) => `
SELECT ARRAY[${COLUMNS.map((name) => `(${EXPRESSIONS[name] ?? name})::text`).join(', ')}] AS cells,
  click_id, clicked_at::text AS clicked_at
FROM (
  SELECT * FROM link_clicks
  WHERE (${order.join(', ')}) > (${order[0] === 'click_id' ? '$1::uuid, $2::timestamptz' : '$2::timestamptz, $1::uuid'})
    AND ${condition}
  ORDER BY ${order.join(', ')} LIMIT ${limit}
) AS page ORDER BY ${order.map((name) => `page.${name}`).join(', ')}`;

interface Row {
  cells: (string | null)[];
  click_id: string;
  clicked_at: string;
}

/** The clicks as CSV (RFC 4180, with a header line), chunk by chunk. */
export async function* exportClicks(dataSource: DataSource, filter: ClickFilter): AsyncGenerator<string> {
  yield writeRecord(COLUMNS);
  const { sql, values } = toCondition(filter, 2);
  const order = orderOf(filter);
  let last = ['00000000-0000-0000-0000-000000000000', '-infinity'];
  for (let limit = FIRST_ROWS; ; limit = PAGE_ROWS) {
    const rows: Row[] = await dataSource.query(toPage(order, sql, limit), [...last, ...values]);
    const end = rows.at(-1);
    if (!end) return;
    yield rows.map(({ cells }) => writeRecord(cells)).join('');
    last = [end.click_id, end.clicked_at];
  }
}
