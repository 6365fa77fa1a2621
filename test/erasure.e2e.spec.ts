import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import pg from 'pg';
import { request } from 'undici';
import { DEAD_LETTER_EXCHANGE, REASON_HEADER } from '#events';
import { type BreakableBroker, breakableBroker, eventually, freePort } from '#testing';
import { findInFiles, findInTables } from './find-traces.js';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

const KEY = randomUUID();
const JSON_HEADERS = { 'content-type': 'application/json' };
const QUEUE = 'analytics.click-recorded';

let broker: BreakableBroker;
let system: RunningSystem;
let dataDir: string;
let database: pg.Client;

beforeAll(async () => {
  broker = await breakableBroker();
  const port = await freePort([0, 1, 2, 3, 4, 1002, 1003, 1004]);
  dataDir = newDataDir();
  const keyFile = `${dataDir}.keys`;
  await writeFile(keyFile, `operator:${createHash('sha256').update(KEY).digest('hex')}`);
  system = await startSystem({
    script: 'scripts/start-split.mjs',
    readyLine: /four services\) ready on http/,
    env: {
      PORT: String(port),
      DATA_DIR: dataDir,
      AMQP_URL: broker.url,
      API_KEYS_FILE: keyFile,
      LINK_SERVICE_API_KEY: KEY,
      DOCUMENT_SERVICE_API_KEY: KEY,
    },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 240_000,
  });
  database = await connectToDatabase();
}, 300_000);

afterAll(async () => {
  await database?.end();
  await system?.stop();
  await broker?.close();
}, 60_000);

/** A candidate of whom every word is unmistakable. */
interface Candidate {
  mark: string;
  userId: string;
  visitor: string;
}

const ERASED: Candidate = { mark: 'Quillfeather', userId: 'quillfeather_7f3a', visitor: '198.51.100.73' };
const KEPT: Candidate = { mark: 'Brambleworth', userId: 'brambleworth_2c9e', visitor: '198.51.100.41' };

/** Whatever could give the erased candidate away, or one who looked at their documents. */
const TRACES = [ERASED.mark, ERASED.visitor, 'Oxbowgate', '+1-202-555-0173'];

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(system.url + path, {
    method,
    headers: { ...(body ? JSON_HEADERS : {}), 'x-api-key': KEY, ...headers },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/** A profile, a document and a letter; answers the ids of the links in them, and of a document. */
async function makeDocuments({ mark, userId }: Candidate) {
  const name = mark.toLowerCase();
  const urls = {
    calendly_url: `https://calendly.com/${name}/30min`,
    linkedin_url: `https://www.linkedin.com/in/${name}`,
    portfolio_url: `https://${name}.example/work?a=1&b=2`,
  };
  const isErased = mark === ERASED.mark;
  const facts = {
    first_name: mark,
    last_name: mark,
    email: `${name}@example.com`,
    phone: isErased ? '+1-202-555-0173' : '+1-202-555-0119',
    mailing_address: `1 ${mark} Lane`,
    ...urls,
  };
  expect((await send('PUT', `/api/candidates/${userId}`, facts)).status).toBe(200);
  const personal = (await send('GET', `/api/candidates/${userId}`)).body;
  const ids = { user_id: userId, job_id: `job-${name}`, application_id: `app-${name}` };
  const company = isErased ? 'Oxbowgate Ltd' : 'Harbour & Pine';
  const resume = await send(
    'POST',
    '/resume',
    { personal, ...ids, company, professional_summary: `${mark} has led teams.`, target_position: 'Lead' },
    { 'idempotency-key': `first-of-${name}` },
  );
  expect(resume).toMatchObject({ status: 200, body: { tracking: { enabled: true } } });
  const content = { opening_paragraph: `I am ${mark}.`, body_paragraphs: [], closing_paragraph: 'Thanks.' };
  const recipient = { name: 'Morgan Ellis', company };
  const letter = await send('POST', '/cover-letter', {
    personal,
    ...ids,
    recipient,
    position: { title: 'Lead' },
    content,
  });
  expect(letter.status).toBe(200);
  const links: string[] = resume.body.links.map(({ tracking_id }: { tracking_id: string }) => tracking_id);
  return { links, documentId: resume.body.document_id as string };
}

/** A login with a key of the candidate's, both over by now. */
async function comeAndGo({ mark, userId }: Candidate): Promise<void> {
  const order = { name: `${mark}'s phone`, user_id: userId, scopes: ['links:read'] };
  const { body: made } = await send('POST', '/api/keys', order);
  const session = `${system.url}/api/session`;
  const browser = { origin: system.url, 'x-footfall-client': 'test' };
  const body = JSON.stringify({ key: made.key });
  const login = await fetch(session, { method: 'POST', headers: { ...browser, ...JSON_HEADERS }, body });
  expect(login.status).toBe(200);
  const [cookie = ''] = login.headers.getSetCookie().map((text) => text.split(';', 1)[0]);
  const out = await fetch(session, { method: 'DELETE', headers: { ...browser, cookie } });
  expect(out.status).toBe(204);
  expect((await send('DELETE', `/api/keys/${made.id}`)).status).toBe(200);
}

async function click({ mark, visitor }: Candidate, trackingId: string, day = 'before'): Promise<number> {
  const { statusCode, body } = await request(`${system.url}/track/${trackingId}`, {
    headers: {
      'user-agent': `Mozilla/5.0 (${mark} ${day}) Gecko`,
      referer: `https://mail.example/${mark}`,
      accept: 'text/html',
      'accept-language': 'en',
      'x-forwarded-for': visitor,
    },
  });
  await body.dump();
  return statusCode;
}

/** A dead letter of a link: an event that lost its closing brace. */
async function parkClick({ mark, userId }: Candidate, trackingId: string): Promise<void> {
  const connection = await connect(broker.url);
  const channel = await connection.createConfirmChannel();
  const body = `{"event_id":"x","user_id":"${userId}","tracking_id":"${trackingId}","user_agent":"${mark}"`;
  channel.publish(DEAD_LETTER_EXCHANGE, QUEUE, Buffer.from(body), {
    persistent: true,
    headers: { [REASON_HEADER]: 'not JSON' },
  });
  await channel.waitForConfirms();
  await connection.close();
}

async function countDeadLetters(): Promise<number> {
  const connection = await connect(broker.url);
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(`${QUEUE}.dead`);
  await connection.close();
  return messageCount;
}

async function connectToDatabase(): Promise<pg.Client> {
  const { readFile } = await import('node:fs/promises');
  const client = new pg.Client((await readFile(`${dataDir}/postgres/connection-url`, 'utf8')).trim());
  await client.connect();
  return client;
}

/** Where the cluster lies may be elsewhere than in the data directory. */
async function listFolders(): Promise<string[]> {
  const { rows } = await database.query('SHOW data_directory');
  return [dataDir, rows[0].data_directory, broker.dataDir];
}

/** Rows of every table that are the candidate's. */
async function countRows({ userId, mark }: Candidate) {
  return findInTables(database, [userId, mark, mark.toLowerCase()]);
}

describe('an erasure', () => {
  it('leaves nothing of the candidate in any table or file, though the broker stopped in the middle', async () => {
    const erased = await makeDocuments(ERASED);
    const kept = await makeDocuments(KEPT);
    for (const id of erased.links) expect(await click(ERASED, id)).toBe(302);
    for (const id of kept.links) expect(await click(KEPT, id)).toBe(302);
    for (const candidate of [ERASED, KEPT]) await comeAndGo(candidate);
    await parkClick(ERASED, erased.links[0] ?? '');
    await parkClick(KEPT, kept.links[0] ?? '');
    const analyticsOf = (id: string | undefined) => send('GET', `/api/link-tracking/analytics/${id}`);
    await eventually(
      async () => {
        for (const id of [...erased.links, ...kept.links]) {
          expect((await analyticsOf(id)).body).toMatchObject({ click_statistics: { total_clicks: 1 } });
        }
      },
      { timeoutMs: 20_000 },
    );
    // What is looked for afterwards can be found before: in tables, documents, and the broker's and the database's files.
    const tablesBefore = await findInTables(database, TRACES);
    expect(Object.keys(tablesBefore)).toEqual(
      expect.arrayContaining([
        'access.api_keys',
        'access.audit_log',
        'analytics.applications',
        'analytics.links',
        'documents.documents',
        'documents.document_requests',
        'documents.user_candidate_info',
        'links.link_state',
        'links.link_tracking',
      ]),
    );
    const filesBefore = (await findInFiles(await listFolders(), TRACES)).join('\n');
    expect(filesBefore).toMatch(/document-service\/documents\/.*unpacked/);
    expect(filesBefore).toMatch(/mnesia/);
    expect(filesBefore).toMatch(/replica\/links\.db/);
    expect(filesBefore).toMatch(/pg_wal/);

    await broker.stop();
    let order: Awaited<ReturnType<typeof send>>;
    try {
      // Journaled, and on their way to nobody.
      expect(await click(ERASED, erased.links[0] ?? '', 'meanwhile')).toBe(302);
      expect(await click(KEPT, kept.links[0] ?? '', 'meanwhile')).toBe(302);
      order = await send('POST', '/api/privacy/erasures', { user_id: ERASED.userId });
      expect(order).toMatchObject({ status: 202, body: { kind: 'user', status: 'pending' } });
      const again = await send('POST', '/api/privacy/erasures', { user_id: ERASED.userId });
      expect(again.body.erasure_id).toBe(order.body.erasure_id);
    } finally {
      await broker.start();
    }
    await eventually(
      async () => {
        const { body } = await send('GET', `/api/privacy/erasures/${order.body.erasure_id}`);
        expect(body).toMatchObject({
          status: 'done',
          services: {
            links: { status: 'done', erased: { link_tracking: 3, api_keys: 1 } },
            documents: { status: 'done', erased: { documents: 2, files: 2, user_candidate_info: 1 } },
            analytics: { status: 'done', erased: { applications: 1, dead_letters: 1, links: 3 } },
          },
        });
        for (const service of Object.values<{ problem: unknown }>(body.services))
          expect(service.problem).toBeNull();
      },
      { timeoutMs: 150_000 },
    );
    // The one thing left to whoever runs the broker: see docs/privacy.md.
    await broker.rabbitmqctl('eval', 'ra_log_wal:force_roll_over(ra_log_wal).');

    for (const id of erased.links) {
      await eventually(async () => expect(await click(ERASED, id, 'after')).toBe(410));
      expect((await analyticsOf(id)).status).toBe(404);
    }
    expect((await send('GET', `/documents/${erased.documentId}`)).status).toBe(404);
    expect((await send('GET', `/api/candidates/${ERASED.userId}`)).status).toBe(404);
    const { body: exported } = await send('GET', `/api/privacy/export/${ERASED.userId}`);
    expect(exported.services).toEqual({ documents: {}, links: {}, analytics: {} });

    expect(await findInTables(database, [...TRACES, ERASED.userId])).toEqual({});
    await eventually(
      async () => {
        expect(await findInFiles(await listFolders(), [...TRACES, ERASED.userId])).toEqual([]);
      },
      { timeoutMs: 30_000 },
    );
    for (const trace of TRACES) expect(system.output().toLowerCase()).not.toContain(trace.toLowerCase());

    // The other candidate has everything, and what was clicked meanwhile.
    await eventually(async () => {
      expect((await analyticsOf(kept.links[0])).body).toMatchObject({
        click_statistics: { total_clicks: 2 },
      });
    });
    expect((await send('GET', `/documents/${kept.documentId}`)).status).toBe(200);
    expect(await click(KEPT, kept.links[0] ?? '', 'after')).toBe(302);
    expect(await countDeadLetters()).toBe(1);
    expect(Object.keys(await countRows(KEPT))).toEqual(
      expect.arrayContaining([
        'access.api_keys',
        'analytics.link_clicks',
        'documents.user_candidate_info',
        'links.link_tracking',
      ]),
    );
  }, 300_000);
});
