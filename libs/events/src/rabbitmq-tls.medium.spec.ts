import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { amqpUrl, type LocalRabbitmq, parseEnv, startLocalRabbitmq } from '#platform';
import { freePort, type IssuedCertificate, type TestAuthority, testAuthority } from '#testing';
import { connectToBroker } from './connect-to-broker.js';

const dataDir = mkdtempSync(join(tmpdir(), 'footfall-amqps-'));
let broker: LocalRabbitmq;
let tlsPort: number;
let ours: TestAuthority;
let theirs: TestAuthority;
let own: IssuedCertificate;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([testAuthority(), testAuthority()]);
  const server = await ours.issue('broker', { hosts: ['localhost'] });
  own = await ours.issue('link-service');
  tlsPort = await freePort();
  // RabbitMQ takes names relative to where it runs.
  const files = { 'ca.pem': ours.ca, 'server.pem': server.cert, 'server.key': server.key };
  for (const [name, file] of Object.entries(files)) copyFileSync(file, join(dataDir, name));
  broker = await startLocalRabbitmq({
    dataDir,
    say: () => undefined,
    settings: [
      `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
      'ssl_options.cacertfile = ca.pem',
      'ssl_options.certfile = server.pem',
      'ssl_options.keyfile = server.key',
      'ssl_options.verify = verify_peer',
      'ssl_options.fail_if_no_peer_cert = true',
    ],
  });
}, 120_000);

afterAll(async () => {
  await broker?.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Connects as the settings say: whether encrypted, or why not. */
async function attempt(parameters: Record<string, string>, host = 'localhost'): Promise<string> {
  const url = new URL(broker.url.replace(/^amqp:/, 'amqps:'));
  url.host = `${host}:${tlsPort}`;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  try {
    const { AMQP_URL } = parseEnv(z.object({ AMQP_URL: amqpUrl() }), { AMQP_URL: url.href });
    const connection = await connectToBroker(AMQP_URL, 'test');
    const { stream } = connection.connection as unknown as { stream: { encrypted?: boolean } };
    await connection.close();
    return stream.encrypted ? 'encrypted' : 'plain';
  } catch (error) {
    return String(error);
  }
}

describe('RabbitMQ over TLS', () => {
  const mine = () => ({ certfile: own.cert, keyfile: own.key });

  it('connects with the certificates that the address names', async () => {
    expect(await attempt({ cacertfile: ours.ca, ...mine() })).toBe('encrypted');
  });

  it('refuses a broker of another authority or name', async () => {
    expect(await attempt({ cacertfile: theirs.ca, ...mine() })).toMatch(/certificate/);
    expect(await attempt({ ...mine() })).toMatch(/certificate/);
    expect(await attempt({ cacertfile: ours.ca, ...mine() }, '127.0.0.1')).toMatch(
      /does not match certificate's altnames/,
    );
  });

  it('is refused without a certificate where the broker wants one', async () => {
    expect(await attempt({ cacertfile: ours.ca })).toMatch(
      /certificate required|handshake|ECONNRESET|closed/i,
    );
  });

  it.each([
    ['amqp://u:p@localhost?cacertfile=/x.pem', 'connects in plain: use amqps://'],
    ['amqps://u:p@localhost?verify=verify_none', "the broker's certificate is always checked"],
    ['amqps://u:p@localhost?certfile=/x.pem', 'must hold certfile and keyfile together'],
    ['amqps://u:p@localhost?cacertfile=/nowhere.pem', 'cannot be used: ENOENT'],
  ])('does not start with %s', (AMQP_URL, reason) => {
    expect(() => parseEnv(z.object({ AMQP_URL: amqpUrl() }), { AMQP_URL })).toThrow(reason);
  });
});
