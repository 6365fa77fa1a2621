import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually, freePort, type TestDatabase, testDatabase } from '#testing';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

/** Recognisable wherever it turns up. */
const secret = (name: string) => `${name}-${randomUUID()}`;
const KEY = secret('key');
const MISTYPED = secret('mistyped');
const SIGNING = secret('signing');
const PERSON = secret('person');

let database: TestDatabase;
let system: RunningSystem;
let port: number;
let answers = '';
const secrets = [KEY, MISTYPED, SIGNING, PERSON];

beforeAll(async () => {
  database = await testDatabase();
  const { password } = new URL(database.url);
  if (password.length > 7) secrets.push(password, decodeURIComponent(password));
  port = await freePort([0, 1000]);
  const dataDir = newDataDir();
  const keys = `${dataDir}.keys`;
  await writeFile(keys, `ci:${createHash('sha256').update(KEY).digest('hex')}\n`);
  system = await startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: {
      PORT: String(port),
      GRPC_PORT: String(port + 1000),
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      API_KEYS_FILE: keys,
      CALENDLY_WEBHOOK_SIGNING_KEY: SIGNING,
      CALCOM_WEBHOOK_SECRET: SIGNING,
      SAVVYCAL_WEBHOOK_SECRET: SIGNING,
      PDF_CONVERTER: 'none',
      LOG_LEVEL: 'trace',
    },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 60_000,
  });
}, 90_000);
afterAll(async () => {
  system?.process.kill('SIGKILL'); // In good order it would wait for its database.
  await database?.drop();
}, 60_000);

/** What was answered, kept for the search. */
async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(system.url + path, {
    method,
    headers: {
      'x-api-key': KEY,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status >= 400) answers += text;
  return { status: answer.status, text };
}

/** One call of each kind, with secrets wherever somebody might put them. */
async function useIt() {
  await ask('GET', `/api/applications?api_key=${KEY}&q=${PERSON}`);
  await ask('GET', '/api/applications', undefined, { 'x-api-key': '', authorization: `Bearer ${KEY}` });
  await ask('GET', '/api/applications', undefined, { 'x-api-key': MISTYPED });
  await ask('GET', '/api/applications', undefined, { 'x-api-key': '', authorization: `Bearer ${MISTYPED}` });
  await ask('GET', '/api/applications', undefined, { 'x-api-key': '', authorization: `Basic ${MISTYPED}` });
  await ask('PUT', '/api/candidates/jordan', {
    first_name: PERSON,
    last_name: PERSON,
    phone: PERSON.slice(0, 40),
  });
  await ask('PUT', '/api/candidates/jordan', `{"first_name": "${PERSON}", ${KEY}`);
  await ask('POST', '/resume', { job_id: 'job-1', personal: { full_name: PERSON } });
  await ask('POST', '/templates', PERSON, { 'content-type': 'multipart/form-data; boundary=x' });
  await ask(
    'POST',
    '/webhooks/calendly',
    { payload: { name: PERSON } },
    { 'calendly-webhook-signature': `t=1,v1=${MISTYPED}` },
  );
  await ask('POST', '/api/link-tracking/record-click', { tracking_id: 'lt_x', user_agent: PERSON });
  await ask('GET', `/track/lt_${PERSON.replaceAll('-', '_')}?${KEY}`, undefined, { 'user-agent': PERSON });
  await ask('POST', '/api/privacy/erasures', { user_id: PERSON });
  await ask('GET', `/nowhere/${KEY}`);
}

/** Drivers hang statements and their parameters on their errors. */
async function hideTables() {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  for (const schema of ['links', 'documents', 'analytics'])
    await client.query(`ALTER SCHEMA ${schema} RENAME TO ${schema}_away`);
  await client.end();
}

describe('a system at its most talkative', () => {
  it('writes no key, secret, password or person into its log or its refusals', async () => {
    const webhook = await ask('POST', '/api/webhooks', {
      url: 'https://example.com/hook',
      types: ['application.opened'],
    });
    expect(webhook.status).toBe(201);
    secrets.push(/"(whsec_[^"]+)"/.exec(webhook.text)?.[1] ?? 'no secret answered');
    await useIt();
    await hideTables();
    await useIt();
    await database.drop();
    await useIt();
    await eventually(() => expect(system.output().includes('request failed')).toBe(true));
    expect(answers).toContain('wrong_api_key');
    for (const one of secrets) {
      expect([one, system.output().includes(one), answers.includes(one)]).toEqual([one, false, false]);
    }
  }, 60_000);

  it('keeps every event of its log on a line of its own, whatever is asked', async () => {
    const forged = '%0a{"level":50,"msg":"forged"}%0d%0a%1b[2J';
    await ask('GET', `/nowhere/${forged}?${forged}`, undefined, { 'x-request-id': '{"msg":"forged"}' });
    await ask('GET', `/track/${forged}`, undefined, {
      referer: `${forged}\u001b[2J`.replaceAll('\u001b', '%1b'),
    });
    const lines = system
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), name: expect.any(String) });
    expect([system.output().includes('forged'), system.output().includes('\u001b')]).toEqual([false, false]);
  });

  it.each(['database', 'broker'])(
    'says why it cannot reach its %s without the password',
    async (what) => {
      const password = secret(what);
      const away = {
        database: `postgres://footfall:${password}@127.0.0.1:1/footfall`,
        broker: `amqp://footfall:${password}@127.0.0.1:1`,
      };
      const service = await startSystem({
        script: 'dist/apps/link-service/src/main.js',
        readyLine: /ECONNREFUSED/,
        env: {
          PORT: '0',
          GRPC_PORT: '0',
          DATA_DIR: newDataDir(),
          DATABASE_URL: what === 'database' ? away.database : database.url,
          AMQP_URL: away.broker,
          LOG_LEVEL: 'trace',
        },
        url: '',
        timeoutMs: 60_000,
      });
      service.process.kill('SIGKILL');
      expect(service.output()).not.toContain(password);
    },
    90_000,
  );
});
