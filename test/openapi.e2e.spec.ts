import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { freePort } from '#testing';
import { type AnswerCheck, checkAnswers } from './openapi-answers.js';
import { makeEveryCall, SIGNING_KEY } from './openapi-journey.js';
import { type Example, Recorder } from './openapi-recorder.js';
import {
  type GeneratedRequest,
  injectionsInto,
  listOperations,
  longTextsInto,
  type OpenApi,
  type Operation,
  requestsTo,
} from './openapi-requests.js';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

/** Requests made up for each call. */
const REQUESTS = Number(process.env.OPENAPI_REQUESTS ?? 40);
/** With OPENAPI_RECORD=1, what this run answers becomes the examples. */
const EXAMPLES = join(import.meta.dirname, '../libs/platform/src/generated/openapi-examples.json');
/** Never ends by itself. */
const STREAM = '/api/clicks/stream';

const dataDir = newDataDir();
/** An administrator's: a key that a made-up request makes would close an open system. */
const key = `ff_${randomUUID()}`;
const authorization = { authorization: `Bearer ${key}` };
let system: RunningSystem;
let receiver: Server;
let description: OpenApi;
let operations: Operation[];
let findFault: AnswerCheck;

beforeAll(async () => {
  const port = await freePort([0, 1000]);
  const keysFile = `${dataDir}.keys`;
  writeFileSync(keysFile, `admin:${createHash('sha256').update(key).digest('hex')}\n`);
  receiver = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  system = await startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: {
      PORT: String(port),
      GRPC_PORT: String(port + 1000),
      DATA_DIR: dataDir,
      API_KEYS_FILE: keysFile,
      LOG_LEVEL: 'fatal',
      PDF_CONVERTER: 'none',
      RATE_LIMIT_PER_MINUTE: '0',
      ADDRESS_RATE_LIMIT_PER_MINUTE: '0',
      ALLOW_PRIVATE_WEBHOOKS: 'true',
      CALENDLY_WEBHOOK_SIGNING_KEY: SIGNING_KEY,
      CALCOM_WEBHOOK_SECRET: SIGNING_KEY,
      SAVVYCAL_WEBHOOK_SECRET: SIGNING_KEY,
    },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 60_000,
  });
  description = (await (await fetch(`${system.url}/api/openapi.json`)).json()) as OpenApi;
  operations = listOperations(description);
  findFault = checkAnswers(description);
}, 90_000);
afterAll(async () => {
  receiver?.close();
  await system?.stop();
}, 60_000);

it('answers every call as its schema says, and shows an example of each', async () => {
  const recorder = new Recorder(
    { url: system.url, headers: authorization },
    new Map(operations.map((call) => [call.operationId, call])),
    findFault,
  );
  const { port } = receiver.address() as AddressInfo;
  await makeEveryCall(recorder, { receiver: `http://127.0.0.1:${port}/` });
  expect(recorder.faults).toEqual([]);
  if (process.env.OPENAPI_RECORD) writeExamples(recorder.examples);
  const called = operations
    .filter((operation) => successesOf(operation).length > 0)
    .map(({ operationId }) => operationId);
  expect(called.filter((id) => !(id in recorder.examples))).toEqual([]);
}, 120_000);

it('describes every call: in a sentence, with a schema and an example that fits it', () => {
  const faults = operations.flatMap((operation) => [
    ...(operation.summary ? [] : [`${operation.operationId}: no summary`]),
    ...successesOf(operation).flatMap((status) => findGaps(operation, status)),
  ]);
  expect(faults).toEqual([]);
});

it('answers whatever is sent to any call as the OpenAPI description says, and never fails', async () => {
  const faults: string[] = [];
  for (const operation of endingOperations()) {
    const property = fc.asyncProperty(requestsTo(operation), (request) => send(operation, request));
    const { failed, errorInstance } = await fc.check(property, { numRuns: REQUESTS });
    if (failed) faults.push(String(errorInstance));
  }
  expect(faults).toEqual([]);
}, 300_000);

it('takes SQL for text, in every path, query and field that is described', async () => {
  let tried = 0;
  let slowestMs = 0;
  for (const operation of endingOperations()) {
    const requests = injectionsInto(operation);
    tried += requests.length;
    for (const request of requests) {
      const startedAt = performance.now();
      await send(operation, request);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
  }
  expect(tried).toBeGreaterThan(1_000);
  // Some of the texts would hold their call for a minute.
  expect(slowestMs).toBeLessThan(60_000);
  const database = new Client({
    connectionString: readFileSync(join(dataDir, 'postgres/connection-url'), 'utf8').trim(),
  });
  await database.connect();
  const { rows } = await database.query("SELECT relname FROM pg_class WHERE relname = 'injected'");
  await database.end();
  expect(rows).toEqual([]);
}, 120_000);

it('takes no text that is too long for its field', async () => {
  const taken: string[] = [];
  let tried = 0;
  for (const { method, path, ...operation } of operations) {
    for (const { url, body } of longTextsInto({ method, path, ...operation })) {
      tried += 1;
      const headers = { ...authorization, 'content-type': 'application/json' };
      const answer = await fetch(system.url + url, { method, headers, body: JSON.stringify(body) });
      const text = await answer.text();
      // A batch is answered with what became of each event.
      const isRefused = [400, 401, 413].includes(answer.status) || text.includes('"successful":0,"failed":1');
      if (!isRefused) taken.push(`${method} ${path} ${answer.status}: ${text.slice(0, 300)}`);
    }
  }
  expect(tried).toBeGreaterThan(50);
  expect(taken).toEqual([]);
}, 120_000);

function endingOperations(): Operation[] {
  return operations.filter(({ path }) => path !== STREAM);
}

async function send(operation: Operation, { url, body }: GeneratedRequest) {
  const { method, path, responses } = operation;
  const response = await fetch(system.url + url, {
    method,
    headers: { ...authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.text();
  const { status } = response;
  const sent = `to ${url} ${JSON.stringify(body)}`;
  if (status >= 500 || !(status in responses))
    throw new Error(`${method} ${path} answered ${status}: ${answer} ${sent}`);
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const fault = isJson ? findFault(operation, status, JSON.parse(answer)) : undefined;
  if (fault) throw new Error(`${fault} ${sent}`);
}

function successesOf({ responses }: Operation): number[] {
  return Object.keys(responses)
    .map(Number)
    .filter((status) => status < 300);
}

/** Files and answers without a body have no example. */
function findGaps(operation: Operation, status: number): string[] {
  const name = `${operation.operationId} ${status}`;
  const media = Object.values(operation.responses[status]?.content ?? {});
  if (media.length === 0) return status === 204 ? [] : [`${name}: no schema`];
  return media.flatMap(({ schema, example }) => {
    if (!schema) return [`${name}: no schema`];
    if (schema.format === 'binary') return [];
    return example === undefined ? [`${name}: no example`] : (findFault(operation, status, example) ?? []);
  });
}

function writeExamples(examples: Record<string, Example>): void {
  const sorted = Object.fromEntries(
    Object.entries(examples).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const text = JSON.stringify(sorted, null, 2)
    .replaceAll(
      /http:\/\/(127\.0\.0\.1|localhost):\d+(?=\/(track|download|documents))/g,
      'http://localhost:5000',
    )
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+\//g, 'https://hooks.example.com/')
    .replaceAll(/"[^"]*\/my data\//g, '"data/')
    .replaceAll(/"(key|secret)": "[^"]*"/g, '"$1": "<shown this once>"');
  writeFileSync(EXAMPLES, `${text}\n`);
}
