import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { lockDirectory } from '../directory-lock.js';
import { freePort } from '../free-port.js';
import { ensureRabbitmqPrograms } from './rabbitmq-install.js';
import { type ServerProcess, signalGroup, startServerProcess } from './server-process.js';

const ACCOUNT = 'footfall';
const READY_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

export interface LocalRabbitmqOptions {
  /** Belongs to this broker alone; created if absent. */
  dataDir: string;
  /** AMQP port. Default: a free one. */
  port?: number;
  /** Virtual hosts beside `/`, made on the first start. */
  virtualHosts?: readonly string[];
  /** Further lines of its `rabbitmq.conf`. */
  settings?: readonly string[];
  /** Tells the user what happens, one sentence at a time. */
  say(line: string): void;
}

export interface LocalRabbitmq {
  /** AMQP URL of the virtual host `/`, with its password. */
  url: string;
  port: number;
  /** Runs RabbitMQ's command line tool on this broker; answers its standard output. Takes a second or two. */
  rabbitmqctl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
  /** kill -9, as a crash: start again with the same options to recover what was durable. */
  kill(): Promise<void>;
}

/**
 * Runs a private RabbitMQ on 127.0.0.1 as the present user, root included and without systemd: everything it
 * writes, its Erlang cookie, node name and ports (AMQP, distribution, epmd) are its own, so that several can run
 * beside each other and beside the system's. First start about six seconds. Installs RabbitMQ if it can and must.
 */
export async function startLocalRabbitmq(options: LocalRabbitmqOptions): Promise<LocalRabbitmq> {
  const binDir = ensureRabbitmqPrograms(options.say);
  const dataDir = resolve(options.dataDir);
  const lock = lockDirectory(dataDir);
  let epmd: ServerProcess | undefined;
  let server: ServerProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    await server?.stop(signal, 30_000);
    await epmd?.stop('SIGKILL', 5000);
    lock.release();
  };
  try {
    const password = readPassword(dataDir);
    const port = options.port ?? (await freePort());
    const epmdPort = await freePort();
    stopOrphan(dataDir);
    const { virtualHosts = [], settings = [] } = options;
    writeConfiguration({ dataDir, port, password, virtualHosts, settings });
    const env = describeEnvironment({ dataDir, epmdPort, distributionPort: await freePort() });
    epmd = startServerProcess({
      command: 'epmd',
      args: ['-port', String(epmdPort), '-address', '127.0.0.1'],
      env,
      logFile: join(dataDir, 'epmd.log'),
      orphanSignal: 'TERM',
    });
    server = startServerProcess({
      command: join(binDir, 'rabbitmq-server'),
      args: [],
      env,
      cwd: dataDir,
      logFile: join(dataDir, 'rabbitmq.log'),
      orphanSignal: 'TERM',
    });
    writeFileSync(join(dataDir, 'server.pid'), String(server.pid));
    await waitUntilReady(server, port);
    return {
      url: `amqp://${ACCOUNT}:${password}@127.0.0.1:${port}`,
      port,
      rabbitmqctl: async (...args) =>
        (await run(join(binDir, 'rabbitmqctl'), args, { env, cwd: dataDir })).stdout,
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
    };
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
}

function readPassword(dataDir: string): string {
  const file = join(dataDir, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flush: true });
  return readFileSync(file, 'utf8').trim();
}

/** Our lock is held, so a broker that still runs here was left behind by a killed process. */
function stopOrphan(dataDir: string): void {
  const file = join(dataDir, 'server.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  const commandFile = `/proc/${pid}/cmdline`;
  const isBroker = existsSync(commandFile) && /rabbit|beam|erl/.test(readFileSync(commandFile, 'utf8'));
  if (pid > 0 && isBroker) signalGroup(pid, 'SIGKILL');
}

function writeConfiguration(o: {
  dataDir: string;
  port: number;
  password: string;
  virtualHosts: readonly string[];
  settings: readonly string[];
}): void {
  for (const folder of ['home', 'mnesia', 'log']) mkdirSync(join(o.dataDir, folder), { recursive: true });
  const hosts = ['/', ...o.virtualHosts];
  const definitions = {
    users: [{ name: ACCOUNT, password: o.password, tags: 'administrator' }],
    vhosts: hosts.map((name) => ({ name })),
    permissions: hosts.map((vhost) => ({ user: ACCOUNT, vhost, configure: '.*', write: '.*', read: '.*' })),
  };
  writeFileSync(join(o.dataDir, 'definitions.json'), JSON.stringify(definitions), { mode: 0o600 });
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${o.port}`,
    'load_definitions = definitions.json',
    'log.console = true',
    'log.console.level = warning',
    'log.file = false',
    // The default, 40 % of the memory, is meant for a machine of its own.
    'vm_memory_high_watermark.absolute = 1GB',
    'disk_free_limit.absolute = 200MB',
    ...o.settings,
  ];
  writeFileSync(join(o.dataDir, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
  writeFileSync(join(o.dataDir, 'enabled_plugins'), '[].\n');
  writeFileSync(join(o.dataDir, 'rabbitmq-env.conf'), '');
}

/** Paths are relative to the data directory, where the programs run: their shell scripts split paths at spaces. */
function describeEnvironment(o: {
  dataDir: string;
  epmdPort: number;
  distributionPort: number;
}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: join(o.dataDir, 'home'),
    LANG: 'C.UTF-8',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(o.epmdPort),
    RABBITMQ_NODENAME: 'footfall@localhost',
    RABBITMQ_DIST_PORT: String(o.distributionPort),
    RABBITMQ_CONF_ENV_FILE: './rabbitmq-env.conf',
    RABBITMQ_CONFIG_FILE: './rabbitmq.conf',
    RABBITMQ_ENABLED_PLUGINS_FILE: './enabled_plugins',
    RABBITMQ_MNESIA_BASE: './mnesia',
    RABBITMQ_LOG_BASE: './log',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
}

async function waitUntilReady(server: ServerProcess, port: number): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.hasExited()) {
      throw new Error(`RabbitMQ did not start (${await server.exited}): ${server.readLogTail()}`);
    }
    // The listener opens last, when the node has booted and its definitions are in.
    if (await canConnect(port)) return;
    await sleep(50);
  }
  throw new Error(`RabbitMQ was not ready within ${READY_TIMEOUT_MS / 1000} s: ${server.readLogTail()}`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });
}
