import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import {
  type GeneratedRequest,
  injectionsInto,
  listOperations,
  type OpenApi,
  type Operation,
  requestsTo,
} from './openapi-requests.js';
import { freePortRow, newDataDir, type RunningSystem, startSystem } from './running-system.js';

/** Requests made up for each call. */
const REQUESTS = Number(process.env.OPENAPI_REQUESTS ?? 40);
/** Never ends by itself. */
const STREAM = '/api/clicks/stream';

const dataDir = newDataDir();
let system: RunningSystem;
beforeAll(async () => {
  const port = await freePortRow([0, 1000]);
  system = await startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: {
      PORT: String(port),
      GRPC_PORT: String(port + 1000),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'fatal',
      PDF_CONVERTER: 'none',
      CALENDLY_WEBHOOK_SIGNING_KEY: 'key',
      CALCOM_WEBHOOK_SECRET: 'key',
      SAVVYCAL_WEBHOOK_SECRET: 'key',
    },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 60_000,
  });
}, 90_000);
afterAll(async () => {
  await system?.stop();
}, 60_000);

it('answers whatever is sent to any call as the OpenAPI description says, and never fails', async () => {
  const operations = await describedOperations();
  expect(operations.length).toBeGreaterThan(30);
  const faults: string[] = [];
  for (const operation of operations) {
    const property = fc.asyncProperty(requestsTo(operation), (request) => send(operation, request));
    const { failed, errorInstance } = await fc.check(property, { numRuns: REQUESTS });
    if (failed) faults.push(String(errorInstance));
  }
  expect(faults).toEqual([]);
}, 300_000);

it('takes SQL for text, in every path, query and field that is described', async () => {
  const startedAt = Date.now();
  let tried = 0;
  for (const operation of await describedOperations()) {
    const requests = injectionsInto(operation);
    tried += requests.length;
    for (const request of requests) await send(operation, request);
  }
  expect(tried).toBeGreaterThan(1_000);
  expect(Date.now() - startedAt).toBeLessThan(60_000);
  const database = new Client({
    connectionString: readFileSync(join(dataDir, 'postgres/connection-url'), 'utf8').trim(),
  });
  await database.connect();
  const { rows } = await database.query("SELECT relname FROM pg_class WHERE relname = 'injected'");
  await database.end();
  expect(rows).toEqual([]);
}, 120_000);

async function describedOperations(): Promise<Operation[]> {
  const description = (await (await fetch(`${system.url}/api/openapi.json`)).json()) as OpenApi;
  return listOperations(description).filter(({ path }) => path !== STREAM);
}

async function send({ method, path, responses }: Operation, { url, body }: GeneratedRequest) {
  const response = await fetch(system.url + url, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.text();
  const { status } = response;
  if (status >= 500 || !(status in responses))
    throw new Error(`${method} ${path} answered ${status}: ${answer} to ${url} ${JSON.stringify(body)}`);
  if (status >= 400) expect(JSON.parse(answer)).toMatchObject({ success: false, code: expect.any(String) });
}
