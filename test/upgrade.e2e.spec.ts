import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually, freePort, type TestDatabase, testDatabase } from '#testing';
import { newDataDir, type RunningSystem, runToEnd, startSystem } from './running-system.js';

const KEPT = join(import.meta.dirname, 'upgrade');
/** Clicked last, and only in the journal when the old release was killed. */
const LATE = {
  link: 'lt_calendly_LzQqYaXV2aIfzkd3',
  job: 'job-morgan-ellis',
  application: 'app-morgan-ellis',
};

interface Answer {
  link_info?: { tracking_id: string; is_active: boolean };
  click_statistics?: { total_clicks: number };
  total_clicks?: number;
  destination_url?: string;
}
const before: Record<string, Answer> = JSON.parse(readFileSync(join(KEPT, 'answers.json'), 'utf8'));

const dataDir = newDataDir();
let database: TestDatabase;
let system: RunningSystem;

beforeAll(async () => {
  database = await testDatabase();
  await inDatabase(database.url, (client) => client.query(readFileSync(join(KEPT, 'database.sql'), 'utf8')));
  cpSync(join(KEPT, 'directory'), dataDir, { recursive: true });
  const port = await freePort([0, 1000]);
  system = await startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: {
      PORT: String(port),
      GRPC_PORT: String(port + 1000),
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      BASE_REDIRECT_URL: 'https://go.example.com/track',
    },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 100_000,
  });
}, 120_000);
afterAll(async () => {
  await system?.stop();
  await database?.drop();
  rmSync(dirname(dataDir), { recursive: true, force: true });
}, 120_000);

async function inDatabase<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const ask = (path: string) => fetch(system.url + path, { redirect: 'manual' });
const isAboutLateClick = (path: string) =>
  !path.includes('/lookup/') && Object.values(LATE).some((id) => path.includes(id));
const totalOf = ({ click_statistics, total_clicks }: Answer) =>
  click_statistics?.total_clicks ?? total_clicks ?? 0;

/** Everything that the catalogue says of a schema, but for partitions, which come and go with the months. */
const CATALOGUE = `
WITH tables AS (
  SELECT oid, relname, relkind, relpersistence, obj_description(oid) AS said FROM pg_class
  WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('links', 'documents', 'analytics', 'access'))
    AND relkind IN ('r', 'p', 'v', 'S') AND NOT relispartition
)
SELECT 'table ' || oid::regclass || ' ' || relkind::text || relpersistence::text || coalesce(said, '') AS line FROM tables
UNION ALL
SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || attnum || ' ' || format_type(atttypid, atttypmod) || ' ' ||
  attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '') || ' ' || attidentity::text || attgenerated::text || ' ' ||
  coalesce(col_description(attrelid, attnum), '')
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid IN (SELECT oid FROM tables) AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE conrelid IN (SELECT oid FROM tables) AND contype <> 'n'
UNION ALL
SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN (SELECT oid FROM tables)
UNION ALL
-- A dump may set other parentheses around the same condition.
SELECT 'trigger ' || translate(pg_get_triggerdef(oid), '()', '') FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM tables) AND NOT tgisinternal
UNION ALL
SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
WHERE pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('links', 'documents', 'analytics', 'access'))
ORDER BY 1`;

const catalogueOf = (url: string) =>
  inDatabase(url, async (client) => (await client.query(CATALOGUE)).rows.map(({ line }) => line as string));

describe('the present release on what an early one left', () => {
  it('answers what that one answered', async () => {
    const paths = Object.keys(before).filter((path) => !isAboutLateClick(path));
    expect(paths.length).toBeGreaterThan(12);
    for (const path of paths) {
      const answer = await ask(path);
      expect({ path, answer: await answer.json() }).toMatchObject({ path, answer: before[path] as object });
    }
  });

  it('counts the click that was only in the journal, once', async () => {
    const paths = Object.keys(before).filter(isAboutLateClick);
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      await eventually(async () => {
        const answer = (await (await ask(path)).json()) as Answer;
        expect({ path, total: totalOf(answer) }).toEqual({
          path,
          total: totalOf(before[path] as Answer) + 1,
        });
      });
    }
  }, 120_000);

  it('redirects its links, and hands out its documents as they were', async () => {
    for (const [path, { destination_url }] of Object.entries(before)) {
      const [, id] = /\/lookup\/(.*)/.exec(path) ?? [];
      if (!id) continue;
      const answer = await ask(`/track/${id}`);
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toContain(String(destination_url));
    }
    const [off] = Object.values(before).filter(({ link_info }) => link_info?.is_active === false);
    expect((await ask(`/track/${off?.link_info?.tracking_id}`)).status).toBe(410);
    for (const user of ['jordan_avery', 'morgan_ellis']) {
      const [id = ''] = readdirSync(join(KEPT, 'directory/documents', user));
      const bytes = Buffer.from(await (await ask(`/documents/${id}`)).arrayBuffer());
      expect(bytes.equals(readFileSync(join(KEPT, 'directory/documents', user, id)))).toBe(true);
    }
  });

  it('has the tables that a new database gets, and counters that equal their rows', async () => {
    const fresh = await testDatabase();
    try {
      const env = { DATABASE_URL: fresh.url, DATA_DIR: join(dirname(dataDir), 'fresh') };
      const migrated = await runToEnd('dist/apps/standalone/src/main.js', env, dirname(dataDir), [
        '--migrate-only',
      ]);
      expect(migrated).toMatchObject({ code: 0 });
      const [upgraded, made] = await Promise.all([catalogueOf(database.url), catalogueOf(fresh.url)]);
      expect(made.length).toBeGreaterThan(200);
      expect(upgraded).toEqual(made);
    } finally {
      await fresh.drop();
    }
    const compared = await runToEnd('scripts/reconcile.mjs', { DATABASE_URL: database.url });
    expect(compared).toEqual({ code: 0, output: 'Every counter equals its rows.\n' });
  }, 120_000);
});
