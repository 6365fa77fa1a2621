import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const POLICY_FILE = '/usr/sbin/policy-rc.d';

/** Whether this account may install packages here at all: root on Debian or a relative of it. */
export function canInstallDebianPackages(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Installs a Debian package with apt-get, announced through `say`, without its service being started or enabled.
 * Answers undefined when done, else apt's own words. The package lists are fetched only when the first try fails.
 */
export function installDebianPackage(name: string, say: (line: string) => void): string | undefined {
  say(`Installing the package ${name} with apt-get, without its service.`);
  return withoutServices(() => {
    if (aptGet('install', '--no-install-recommends', name).status === 0) return undefined;
    aptGet('update');
    const second = aptGet('install', '--no-install-recommends', name);
    return second.status === 0 ? undefined : String(second.stderr ?? second.error).trim();
  });
}

function aptGet(...args: string[]) {
  return spawnSync('apt-get', ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
}

/** Debian starts a package's service when it is installed, unless policy-rc.d answers 101. */
function withoutServices<T>(install: () => T): T {
  const isOurs = !existsSync(POLICY_FILE);
  if (isOurs) writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    if (isOurs) rmSync(POLICY_FILE, { force: true });
  }
}
