import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canInstallDebianPackages, installDebianPackage } from './debian-package.js';

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
  if (!canInstallDebianPackages()) throw new RabbitmqMissingError(`There is no RabbitMQ here: ${advice}.`);
  const failure = installDebianPackage('rabbitmq-server', say);
  spawnSync('systemctl', ['disable', 'rabbitmq-server.service']);
  const installed = findRabbitmqPrograms();
  if (installed) return installed;
  throw new RabbitmqMissingError(`apt-get could not install rabbitmq-server (${failure}): ${advice}.`);
}
