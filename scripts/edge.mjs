// The edge on one machine: nginx with the same configuration that the container uses.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canInstallDebianPackages, installDebianPackage } from '../dist/libs/platform/src/index.js';

const template = join(import.meta.dirname, '../deploy/edge/nginx.conf.template');
const dashboard = join(import.meta.dirname, '../dist/dashboard');

/**
 * Starts nginx in the foreground and answers its process.
 * @param {{ stateDir: string, listen: string, hstsSeconds?: string, addresses: Record<string, string>, say: (line: string) => void }} options
 *   `addresses`: GATEWAY_ADDRESS and so on, each host:port, or several with spaces between them.
 */
export function startEdge({ stateDir, listen, hstsSeconds = '0', addresses, say }) {
  const nginx = findNginx(say);
  mkdirSync(stateDir, { recursive: true });
  const config = join(stateDir, 'nginx.conf');
  const values = {
    ...addresses,
    EDGE_LISTEN: listen,
    HSTS_SECONDS: hstsSeconds,
    EDGE_STATE_DIR: `"${stateDir}"`,
    DASHBOARD_DIR: `"${dashboard}"`,
  };
  writeFileSync(
    config,
    readFileSync(template, 'utf8')
      // A path may hold spaces: nginx wants the whole argument quoted.
      .replace(/\$\{EDGE_STATE_DIR\}(\/[\w.]+)/g, (_, rest) => `"${stateDir}${rest}"`)
      .replace(/server \$\{([A-Z_]+)\}([^;]*);/g, (_, name, rest) =>
        (values[name] ?? missing(name))
          .split(' ')
          .map((address) => `server ${address}${rest};`)
          .join(' '),
      )
      .replace(/\$\{([A-Z_]+)\}/g, (_, name) => values[name] ?? missing(name)),
  );
  // As root, workers would drop to an account that may not enter the state directory.
  const globals = `daemon off;${process.getuid?.() === 0 ? ' user root;' : ''}`;
  const args = ['-p', stateDir, '-c', config, '-e', 'stderr', '-g', globals];
  const test = spawnSync(nginx, [...args, '-t', '-q'], { encoding: 'utf8' });
  if (test.status !== 0)
    throw new Error(`The edge's configuration is refused by nginx: ${test.stderr.trim()}`);
  return spawn(nginx, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

function missing(name) {
  throw new Error(`The edge's configuration asks for ${name}, which nobody gave.`);
}

/** The nginx on this machine, installed by apt where that is possible. */
export function findNginx(say) {
  const find = () =>
    ['nginx', '/usr/sbin/nginx'].find((candidate) => spawnSync(candidate, ['-v']).status === 0);
  const found = find();
  if (found) return found;
  const advice = 'install nginx (Debian and Ubuntu: apt-get install nginx-light; macOS: brew install nginx)';
  if (!canInstallDebianPackages()) throw new Error(`There is no nginx here for the edge: ${advice}.`);
  const failure = installDebianPackage('nginx-light', say);
  const installed = find();
  if (installed) return installed;
  throw new Error(`apt-get could not install nginx-light (${failure}): ${advice}.`);
}
