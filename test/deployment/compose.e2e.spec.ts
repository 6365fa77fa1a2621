import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type LocalPostgres, parseEnv, startLocalPostgres } from '#platform';
import { findProgram } from './debian-program.js';
import { findUnheeded, imageEnv, SETTINGS } from './service-settings.js';

const ROOT = join(import.meta.dirname, '../..');
const ADDRESS = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([a-z][a-z0-9-]*):(\d+)(?:\/.*)?$/;
/** Ports of what is not ours. */
const PORTS: Readonly<Record<string, readonly string[]>> = {
  postgres: ['5432'],
  rabbitmq: ['5672'],
  gotenberg: ['3000'],
  prometheus: ['9090'],
  jaeger: ['16686', '4317'],
};

interface Service {
  build?: { args?: Record<string, string>; target?: string };
  environment?: Record<string, string>;
  networks: Record<string, unknown>;
  secrets?: { source: string; target?: string }[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  secrets: Record<string, { file: string }>;
}

const folder = mkdtempSync(join(tmpdir(), 'footfall-compose-'));
chmodSync(folder, 0o711);
const secrets = join(folder, 'secrets');
let compose: Compose;

beforeAll(() => {
  makeSecrets();
  const env = { ...process.env, SECRETS_DIR: secrets };
  const program = findProgram('docker-compose', 'docker-compose');
  const { status, stdout, stderr } = spawnSync(program, ['--profile', 'observability', 'config'], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  compose = parse(stdout) as Compose;
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeSecrets(env: NodeJS.ProcessEnv = {}) {
  const made = spawnSync('sh', [join(ROOT, 'deploy/secrets.sh'), secrets], {
    env: { ...process.env, ...env },
  });
  expect({ status: made.status, problem: made.stderr.toString() }).toMatchObject({ status: 0 });
}

const own = () => Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
const environmentOf = (service: Service) =>
  Object.fromEntries(Object.entries(service.environment ?? {}).filter(([, value]) => value));
/** As the process finds it: secrets lie under /run/secrets. */
const secretPath = (path: string) => path.replace('/run/secrets', secrets);

function findReachable(from: Service, name: string): Service | undefined {
  const to = compose.services[name];
  return to && Object.keys(from.networks).some((network) => network in to.networks) ? to : undefined;
}

describe('deploy/secrets.sh', () => {
  it('makes secrets that differ, and keeps those that are there', () => {
    const read = () => readdirSync(secrets).map((name) => readFileSync(join(secrets, name), 'utf8'));
    const first = read();
    expect(new Set(first).size).toBe(first.length);
    makeSecrets();
    expect(read()).toEqual(first);
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
  });
});

describe('docker-compose.yml', () => {
  it('gives every service settings that it takes, with the secrets that it needs', () => {
    expect(
      own()
        .map(([name]) => name)
        .sort(),
    ).toEqual([...Object.keys(SETTINGS), 'edge'].sort());
    for (const [name, service] of own()) {
      const schema = SETTINGS[name];
      if (!schema) continue;
      const env = environmentOf(service);
      expect({ name, unheeded: findUnheeded(name, Object.keys(env)) }).toEqual({ name, unheeded: [] });
      const given = Object.values(env).filter((value) => value.startsWith('/run/secrets/'));
      const mounted = service.secrets?.map(({ source }) => `/run/secrets/${source}`);
      expect({ name, secrets: [...new Set(given)].sort() }).toEqual({ name, secrets: mounted?.sort() });
      const readable = Object.entries(env).map(([variable, value]) => [variable, secretPath(value)]);
      expect(() => parseEnv(schema, { ...imageEnv(), ...Object.fromEntries(readable) })).not.toThrow();
    }
    for (const { file } of Object.values(compose.secrets)) expect(existsSync(file)).toBe(true);
  });

  it('names addresses only that are in reach and listened on', () => {
    let checked = 0;
    for (const [from, service] of Object.entries(compose.services)) {
      for (const value of Object.values(environmentOf(service))) {
        const text = value.startsWith('/run/secrets/') ? readFileSync(secretPath(value), 'utf8') : value;
        const [, host = '', port = ''] = ADDRESS.exec(text) ?? [];
        if (!host || host === 'localhost') continue;
        const { PORT = '', GRPC_PORT = '' } = imageEnv();
        const isOurs = compose.services[host]?.build !== undefined;
        const listening = isOurs ? [PORT, GRPC_PORT] : PORTS[host];
        const isReachable = findReachable(service, host) !== undefined;
        expect({ from, host, isReachable, listening }).toEqual({
          from,
          host,
          isReachable: true,
          listening: expect.arrayContaining([port]),
        });
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(15);
  });

  it('lets Prometheus scrape services where they listen', () => {
    const config = parse(readFileSync(join(ROOT, 'deploy/prometheus/prometheus.yml'), 'utf8'));
    const targets: string[] = config.scrape_configs.flatMap(
      (job: { static_configs: { targets: string[] }[] }) =>
        job.static_configs.flatMap((entry) => entry.targets),
    );
    const ours = Object.keys(SETTINGS).map((name) => `${name}:${imageEnv().PORT}`);
    expect(targets).toEqual(expect.arrayContaining(ours));
    const prometheus = compose.services.prometheus as Service;
    for (const target of targets)
      expect({ target, found: findReachable(prometheus, target.split(':')[0] ?? '') !== undefined }).toEqual({
        target,
        found: true,
      });
  });

  it('confines what it runs', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      expect({ name, ...service }).toMatchObject({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      if (service.build) expect({ name, ...service }).toMatchObject({ read_only: true });
    }
  });

  it('lets the converter reach nothing, and nobody but document-service reach it', () => {
    const { gotenberg } = compose.services;
    const networks = Object.keys(gotenberg?.networks ?? {});
    expect(networks.map((name) => compose.networks[name]?.internal)).toEqual([true]);
    const others = Object.keys(compose.services).filter(
      (name) => name !== 'gotenberg' && gotenberg && findReachable(gotenberg, name),
    );
    expect(others).toEqual(['document-service']);
  });

  it('waits only for what can say that it is healthy, and mounts only what is there', () => {
    for (const [name, { depends_on = {}, volumes = [] }] of Object.entries(compose.services)) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const { build, healthcheck } = compose.services[other] as Service;
        const canSay = build !== undefined || healthcheck !== undefined;
        expect({ name, other, canSay: canSay || condition === 'service_started' }).toMatchObject({
          canSay: true,
        });
      }
      for (const volume of volumes.filter((text) => text.startsWith('/')))
        expect(existsSync(volume.split(':')[0] ?? '')).toBe(true);
    }
  });
});

describe('deploy/postgres/roles.sh', () => {
  let postgres: LocalPostgres;
  beforeAll(async () => {
    postgres = await startLocalPostgres({ dataDir: join(folder, 'postgres'), durable: false, say: () => {} });
  }, 120_000);
  afterAll(async () => {
    await postgres?.stop();
    rmSync(join(postgres.clusterDir, '..'), { recursive: true, force: true });
  });

  it('makes the roles with whose addresses every service migrates its own schema', () => {
    rmSync(secrets, { recursive: true });
    makeSecrets({ POSTGRES_ADDRESS: `127.0.0.1:${postgres.port}` });
    findProgram('psql', 'postgresql-client');
    const { username, password } = new URL(postgres.url);
    const given = spawnSync('sh', [join(ROOT, 'deploy/postgres/roles.sh')], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        SECRETS_DIR: secrets,
        PGHOST: '127.0.0.1',
        PGPORT: String(postgres.port),
        PGPASSWORD: password,
        POSTGRES_USER: username,
        POSTGRES_DB: 'footfall',
      },
    });
    expect(given).toMatchObject({ status: 0 });
    for (const [name, service] of own()) {
      const env = environmentOf(service);
      if (!env.DATABASE_URL_FILE) continue;
      const readable = Object.entries(env).map(([variable, value]) => [variable, secretPath(value)]);
      const main = join(ROOT, `dist/apps/${name}/src/main.js`);
      const { status, stderr } = spawnSync(process.execPath, [main, '--migrate-only'], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, ...Object.fromEntries(readable) },
      });
      expect({ name, status, stderr }).toMatchObject({ status: 0 });
    }
  }, 120_000);
});
