import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const POLICY_FILE = '/usr/sbin/policy-rc.d';
/** Debian's programs first: its /usr/sbin wrappers insist on the account `rabbitmq`. */
const KNOWN_FOLDERS = ['/usr/lib/rabbitmq/bin', '/opt/homebrew/sbin', '/usr/local/sbin'];

/** No RabbitMQ programs here, and none could be installed. The message says what to do. */
export class RabbitmqMissingError extends Error {
  readonly code = 'rabbitmq_missing';
  override readonly name = 'RabbitmqMissingError';
}

/** The folder with `rabbitmq-server` and `rabbitmqctl`, undefined when there is none. */
export function findRabbitmqPrograms(): string | undefined {
  const folders = [...KNOWN_FOLDERS, ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => folder !== '' && existsSync(join(folder, 'rabbitmq-server')));
}

/**
 * Finds RabbitMQ's programs; root on Debian or Ubuntu gets them from apt-get, announced through `say`, without the
 * package's own service being started or enabled. Throws {@link RabbitmqMissingError}.
 */
export function ensureRabbitmqPrograms(say: (line: string) => void): string {
  const found = findRabbitmqPrograms();
  if (found) return found;
  const advice =
    'install RabbitMQ 3.10 or newer (Debian and Ubuntu: apt-get install rabbitmq-server; macOS: brew install rabbitmq) so that rabbitmq-server is on the PATH';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new RabbitmqMissingError(`There is no RabbitMQ here: ${advice}.`);
  }
  say('There is no RabbitMQ here: installing the package rabbitmq-server with apt-get, without its service.');
  const output = withoutServices(() => {
    const first = aptGet('install', '--no-install-recommends', 'rabbitmq-server');
    if (first.status === 0) return '';
    aptGet('update');
    const second = aptGet('install', '--no-install-recommends', 'rabbitmq-server');
    return second.status === 0 ? '' : String(second.stderr ?? second.error);
  });
  const installed = findRabbitmqPrograms();
  if (installed) return installed;
  throw new RabbitmqMissingError(`apt-get could not install rabbitmq-server (${output.trim()}): ${advice}.`);
}

function aptGet(...args: string[]) {
  return spawnSync('apt-get', ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
}

/** Debian starts and enables a package's service when it is installed, unless policy-rc.d answers 101. */
function withoutServices<T>(install: () => T): T {
  const isOurs = !existsSync(POLICY_FILE);
  if (isOurs) writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    if (isOurs) rmSync(POLICY_FILE, { force: true });
    spawnSync('systemctl', ['disable', 'rabbitmq-server.service']);
  }
}
