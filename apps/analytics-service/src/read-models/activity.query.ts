/** What is counted of navigations, by the class of each; `total` is all of them, also the owner's own. */
export const FIGURES = ['total', 'human', 'machine', 'suspected', 'duplicate'] as const;

const COLUMNS = FIGURES.map((figure) => `${figure}_clicks`);

/** SQL: the quarter of an hour (UTC) in which a moment lies. */
export function quarterOf(moment: string): string {
  return `date_bin('15 minutes', ${moment}, 'epoch')`;
}

/** SQL: the {@link FIGURES} of navigations, each under its name. */
export function countFigures(): string {
  const filter = (figure: string) => (figure === 'total' ? '' : ` FILTER (WHERE class = '${figure}')`);
  return FIGURES.map((figure) => `count(*)${filter(figure)} AS ${figure}`).join(', ');
}

/**
 * SQL: what a relation adds to `activity`, one row for each of its counters: of the user and the function, of the user,
 * of the function and of all, each by day and by quarter of an hour. The relation has `quarter`, `user_id`,
 * `link_function` and every one of {@link FIGURES}.
 */
export function sumActivity(relation: string): string {
  return `
  SELECT coalesce(user_id, '') AS user_id, coalesce(link_function, '') AS link_function, grain, starts_at,
    ${FIGURES.map((figure, i) => `sum(${figure}) AS ${COLUMNS[i]}`).join(', ')}
  FROM ${relation} CROSS JOIN LATERAL (VALUES
    ('quarter', quarter), ('day', date_trunc('day', quarter, 'UTC'))
  ) AS grains (grain, starts_at)
  GROUP BY grain, starts_at, CUBE (user_id, link_function)`;
}

/** SQL: adds a relation of changes, see {@link sumActivity}, to the counters; in the order of their key. */
export function moveActivity(relation: string): string {
  return `
  INSERT INTO activity AS held (user_id, link_function, grain, starts_at, ${COLUMNS.join(', ')})
  SELECT * FROM (${sumActivity(relation)}) AS moves
  WHERE ${COLUMNS.map((column) => `${column} <> 0`).join(' OR ')}
  ORDER BY user_id COLLATE "C", link_function COLLATE "C", grain COLLATE "C", starts_at
  ON CONFLICT (user_id, link_function, grain, starts_at) DO UPDATE SET
    ${COLUMNS.map((column) => `${column} = held.${column} + excluded.${column}`).join(', ')}`;
}
