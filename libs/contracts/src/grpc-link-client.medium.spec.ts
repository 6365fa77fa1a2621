import { Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LinkServiceService } from './generated/footfall/links/v1/links.js';
import { GrpcLinkClient } from './grpc-link-client.js';
import { LinkServiceUnavailableError } from './link-client.js';

let server: Server;
let client: GrpcLinkClient;
/** Calls that the server has seen. */
let calls: number;
/** What the server answers, call by call; then OK. */
let refusals: status[];

beforeEach(async () => {
  calls = 0;
  refusals = [];
  const refuse = () => {
    const code = refusals[calls++];
    return code === undefined ? null : { code, details: status[code] };
  };
  server = new Server();
  server.addService(LinkServiceService, {
    mintLinks: (_call: unknown, done: sendUnaryData<object>) => done(refuse(), { results: [] }),
    getLink: (_call: unknown, done: sendUnaryData<object>) => done(refuse(), {}),
    watchLinks: (call: { emit(event: 'error', error: unknown): void; end(): void }) => {
      const refusal = refuse();
      if (refusal) call.emit('error', refusal);
      else call.end();
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  client = new GrpcLinkClient({ address: `127.0.0.1:${port}` });
});

afterEach(() => {
  client.close();
  server.forceShutdown();
});

const safeCalls: [string, () => Promise<unknown>][] = [
  ['mintLinks', () => client.mintLinks({ links: [] }, 5_000)],
  ['findLink', () => client.findLink('lt_x', 5_000)],
];

describe.each(safeCalls)('%s', (_name, call) => {
  it('is tried again while link-service is unavailable', async () => {
    refusals = [status.UNAVAILABLE, status.UNAVAILABLE, status.UNAVAILABLE];
    await call();
    expect(calls).toBe(4);
  });

  it('is given up after four attempts', async () => {
    refusals = Array(10).fill(status.UNAVAILABLE);
    await expect(call()).rejects.toThrow(LinkServiceUnavailableError);
    expect(calls).toBe(4);
  });

  it.each([status.INTERNAL, status.INVALID_ARGUMENT, status.PERMISSION_DENIED])(
    'is not tried again after status %i',
    async (code) => {
      refusals = [code];
      await expect(call()).rejects.toThrow(LinkServiceUnavailableError);
      expect(calls).toBe(1);
    },
  );
});

it('tries nothing again past the deadline', async () => {
  refusals = Array(10).fill(status.UNAVAILABLE);
  await expect(client.mintLinks({ links: [] }, 20)).rejects.toThrow(LinkServiceUnavailableError);
  expect(calls).toBeLessThan(4);
});

it('leaves it to the reader to watch again from the last revision it kept', async () => {
  refusals = [status.UNAVAILABLE];
  const watched = client.watchLinks(7)[Symbol.asyncIterator]();
  await expect(watched.next()).rejects.toThrow(LinkServiceUnavailableError);
  expect(calls).toBe(1);
});
