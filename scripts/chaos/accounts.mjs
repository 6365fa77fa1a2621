// What became of the clicks: asked of the database, and of the service's own counters.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** How long the backlog of a healed system may take to drain, ms. */
const DRAIN_DEADLINE_MS = 60_000;

/** Rows per mark, once every accepted click has a row or the drain deadline is over. */
export async function readStored(deployment, mark, accepted) {
  const deadline = Date.now() + DRAIN_DEADLINE_MS;
  for (;;) {
    const rows = await query(
      deployment,
      `SELECT substring(user_agent FROM '${mark}-[0-9]+') AS mark, count(*)::int AS rows
         FROM analytics.link_clicks WHERE user_agent LIKE '%${mark}-%' GROUP BY 1`,
    );
    const stored = new Map(rows.map(({ mark: name, rows: count }) => [name, count]));
    const missing = [...accepted].filter((name) => !stored.has(name)).length;
    if (missing === 0 || Date.now() > deadline) return { stored, missing };
    await sleep(250);
  }
}

/** Counters must equal rows after everything: a difference counts as lost or doubled. */
export async function reconcile(deployment) {
  const ids = await query(
    deployment,
    'SELECT tracking_id, count(*)::int AS rows FROM analytics.link_clicks GROUP BY 1',
  );
  let [stored, lost, doubled] = [0, 0, 0];
  for (const { tracking_id, rows } of ids) {
    const answer = await (await fetch(`${deployment.url}/api/link-tracking/analytics/${tracking_id}`)).json();
    const difference = answer.click_statistics.total_clicks - rows;
    stored += rows;
    if (difference < 0) lost -= difference;
    else doubled += difference;
  }
  return {
    fault: 'counters-against-rows',
    accepted: stored,
    stored,
    lost,
    doubled,
    failed: 0,
    p50: 0,
    p99: 0,
  };
}

async function query(deployment, sql) {
  const client = new pg.Client(deployment.databaseUrl);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
