import { describe, expect, it } from '@jest/globals';
import { CandidateProfileManager } from './candidate-profile-manager.js';
import { Documents } from './documents.js';
import {
  AccessDeniedError,
  ConflictError,
  ConnectionError,
  InvalidRequestError,
  NotFoundError,
  UnavailableError,
} from './errors.js';
import { LinkTracker } from './link-tracker.js';

interface Sent {
  method: string;
  url: string;
  key: string | null;
  authorization: string | null;
  body: unknown;
}
type Step = { status: number; body?: unknown; headers?: Record<string, string> } | Error;

/** A server that answers the given steps one after the other, the last one for good. */
function server(...steps: Step[]) {
  const sent: Sent[] = [];
  const fakeFetch: typeof fetch = async (url, init = {}) => {
    const headers = new Headers(init.headers);
    const body = init.body ? JSON.parse(String(init.body)) : undefined;
    const facts = { key: headers.get('idempotency-key'), authorization: headers.get('authorization') };
    sent.push({ method: init.method ?? 'GET', url: String(url), ...facts, body });
    const step = steps[Math.min(sent.length, steps.length) - 1] ?? new Error('no step');
    if (step instanceof Error) throw step;
    return Response.json(step.body ?? {}, { status: step.status, headers: step.headers });
  };
  return { sent, options: { fetch: fakeFetch, baseUrl: 'http://footfall.test/' } };
}

const DOWN = { status: 503, body: { success: false, error: 'Try later.', code: 'queue_full' } };

describe('a call that is safe to repeat', () => {
  it('is tried again after no answer and after 503, and then answers', async () => {
    const { sent, options } = server(new Error('refused'), DOWN, {
      status: 200,
      body: { destination_url: 'https://a.example/' },
    });
    expect(await new LinkTracker(options).getOriginalUrl('lt_a')).toBe('https://a.example/');
    expect(sent.map(({ url }) => url)).toEqual(
      Array(3).fill('http://footfall.test/api/link-tracking/lookup/lt_a'),
    );
  });

  it('gives up after the retries with what the server said', async () => {
    const { sent, options } = server(DOWN);
    const tracker = new LinkTracker({ ...options, retries: 1 });
    await expect(tracker.getLinkAnalytics('lt_a')).rejects.toMatchObject({
      name: 'UnavailableError',
      status: 503,
      code: 'queue_full',
      message: 'Try later.',
    });
    expect(sent).toHaveLength(2);
  });

  it('waits as long as the server asks', async () => {
    const { options } = server({ status: 429, headers: { 'retry-after': '1' } }, { status: 200 });
    const startedAt = performance.now();
    await new LinkTracker(options).getJobLinkSummary('job-1');
    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });

  it('carries one idempotency key through all tries of a new document', async () => {
    const { sent, options } = server(new Error('broken off'), { status: 200 });
    await new Documents(options).createResume({ personal: { full_name: 'Jordan Avery' } });
    await new Documents(options).createResume({ personal: { full_name: 'Jordan Avery' } });
    const [first, again, other] = sent.map(({ key }) => key);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('errors', () => {
  it.each([
    [400, InvalidRequestError],
    [422, InvalidRequestError],
    [401, AccessDeniedError],
    [403, AccessDeniedError],
    [404, NotFoundError],
    [410, NotFoundError],
    [409, ConflictError],
    [429, UnavailableError],
    [500, UnavailableError],
  ])('%i are of their class, with code, details and request id', async (status, kind) => {
    const body = { error: 'No.', code: 'some_code', details: [{ path: 'x' }], request_id: 'r-1' };
    const { options } = server({ status, body });
    const failure = new LinkTracker({ ...options, retries: 0 }).getLinkAnalytics('lt_a');
    await expect(failure).rejects.toBeInstanceOf(kind);
    await expect(failure).rejects.toMatchObject({
      status,
      code: 'some_code',
      details: body.details,
      requestId: 'r-1',
    });
  });

  it('of something that is not Footfall say the status', async () => {
    const fakeFetch: typeof fetch = async () => new Response('<h1>Bad gateway</h1>', { status: 502 });
    const tracker = new LinkTracker({ fetch: fakeFetch, retries: 0 });
    await expect(tracker.getLinkAnalytics('lt_a')).rejects.toThrow('the server answered 502');
  });

  it('name the server that gave no answer', async () => {
    const { options } = server(new Error('ECONNREFUSED'));
    const failure = new LinkTracker({ ...options, retries: 0 }).getLinkAnalytics('lt_a');
    await expect(failure).rejects.toBeInstanceOf(ConnectionError);
    await expect(failure).rejects.toThrow('no answer from http://footfall.test');
  });
});

describe('a signal', () => {
  it('ends a call, also while it waits for its next try', async () => {
    const { sent, options } = server({ status: 503, headers: { 'retry-after': '10' } });
    const controller = new AbortController();
    const call = new LinkTracker(options).getLinkAnalytics('lt_a', { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('no longer wanted')), 20);
    await expect(call).rejects.toThrow('no longer wanted');
    expect(sent).toHaveLength(1);
  });
});

it('sends the API key, and ids as one part of the path', async () => {
  const { sent, options } = server({ status: 200 });
  await new CandidateProfileManager({ ...options, apiKey: 'secret' }).getCandidateInfo('a/b c');
  expect(sent[0]).toMatchObject({
    url: 'http://footfall.test/api/candidates/a%2Fb%20c',
    authorization: 'Bearer secret',
  });
});

it('makes a profile that does not exist when it is told a URL', async () => {
  const { sent, options } = server({ status: 404 }, { status: 200 });
  await new CandidateProfileManager(options).updateCalendlyUrl('https://calendly.com/jordan-avery', 'jordan');
  expect(sent.map(({ method, body }) => [method, body])).toEqual([
    ['PATCH', { calendly_url: 'https://calendly.com/jordan-avery' }],
    ['PUT', { calendly_url: 'https://calendly.com/jordan-avery' }],
  ]);
});
