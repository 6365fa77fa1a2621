import type { LookupAddress, lookup } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startReceiver } from '../../test/webhook-receiver.js';
import { WebhookSender } from './webhook-sender.js';

let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const within = (timeoutMs: number) => new WebhookSender({ isRefused: () => false, timeoutMs });
const anywhere = within(20_000);
const never = new AbortController().signal;

/** A name server that answers differently each time. */
function answering(...answers: string[][]) {
  let asked = 0;
  const resolve = (
    _name: string,
    _options: unknown,
    callback: (error: null, found: LookupAddress[]) => void,
  ) => {
    const found = answers[Math.min(asked++, answers.length - 1)] ?? [];
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { resolve: resolve as typeof lookup, times: () => asked };
}

function send(sender: WebhookSender, url = `${receiver.url}/hook?a=1`) {
  return sender.send({ url, headers: { 'webhook-id': 'msg_1' }, body: '{"é":1}' }, never);
}

describe('the sender', () => {
  it('posts the body as it is, and answers the status and how the answer begins', async () => {
    receiver.answer = (response) => void response.writeHead(202).end('x'.repeat(100_000));
    expect(await send(anywhere)).toEqual({
      ok: true,
      status: 202,
      response: 'x'.repeat(1_000),
      retryAfterMs: undefined,
      duration_ms: expect.any(Number),
    });
    expect(receiver.received).toMatchObject([
      { path: '/hook?a=1', body: '{"é":1}', headers: { 'webhook-id': 'msg_1', 'content-length': '8' } },
    ]);
  });

  it('follows no redirect', async () => {
    receiver.answer = (response) =>
      void response.writeHead(307, { location: `${receiver.url}/secret` }).end();
    expect(await send(anywhere)).toMatchObject({ ok: false, status: 307 });
    expect(receiver.received).toHaveLength(1);
  });

  it('waits for no answer beyond its time, and for no body that does not end', async () => {
    receiver.answer = () => undefined;
    expect(await send(within(100))).toMatchObject({ ok: false, error: 'no answer within 0.1 s' });
    receiver.answer = (response) => void response.writeHead(200).write('so far\0');
    expect(await send(within(1_500))).toMatchObject({ ok: true, status: 200, response: 'so far' });
  });

  it('names what went wrong without an answer', async () => {
    receiver.answer = (response) => void response.destroy();
    expect(await send(anywhere)).toMatchObject({
      ok: false,
      error: expect.stringContaining('closed before'),
    });
    const { port } = receiver;
    expect(await send(anywhere, `https://127.0.0.1:${port}/`)).toMatchObject({
      ok: false,
      error: expect.stringContaining('connection failed'),
    });
    await receiver.close();
    expect(await send(anywhere, `http://127.0.0.1:${port}/`)).toMatchObject({
      ok: false,
      error: 'the connection was refused',
    });
    receiver = await startReceiver();
  });

  it.each([
    ['127.0.0.1'],
    ['::1'],
    ['169.254.169.254'],
    ['10.0.0.1'],
    ['100.64.0.1'],
    ['::ffff:127.0.0.1'],
    ['fd00:ec2::254'],
    ['fe80::1'],
    ['64:ff9b::7f00:1'],
  ])('connects to no name that leads to %s, alone or beside a public address', async (address) => {
    for (const found of [[address], ['8.8.8.8', address]]) {
      const { resolve } = answering(found);
      const outcome = await send(new WebhookSender({ resolve }), `http://rebind.example:${receiver.port}/`);
      expect(outcome).toMatchObject({ ok: false, error: 'the host leads to a private address' });
    }
    expect(receiver.connections).toBe(0);
  });

  it.each(['http://127.0.0.1', 'http://[::1]', 'http://[::ffff:127.0.0.1]', 'http://2130706433'])(
    'connects to no private address that stands in place of a name: %s',
    async (host) => {
      const outcome = await send(new WebhookSender(), `${host}:${receiver.port}/`);
      expect(outcome).toMatchObject({ ok: false, error: 'the host leads to a private address' });
      expect(receiver.connections).toBe(0);
    },
  );

  it('connects to the very address that it has looked at, though the name leads elsewhere a moment later', async () => {
    const inside = await startReceiver('127.0.0.2');
    try {
      const { resolve, times } = answering(['127.0.0.1'], ['127.0.0.2']);
      const sender = new WebhookSender({ resolve, isRefused: (address) => address === '127.0.0.2' });
      const url = `http://rebind.example:${receiver.port}/`;
      expect(await send(sender, url)).toMatchObject({ ok: true });
      expect([times(), receiver.received.length]).toEqual([1, 1]);
      expect(receiver.received[0]?.headers.host).toBe(`rebind.example:${receiver.port}`);
      expect(await send(sender, `http://rebind.example:${inside.port}/`)).toMatchObject({ ok: false });
      expect([receiver.connections, inside.connections]).toEqual([1, 0]);
    } finally {
      await inside.close();
    }
  });

  it('breaks off when told to', async () => {
    receiver.answer = () => undefined;
    const stop = new AbortController();
    const sending = anywhere.send({ url: receiver.url, headers: {}, body: '' }, stop.signal);
    stop.abort();
    await expect(sending).rejects.toThrow(/abort/i);
  });
});
