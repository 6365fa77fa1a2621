import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { linksV1 } from '#contracts';
import { type TestDatabase, testDatabase } from '#testing';
import { callRest, type RestCall } from '../test/rest-calls.js';
import { type RunningLinkService, runLinkService } from '../test/running-link-service.js';

const KEYS = { alice: 'key-of-alice', bob: 'key-of-bob', service: 'key-of-a-service' };
const folder = mkdtempSync(join(tmpdir(), 'link-owners-'));
let database: TestDatabase;
let service: RunningLinkService;
let client: linksV1.LinkServiceClient;

beforeAll(async () => {
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  const apiKeysFile = join(folder, 'keys');
  writeFileSync(
    apiKeysFile,
    `alice:${sha256(KEYS.alice)}:alice\nbob:${sha256(KEYS.bob)}:bob\ngateway:${sha256(KEYS.service)}\n`,
  );
  database = await testDatabase();
  service = await runLinkService(database.url, { apiKeysFile });
  client = new linksV1.LinkServiceClient(service.grpcAddress, credentials.createInsecure());
});

afterAll(async () => {
  client?.close();
  await service?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true });
});

const ON = 'lt_calendly_of_bob';
const OFF = 'lt_linkedin_of_bob';
const rowsOfBob = () =>
  service.database.query(
    `SELECT to_jsonb(l) AS row FROM link_tracking l WHERE user_id = 'bob' ORDER BY tracking_id`,
  );

beforeEach(async () => {
  await service.database.query('DELETE FROM link_tracking');
  await service.database.query(
    `INSERT INTO link_tracking (tracking_id, user_id, job_id, link_function, original_url, redirect_url, is_active) VALUES
       ('${ON}', 'bob', 'job-of-bob', 'Calendly', 'https://calendly.com/bob', 'https://go.example.com/track/${ON}', true),
       ('${OFF}', 'bob', 'job-of-bob', 'LinkedIn', 'https://linkedin.com/in/bob', 'https://go.example.com/track/${OFF}', false)`,
  );
});

const url = { original_url: 'https://calendly.com/x', link_function: 'Calendly' };
const job = { job_id: 'job-of-bob' };
const application = { ...job, application_id: 'app', job_data: { job_url: 'https://jobs.example/1' } };

interface RestCase extends RestCall {
  /** Its path in the OpenAPI document. */
  route: string;
  alice: [number, unknown];
  bob: [number, unknown];
}

const notFound = (error: string): [number, unknown] => [
  404,
  { success: false, error, code: 'link_not_found', details: [], request_id: 'test-request' },
];
const notYours: [number, unknown] = [403, expect.objectContaining({ code: 'not_your_user' })];
const fields = expect.objectContaining;

const REST: RestCase[] = [
  {
    route: 'POST /create',
    method: 'POST',
    path: '/create',
    body: { ...url, user_id: 'bob' },
    alice: notYours,
    bob: [201, fields({ user_id: 'bob' })],
  },
  {
    route: 'POST /application/create-links',
    method: 'POST',
    path: '/application/create-links',
    body: { ...application, user_id: 'bob' },
    alice: notYours,
    bob: [201, fields({ total_links: 1 })],
  },
  {
    route: 'GET /links',
    method: 'GET',
    path: '/links?job_id=job-of-bob',
    alice: [200, { links: [], next_cursor: null }],
    bob: [200, fields({ links: [fields({ tracking_id: OFF }), fields({ tracking_id: ON })] })],
  },
  {
    route: 'GET /links.csv',
    method: 'GET',
    path: '/links.csv?job_id=job-of-bob',
    alice: [200, expect.not.stringContaining('of_bob')],
    bob: [200, expect.stringMatching(new RegExp(`${ON}(.|\\s)*${OFF}|${OFF}(.|\\s)*${ON}`))],
  },
  {
    route: 'GET /lookup/{id}',
    method: 'GET',
    path: `/lookup/${ON}`,
    alice: notFound('Tracking ID not found'),
    bob: [200, { destination_url: 'https://calendly.com/bob' }],
  },
  {
    route: 'PATCH /links/{id}',
    method: 'PATCH',
    path: `/links/${ON}`,
    body: { description: 'mine' },
    alice: notFound('Link not found'),
    bob: [200, fields({ description: 'mine' })],
  },
  {
    route: 'POST /deactivate/{id}',
    method: 'POST',
    path: `/deactivate/${ON}`,
    alice: notFound('Link not found'),
    bob: [200, fields({ is_active: false })],
  },
  {
    route: 'POST /reactivate/{id}',
    method: 'POST',
    path: `/reactivate/${OFF}`,
    alice: notFound('Link not found'),
    bob: [200, fields({ is_active: true })],
  },
  {
    route: 'POST /deactivate',
    method: 'POST',
    path: '/deactivate',
    body: job,
    alice: [200, { deactivated: 0, tracking_ids: [] }],
    bob: [200, { deactivated: 1, tracking_ids: [ON] }],
  },
  {
    route: 'POST /reactivate',
    method: 'POST',
    path: '/reactivate',
    body: job,
    alice: [200, { reactivated: 0, tracking_ids: [] }],
    bob: [200, { reactivated: 1, tracking_ids: [OFF] }],
  },
];

describe('over REST, the key of one user', () => {
  it.each(REST)('$route leaves another user’s links alone', async ({ alice, bob, ...call }) => {
    const before = await rowsOfBob();
    const answer = await callRest(service, { ...call, apiKey: KEYS.alice });
    expect([answer.status, answer.body]).toEqual(alice);
    expect(await rowsOfBob()).toEqual(before);
    const own = await callRest(service, { ...call, apiKey: KEYS.bob });
    expect([own.status, own.body]).toEqual(bob);
  });

  it('is tried on every call there is', async () => {
    const document = await (await fetch(`${service.url}/api/openapi.json`)).json();
    const { paths } = document as { paths: Record<string, object> };
    const routes = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/link-tracking/'))
      .flatMap(([path, methods]) =>
        Object.keys(methods).map(
          (method) => `${method.toUpperCase()} ${path.slice('/api/link-tracking'.length)}`,
        ),
      );
    expect(REST.map(({ route }) => route).toSorted()).toEqual(routes.toSorted());
  });

  it('mints for that user when no user is named, and lists only that user’s links', async () => {
    const call = (path: string, body?: unknown) =>
      callRest(service, { method: body ? 'POST' : 'GET', path, body, apiKey: KEYS.alice });
    const made = await call('/create', url);
    expect(made.body.user_id).toBe('alice');
    await call('/application/create-links', application);
    const { links } = (await call('/links')).body;
    expect(links.map((link: { user_id: string }) => link.user_id)).toEqual(['alice', 'alice']);
  });
});

type Method = keyof typeof linksV1.LinkServiceService;

interface Outcome {
  code: status;
  answer?: unknown;
}

/** One gRPC call: the answer, or every message of a stream, or the status that it was refused with. */
function callGrpc(method: Method, request: object, apiKey: string): Promise<Outcome> {
  const metadata = new Metadata();
  metadata.set('x-api-key', apiKey);
  return new Promise((resolve) => {
    if (method === 'watchLinks' || method === 'exportCandidate') {
      const answer: unknown[] = [];
      const stream =
        method === 'watchLinks'
          ? client.watchLinks({ afterRevision: 0, ...request }, metadata)
          : client.exportCandidate({ userId: '', ...request }, metadata);
      stream
        .on('data', (page) => answer.push(page))
        .on('error', (error: Error & { code: status }) => resolve({ code: error.code }))
        .on('end', () => resolve({ code: status.OK, answer }));
      return;
    }
    const unary = client[method].bind(client) as unknown as (
      request: object,
      metadata: Metadata,
      done: (error: { code: status } | null, answer?: unknown) => void,
    ) => void;
    unary(request, metadata, (error, answer) => resolve({ code: error?.code ?? status.OK, answer }));
  });
}

const draft = { originalUrl: 'https://calendly.com/x', linkFunction: 'Calendly', linkType: '' };
const NOT_FOUND: Outcome = { code: status.NOT_FOUND };
const FORBIDDEN: Outcome = { code: status.PERMISSION_DENIED };
const answering = (answer: unknown): Outcome => ({ code: status.OK, answer });

const GRPC: {
  method: Method;
  request: object;
  alice: Outcome;
  bob: Outcome;
}[] = [
  {
    method: 'mintLinks',
    request: { userId: 'bob', links: [draft] },
    alice: FORBIDDEN,
    bob: answering({ results: [fields({ created: true })] }),
  },
  {
    method: 'resolveLink',
    request: { trackingId: ON },
    alice: NOT_FOUND,
    bob: answering(fields({ isActive: true })),
  },
  {
    method: 'getLink',
    request: { trackingId: ON },
    alice: NOT_FOUND,
    bob: answering({ link: fields({ trackingId: ON }) }),
  },
  {
    method: 'deactivateLink',
    request: { trackingId: ON },
    alice: NOT_FOUND,
    bob: answering({ link: fields({ isActive: false }) }),
  },
  {
    method: 'reactivateLink',
    request: { trackingId: OFF },
    alice: NOT_FOUND,
    bob: answering({ link: fields({ isActive: true }) }),
  },
  {
    method: 'listLinks',
    request: { jobId: 'job-of-bob', pageToken: '', pageSize: 0 },
    alice: answering({ links: [], nextPageToken: '' }),
    bob: answering(fields({ links: [fields({ trackingId: OFF }), fields({ trackingId: ON })] })),
  },
  // Speak of every user's links, or for a service that asks for a user: they take no user's key.
  { method: 'watchLinks', request: {}, alice: FORBIDDEN, bob: FORBIDDEN },
  { method: 'exportCandidate', request: { userId: 'bob' }, alice: FORBIDDEN, bob: FORBIDDEN },
];

describe('over gRPC, the key of one user', () => {
  it.each(GRPC)('$method leaves another user’s links alone', async ({ method, request, alice, bob }) => {
    const before = await rowsOfBob();
    expect(await callGrpc(method, request, KEYS.alice)).toEqual(alice);
    expect(await rowsOfBob()).toEqual(before);
    expect(await callGrpc(method, request, KEYS.bob)).toEqual(bob);
  });

  it('is tried on every call there is', () => {
    expect(GRPC.map(({ method }) => method).toSorted()).toEqual(
      Object.keys(linksV1.LinkServiceService).toSorted(),
    );
  });
});

it('the key of a service acts for every user', async () => {
  const made = await callRest(service, {
    method: 'POST',
    path: '/create',
    body: { ...url, user_id: 'bob' },
    apiKey: KEYS.service,
  });
  expect(made.body.user_id).toBe('bob');
  expect((await callGrpc('getLink', { trackingId: ON }, KEYS.service)).code).toBe(status.OK);
  expect((await callGrpc('watchLinks', {}, KEYS.service)).code).toBe(status.OK);
});
