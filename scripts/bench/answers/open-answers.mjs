import { Module } from '@nestjs/common';
import pg from 'pg';

export const LINKS = 2_001;
export const JOBS = 667;
export const USERS = 50;
/** Applications in all; the first of them have the clicks. */
export const APPLICATIONS = 50_000;
/** Every twentieth click is on this one link. */
export const VIRAL = 'lt_link_0';
const DAYS = 90;
const CHUNK = 1_000_000;
/** What a database is called once all of it is made. */
const FILLED = 'filled';

class QuietBus {
  async publish() {}
  async subscribe() {}
  async tail() {}
  async checkHealth() {}
  async close() {}
}

class NoLinks {
  async findLink() {}
}

class NeighboursModule {}
Module({})(NeighboursModule);

/** Analytics-service on a database that holds so many clicks of the last 90 days; one filled before is taken as it is. */
export async function openAnswers(serverUrl, clicks) {
  const name = `answers_${clicks}`;
  const { url, isFilled } = await openDatabase(serverUrl, name);
  const service = await start(url);
  const client = new pg.Client({ connectionString: url, options: '-c search_path=analytics' });
  await client.connect();
  if (!isFilled) {
    await fill(client, clicks);
    await recount(service.dataSource);
    await client.query('VACUUM ANALYZE');
    await service.refreshApplications();
    await client.query(`ANALYZE; COMMENT ON DATABASE ${name} IS '${FILLED}'`);
  }
  return {
    url,
    get: (path) => service.app.inject({ method: 'GET', url: path }),
    getRows: (path) => getRows(service.app, path),
    measureStorage: () => measureStorage(client, clicks),
    async close() {
      await client.end();
      await service.stop();
    },
  };
}

/** What has come of a table once rows follow its header. */
async function getRows(app, path) {
  const answer = await app.inject({ method: 'GET', url: path, payloadAsStream: true });
  let payload = '';
  for await (const chunk of answer.stream()) {
    payload += chunk;
    if (payload.trimEnd().includes('\n')) break;
  }
  return { statusCode: answer.statusCode, payload };
}

async function openDatabase(serverUrl, name) {
  const client = new pg.Client(serverUrl);
  await client.connect();
  const { rows } = await client.query(
    "SELECT shobj_description(oid, 'pg_database') AS state FROM pg_database WHERE datname = $1",
    [name],
  );
  const isFilled = rows[0]?.state === FILLED;
  if (!isFilled) {
    await client.query(`DROP DATABASE IF EXISTS ${name}`);
    await client.query(`CREATE DATABASE ${name}`);
  }
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, isFilled };
}

async function start(url) {
  const DIST = '../../../dist';
  const { startService } = await import(`${DIST}/libs/platform/src/index.js`);
  const { EVENT_BUS } = await import(`${DIST}/libs/events/src/index.js`);
  const { DOCUMENT_RECORDS, LINK_CLIENT, LINK_RECORDS } = await import(`${DIST}/libs/contracts/src/index.js`);
  const { AnalyticsServiceModule } = await import(
    `${DIST}/apps/analytics-service/src/analytics-service.module.js`
  );
  const { analyticsServiceEnv } = await import(`${DIST}/apps/analytics-service/src/config.js`);
  const { ANALYTICS_DATABASE } = await import(`${DIST}/apps/analytics-service/src/database.js`);
  const config = analyticsServiceEnv.parse({ DATABASE_URL: url, AMQP_URL: 'amqp://localhost' });
  const service = await startService({
    name: 'analytics-service',
    config: { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'error' },
    imports: [
      {
        module: NeighboursModule,
        global: true,
        providers: [
          { provide: EVENT_BUS, useValue: new QuietBus() },
          { provide: LINK_CLIENT, useValue: new NoLinks() },
          { provide: LINK_RECORDS, useValue: {} },
          { provide: DOCUMENT_RECORDS, useValue: {} },
        ],
        exports: [EVENT_BUS, LINK_CLIENT, LINK_RECORDS, DOCUMENT_RECORDS],
      },
      AnalyticsServiceModule.register(config),
    ],
  });
  const dataSource = service.app.get(ANALYTICS_DATABASE);
  return { ...service, dataSource, refreshApplications: () => refreshed(dataSource) };
}

/** The service refreshes what was noted by itself. */
async function refreshed(dataSource) {
  for (;;) {
    const [{ waiting }] = await dataSource.query('SELECT count(*)::int AS waiting FROM stale_applications');
    if (waiting === 0) return;
    await new Promise((go) => setTimeout(go, 500));
  }
}

/** Indexes are made after the rows: that takes a tenth of the time. */
async function fill(client, clicks) {
  await client.query(FILL_LINKS);
  await client.query(FILL_APPLICATIONS);
  const { rows: indexes } = await client.query(INDEXES);
  await client.query(`DROP INDEX ${indexes.map(({ name }) => name).join(', ')}`);
  for (let ago = 0; ago <= DAYS + 31; ago += 28)
    await client.query("SELECT ensure_click_partition((now() - $1::int * interval '1 day')::date)", [ago]);
  for (let first = 0; first < clicks; first += CHUNK) {
    await client.query(FILL_CLICKS, [first, Math.min(clicks, first + CHUNK) - 1, clicks]);
    console.error(
      `  ${Math.min(clicks, first + CHUNK).toLocaleString('en')} of ${clicks.toLocaleString('en')} clicks made`,
    );
  }
  for (const { definition } of indexes) await client.query(definition);
  await client.query('VACUUM ANALYZE link_clicks');
}

const INDEXES = `
SELECT indexrelid::regclass::text AS name, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS definition
FROM pg_index WHERE indrelid = 'link_clicks'::regclass AND NOT indisprimary`;

const FILL_LINKS = `
INSERT INTO links (tracking_id, user_id, job_id, application_id, link_function, link_type, original_url, redirect_url,
  is_active, created_at, revision)
SELECT 'lt_link_' || n, 'user-' || (n / 3) % ${USERS}, 'job-' || n / 3 % ${JOBS}, 'app-' || n / 3 % ${JOBS},
  (ARRAY['Calendly', 'LinkedIn', 'Portfolio'])[1 + n % 3], 'external', 'https://example.org/' || n,
  'http://localhost:5000/track/lt_link_' || n, true, now() - interval '${DAYS + 1} days', n + 1
FROM generate_series(0, ${LINKS - 1}) AS n`;

/** What was sent in the last 90 days, a third of it opened, by job boards, companies and functions. */
const FILL_APPLICATIONS = `
INSERT INTO applications (user_id, application_id, job_id, company, title, job_board, first_generated_at, human_clicks,
  people, opened_at, booked_at, score)
SELECT 'user-' || n % ${USERS}, 'app-more-' || n, 'job-more-' || n % 20000, 'Company ' || n % 700, 'Marketing Manager',
  (ARRAY['Indeed', 'LinkedIn', 'Glassdoor', 'Monster', 'Dice', NULL])[1 + n % 6], sent, opened * 2, opened,
  CASE WHEN opened > 0 THEN sent + interval '9 hours' END, CASE WHEN n % 30 = 0 THEN sent + interval '2 days' END, opened * 40
FROM (
  SELECT n, now() - n * interval '2 minutes' AS sent, CASE WHEN n % 3 = 0 THEN 1 + n % 2 ELSE 0 END AS opened
  FROM generate_series(1, ${APPLICATIONS - JOBS}) AS n
) AS made;
INSERT INTO application_functions (user_id, application_id, link_function, human_clicks, opened_at, booked_at, sent_at)
SELECT user_id, application_id, link_function, human_clicks, opened_at, booked_at, sent_at
FROM applications CROSS JOIN (VALUES ('Calendly'), ('LinkedIn'), ('Portfolio')) AS functions (link_function)
WHERE application_id LIKE 'app-more-%';
-- Made without links, they must not be refreshed from them.
TRUNCATE stale_applications`;

/** $1 to $2 of $3 clicks, evenly over the days; 70 % people's. */
const FILL_CLICKS = `
INSERT INTO link_clicks (click_id, clicked_at, tracking_id, user_id, job_id, application_id, link_function, answer, class,
  score, reasons, rules_version, ip_address, user_agent, session_id, click_source, device, browser, os, country, facts,
  request_id, stored_in)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid,
  at, 'lt_link_' || link, 'user-' || (link / 3) % ${USERS}, 'job-' || link / 3 % ${JOBS}, 'app-' || link / 3 % ${JOBS},
  (ARRAY['Calendly', 'LinkedIn', 'Portfolio'])[1 + link % 3], 'redirect',
  (ARRAY['human', 'human', 'human', 'human', 'human', 'human', 'human', 'machine', 'machine', 'suspected'])[1 + i % 10],
  CASE WHEN i % 10 < 7 THEN 0 WHEN i % 10 < 9 THEN 100 ELSE 25 END,
  CASE WHEN i % 10 < 7 THEN '{}'::text[] WHEN i % 10 < 9 THEN '{isbot}' ELSE '{no_accept_language}' END, 2,
  ('10.' || visitor % 200 || '.' || visitor / 200 % 250 || '.' || visitor % 250)::inet,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  lpad(to_hex(hashint8(visitor::bigint * 1000 + extract(doy FROM at)::bigint)::bigint & 4294967295), 16, '0'),
  'document-or-app', 'desktop', 'Chrome 142', 'Windows 10', 'CA',
  '{"method": "GET", "secure": true, "do_not_track": false, "link_created_at": "2026-01-01T00:00:00.000Z", "headers":
    {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "accept-language": "en-US,en;q=0.9",
     "sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-user": "?1"}}',
  'req-' || i, 1
FROM (
  SELECT i, now() - (($3 - i)::float8 / $3) * interval '${DAYS} days' AS at,
    CASE WHEN i % 20 = 0 THEN 0 ELSE 1 + abs(hashint8(i)) % ${LINKS - 1} END AS link, abs(hashint8(i * 31)) % 50000 AS visitor
  FROM generate_series($1::bigint, $2::bigint) AS i
) AS made`;

/** The counters of everything, as the repair counts them after they were lost. */
async function recount(dataSource) {
  const { repairCounters } = await import(
    '../../../dist/apps/analytics-service/src/reconcile/repair-counters.query.js'
  );
  const keys = await dataSource.query(`
    SELECT 'link_counters' AS counter, tracking_id AS key FROM links
    UNION ALL SELECT 'activity', to_char(now() - n * interval '1 day', 'YYYY-MM-DD') FROM generate_series(0, ${DAYS + 1}) AS n`);
  await repairCounters(dataSource, keys);
  const scopes = await dataSource.query(`
    SELECT DISTINCT 'session' AS counter, hashtextextended(scope, 0)::text AS key FROM link_counters
    CROSS JOIN LATERAL (VALUES ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)) AS scopes (scope)`);
  await repairCounters(dataSource, scopes);
}

async function measureStorage(client, clicks) {
  const { rows } = await client.query(
    `
    SELECT sum(pg_total_relation_size(oid)) / $1::int AS bytes,
      sum(pg_relation_size(oid)) FILTER (WHERE relname ~ '^link_clicks_') / $1::int AS row_bytes
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'analytics'::regnamespace
      AND relname ~ '^(link_|unique_|session_counters|activity)'`,
    [clicks],
  );
  return { bytes: Number(rows[0].bytes), rowBytes: Number(rows[0].row_bytes) };
}
