/** What is counted of navigations, by the class of each; `total` is all of them, also the owner's own. */
export const FIGURES = ['total', 'human', 'machine', 'suspected', 'duplicate'] as const;

const COLUMNS = FIGURES.map((figure) => `${figure}_clicks`);

/** A table of counters by UTC day and by quarter of an hour. An empty key stands for all of them. */
interface ActivityTable {
  name: string;
  /** What is counted apart, beside grain and start. */
  keys: readonly string[];
  /** SQL: which of the keys are counted together. */
  groups: string;
}

/** By user and function; also by either of them, and all. */
const BY_FUNCTION: ActivityTable = {
  name: 'activity',
  keys: ['user_id', 'link_function'],
  groups: 'CUBE (user_id, link_function)',
};
/** By user and by where clicks came from; also of all users. */
const BY_SOURCE: ActivityTable = {
  name: 'source_activity',
  keys: ['user_id', 'click_source'],
  groups: 'GROUPING SETS ((user_id, click_source), (click_source))',
};
export const ACTIVITY_TABLES = [BY_FUNCTION, BY_SOURCE] as const;

/** SQL: the quarter of an hour (UTC) in which a moment lies. */
export function quarterOf(moment: string): string {
  return `date_bin('15 minutes', ${moment}, 'epoch')`;
}

/** SQL: the {@link FIGURES} of navigations, each under its name. */
export function countFigures(): string {
  const filter = (figure: string) => (figure === 'total' ? '' : ` FILTER (WHERE class = '${figure}')`);
  return FIGURES.map((figure) => `count(*)${filter(figure)} AS ${figure}`).join(', ');
}

/** The columns of a table's key, in its order. */
export function keyOf({ keys }: ActivityTable): string[] {
  return [...keys, 'grain', 'starts_at'];
}

/** The columns of its figures. */
const FIGURE_COLUMNS = COLUMNS.join(', ');

/**
 * SQL: what a relation adds to a table of activity, one row for each of its counters, each by day and by quarter of an
 * hour. The relation has `quarter`, the table's keys and every one of {@link FIGURES}.
 */
export function sumActivity(relation: string, { keys, groups }: ActivityTable): string {
  return `
  SELECT ${keys.map((key) => `coalesce(${key}, '') AS ${key}`).join(', ')}, grain, starts_at,
    ${FIGURES.map((figure, i) => `sum(${figure}) AS ${COLUMNS[i]}`).join(', ')}
  FROM ${relation} CROSS JOIN LATERAL (VALUES
    ('quarter', quarter), ('day', date_trunc('day', quarter, 'UTC'))
  ) AS grains (grain, starts_at)
  GROUP BY grain, starts_at, ${groups}`;
}

/**
 * SQL: WITH queries that add relations of changes to every table of activity, see {@link sumActivity}; in the order of
 * their keys, and everywhere in this order of tables: it is that of their locks.
 */
export function moveActivity({ functions, sources }: { functions: string; sources: string }): string {
  return `moved_sources AS (${moveTable(sources, BY_SOURCE)}
),
moved_activity AS (${moveTable(functions, BY_FUNCTION)}
)`;
}

function moveTable(relation: string, table: ActivityTable): string {
  return `
  INSERT INTO ${table.name} AS held (${keyOf(table).join(', ')}, ${FIGURE_COLUMNS})
  SELECT * FROM (${sumActivity(relation, table)}) AS moves
  WHERE ${COLUMNS.map((column) => `${column} <> 0`).join(' OR ')}
  ORDER BY ${[...table.keys, 'grain'].map((key) => `${key} COLLATE "C"`).join(', ')}, starts_at
  ON CONFLICT (${keyOf(table).join(', ')}) DO UPDATE SET
    ${COLUMNS.map((column) => `${column} = held.${column} + excluded.${column}`).join(', ')}`;
}
