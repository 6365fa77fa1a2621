import { copyFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { GrpcLinkClient, linksV1 } from '#contracts';
import { eventually, freePort, type IssuedCertificate, type TestAuthority, testAuthority } from '#testing';
import { Public } from '../access/scopes.js';
import { InvalidConfigError } from '../env.js';
import { type RunningService, startService } from '../service.js';
import { GrpcTls, type GrpcTlsSettings } from './grpc-tls.js';

@Public()
@Controller()
class LinksController {
  @GrpcMethod('LinkService', 'GetLink')
  getLink(): linksV1.GetLinkResponse {
    return { link: undefined };
  }
}

@Module({ controllers: [LinksController] })
class LinksModule {}

let ours: TestAuthority;
let theirs: TestAuthority;
let server: IssuedCertificate;
let caller: IssuedCertificate;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  [ours, theirs] = await Promise.all([testAuthority('ours'), testAuthority('theirs')]);
  server = await ours.issue('link-service', { hosts: ['localhost'] });
  caller = await ours.issue('document-service', { hosts: ['document-service'] });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const identity = ({ cert, key }: IssuedCertificate) => ({ GRPC_TLS_CERT: cert, GRPC_TLS_KEY: key });

async function start(settings: GrpcTlsSettings) {
  const grpcPort = await freePort();
  const grpcTls = GrpcTls.load(settings);
  const service: RunningService = await startService({
    name: 'link-service',
    config: { HOST: '127.0.0.1', PORT: 0, GRPC_PORT: grpcPort, LOG_LEVEL: 'silent', ...settings },
    imports: [{ module: LinksModule }],
    grpc: { 'footfall.links.v1': { LinkService: linksV1.LinkServiceService } },
    grpcTls,
  });
  closing.push(() => service.stop());
  return { grpcPort, grpcTls, url: service.url };
}

/** One call of a client with these settings: `answered`, or why not. */
async function call(address: string, settings: GrpcTlsSettings): Promise<string> {
  const client = new GrpcLinkClient({ address, credentials: GrpcTls.load(settings).channelCredentials() });
  try {
    await client.findLink('lt_x', 1_500);
    return 'answered';
  } catch (error) {
    return String(error);
  } finally {
    client.close();
  }
}

describe('gRPC over TLS', () => {
  it('answers who trusts its authority and calls it by its name, and nobody in plain', async () => {
    const { grpcPort } = await start(identity(server));
    const [trusting, wrongAuthority, wrongName, plain] = await Promise.all([
      call(`localhost:${grpcPort}`, { GRPC_TLS_CA: ours.ca }),
      call(`localhost:${grpcPort}`, { GRPC_TLS_CA: theirs.ca }),
      call(`127.0.0.1:${grpcPort}`, { GRPC_TLS_CA: ours.ca }),
      call(`localhost:${grpcPort}`, {}),
    ]);
    expect(trusting).toBe('answered');
    expect(wrongAuthority).toMatch(/certificate/);
    expect(wrongName).toMatch(/does not match certificate's altnames/);
    expect(plain).toMatch(/LinkServiceUnavailableError/);
  });

  it('never calls a plain server in plain', async () => {
    const { grpcPort } = await start({});
    expect(await call(`localhost:${grpcPort}`, { GRPC_TLS_CA: ours.ca })).toMatch(/LinkServiceUnavailable/);
    expect(await call(`localhost:${grpcPort}`, {})).toBe('answered');
  });

  it('asks callers for a certificate of its authority, when told to', async () => {
    const { grpcPort } = await start({
      ...identity(server),
      GRPC_TLS_CA: ours.ca,
      GRPC_TLS_CLIENT_AUTH: 'require',
    });
    const stranger = await theirs.issue('stranger', { hosts: ['document-service'] });
    const address = `localhost:${grpcPort}`;
    const [known, nameless, foreign] = await Promise.all([
      call(address, { GRPC_TLS_CA: ours.ca, ...identity(caller) }),
      call(address, { GRPC_TLS_CA: ours.ca }),
      call(address, { GRPC_TLS_CA: ours.ca, ...identity(stranger) }),
    ]);
    expect(known).toBe('answered');
    expect(nameless).toMatch(/LinkServiceUnavailableError/);
    expect(foreign).toMatch(/LinkServiceUnavailableError/);
  });

  it('uses files that replace its own for new connections, and keeps the old ones while new ones do not fit', async () => {
    const files = {
      cert: join(tmpdir(), `own-${process.pid}.pem`),
      key: join(tmpdir(), `own-${process.pid}.key`),
    };
    copyFileSync(server.cert, files.cert);
    copyFileSync(server.key, files.key);
    const { grpcPort, grpcTls, url } = await start(identity(files));
    const address = `localhost:${grpcPort}`;
    expect(await call(address, { GRPC_TLS_CA: ours.ca })).toBe('answered');

    const next = await theirs.issue('link-service', { hosts: ['localhost'], validHours: 5 });
    copyFileSync(next.cert, files.cert);
    grpcTls.refresh();
    expect(await call(address, { GRPC_TLS_CA: ours.ca })).toBe('answered');
    const health = await (await fetch(`${url}/health/ready`)).json();
    expect(health).toMatchObject({
      status: 'ready',
      checks: { grpc_certificates: expect.stringContaining('is not the key of') },
    });

    copyFileSync(next.key, files.key);
    grpcTls.refresh();
    await eventually(async () => expect(await call(address, { GRPC_TLS_CA: theirs.ca })).toBe('answered'));
    expect(await call(address, { GRPC_TLS_CA: ours.ca })).not.toBe('answered');

    const metrics = await (await fetch(`${url}/metrics`)).text();
    const [, seconds] =
      /footfall_certificate_expiry_timestamp_seconds\{file="[^"]+\.pem"\} (\S+)/.exec(metrics) ?? [];
    expect(Math.abs(Number(seconds) - (Date.now() / 1_000 + 5 * 3_600))).toBeLessThan(600);
  });

  it('closes no loophole when a setting is forgotten: it does not start', async () => {
    const junk = join(tmpdir(), `junk-${process.pid}.pem`);
    writeFileSync(junk, 'no certificate');
    const load = (settings: GrpcTlsSettings) => () => GrpcTls.load(settings);
    expect(load({ GRPC_TLS_CERT: server.cert })).toThrow('must be set together');
    expect(load({ GRPC_TLS_CERT: server.cert, GRPC_TLS_KEY: caller.key })).toThrow('is not the key of');
    expect(load({ GRPC_TLS_CA: junk })).toThrow('GRPC_TLS_CA cannot be used');
    expect(load({ GRPC_TLS_CA: '/nowhere.pem' })).toThrow('ENOENT');
    expect(load({ ...identity(server), GRPC_TLS_CLIENT_AUTH: 'require' })).toThrow('GRPC_TLS_CA must be set');
    expect(() => GrpcTls.load(identity(server)).channelCredentials()).toThrow(InvalidConfigError);
    await expect(start({ GRPC_TLS_CA: ours.ca })).rejects.toThrow(
      'has a gRPC port, which must not stay plain',
    );
  });
});
