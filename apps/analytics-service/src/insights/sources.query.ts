import type { DataSource } from 'typeorm';
import { type Period, requireQuarters } from '../answers/answer-filter.js';
import { Parameters, splitPeriod } from '../answers/period-figures.query.js';
import { FIGURES } from '../read-models/activity.query.js';

export interface SourceFigures {
  /** Such as `email`, `linkedin`, `job_board` or `document-or-app`; a reported click may name another one. */
  source: string;
  total_clicks: number;
  human_clicks: number;
  machine_clicks: number;
  suspected_clicks: number;
  duplicate_clicks: number;
}

export interface Sources {
  total_clicks: number;
  human_clicks: number;
  /** Most human clicks first. */
  sources: SourceFigures[];
  sources_left_off: number;
}

/** The columns of the same as CSV. */
export const SOURCE_COLUMNS = ['source', ...FIGURES.map((figure) => `${figure}_clicks` as const)] as const;

/** Sources answered at most: whoever reports clicks may name ever more. */
const MAX_SOURCES = 100;

/** Where clicks in the period came from, from counters by day and, for parts of days, by quarter of an hour. */
export async function getSources(
  dataSource: DataSource,
  { userId, period }: { userId: string | undefined; period: Period },
): Promise<Sources> {
  requireQuarters(period);
  const { wholeFrom, wholeTo, edges } = splitPeriod(period);
  const parameters = new Parameters();
  const user = parameters.add(userId ?? '');
  const midnight = (day: string) => `${parameters.add(day)}::timestamp AT TIME ZONE 'UTC'`;
  const moment = (at: Date) => `${parameters.add(at)}::timestamptz`;
  const spans = [
    ['day', midnight(wholeFrom), midnight(wholeTo)],
    ...edges.map(([from, to]) => ['quarter', moment(from), moment(to)]),
  ];
  const parts = spans.map(
    ([grain, from, to]) => `SELECT * FROM source_activity
       WHERE user_id = ${user} AND grain = '${grain}' AND starts_at >= ${from} AND starts_at < ${to}`,
  );
  const sums = FIGURES.map((figure) => `sum(${figure}_clicks)::float8 AS ${figure}_clicks`);
  const rows: SourceFigures[] = await dataSource.query(
    `SELECT click_source AS source, ${sums.join(', ')} FROM (${parts.join('\n     UNION ALL ')}) AS counted
     GROUP BY 1 HAVING sum(total_clicks) > 0 ORDER BY human_clicks DESC, total_clicks DESC, source`,
    parameters.values,
  );
  const sum = (figure: 'total_clicks' | 'human_clicks') => rows.reduce((all, row) => all + row[figure], 0);
  return {
    total_clicks: sum('total_clicks'),
    human_clicks: sum('human_clicks'),
    sources: rows.slice(0, MAX_SOURCES),
    sources_left_off: Math.max(0, rows.length - MAX_SOURCES),
  };
}
