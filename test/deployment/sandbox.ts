import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What stands for the base image: this machine's system, read-only. */
const SYSTEM = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'usr', 'etc', 'proc', 'sys', 'dev'];
const PATH = '/opt/node:/opt/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Mount {
  source: string;
  target: string;
  readOnly?: boolean;
}

export interface SandboxOptions {
  /** The folder that becomes `/`. */
  root: string;
  mounts: readonly Mount[];
  env: Record<string, string>;
  workdir: string;
  /** Absent: whoever builds images, who may do anything in `root`. */
  uid?: number;
  /** Nothing but mounts and `/tmp` can be written. */
  isReadOnly?: boolean;
}

/**
 * Makes the mounts in a namespace of its own, so that they are gone with the process, and becomes the command. `$1` root,
 * `$2` folder of Node, `$3` folder of npm, `$4` folder of what else it needs, `$5` rw or ro, `$6` uid or -, `$7` working directory, `$8` mounts
 * (a line each: mode, source and target with tabs between), then the command.
 */
const SCRIPT = `
set -eu
root=$1 node=$2 npm=$3 tools=$4 mode=$5 uid=$6 workdir=$7 mounts=$8; shift 8
bind() { mkdir -p "$root$3"; mount --rbind "$2" "$root$3"; if [ "$1" = ro ]; then mount -o remount,bind,ro "$root$3"; fi; }
mount --bind "$root" "$root"
for name in ${SYSTEM.join(' ')}; do if [ -d "/$name" ]; then bind ro "/$name" "/$name"; fi; done
bind ro "$node" /opt/node
bind ro "$npm" /opt/npm
bind ro "$tools" /opt/tools
mount --bind "$tools/passwd" "$root/etc/passwd"
mkdir -p "$root/tmp" "$root/run"; mount -t tmpfs tmpfs "$root/tmp"
printf '%s' "$mounts" | while IFS='	' read -r how source target; do bind "$how" "$source" "$target"; done
if [ "$mode" = ro ]; then mount -o remount,bind,ro "$root"; fi
if [ "$uid" = - ]; then exec chroot "$root" sh -c 'cd "$0" && exec "$@"' "$workdir" "$@"; fi
exec chroot "$root" setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \\
  sh -c 'cd "$0" && exec "$@"' "$workdir" "$@"
`;

/** Starts a command inside; its process is the command's own. */
export function startInside(options: SandboxOptions, command: readonly string[]): ChildProcess {
  const [program = '', ...args] = argumentsFor(options, command);
  return spawn(program, args, { env: environmentOf(options), stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a command inside to its end. */
export function runInside(options: SandboxOptions, command: readonly string[]) {
  const [program = '', ...args] = argumentsFor(options, command);
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: environmentOf(options),
    encoding: 'utf8',
    maxBuffer: 50_000_000,
  });
  return { status, output: `${stdout}${stderr}` };
}

function environmentOf({ env }: SandboxOptions): NodeJS.ProcessEnv {
  return { PATH, HOME: '/tmp', ...env };
}

function argumentsFor(options: SandboxOptions, command: readonly string[]): string[] {
  const { root, mounts, uid, isReadOnly, workdir } = options;
  const tools = `${root}.tools`;
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'npm'), '#!/bin/sh\nexec node /opt/npm/bin/npm-cli.js "$@"\n', { mode: 0o755 });
  // The account of Node's image.
  const others = readFileSync('/etc/passwd', 'utf8').replaceAll(/^.*:x:1000:.*\n/gm, '');
  writeFileSync(join(tools, 'passwd'), `${others}node:x:1000:1000::/home/node:/bin/sh\n`);
  const lines = mounts.map(
    ({ source, target, readOnly }) => `${readOnly ? 'ro' : 'rw'}\t${source}\t${target}\n`,
  );
  return [
    'unshare',
    '--mount',
    ...['/bin/sh', '-c', SCRIPT, 'sandbox', root, dirname(process.execPath), npmFolder(), tools],
    ...[isReadOnly ? 'ro' : 'rw', uid === undefined ? '-' : String(uid), workdir, lines.join('')],
    ...command,
  ];
}

/** With `bin/npm` in it. */
function npmFolder(): string {
  const npm = (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, 'npm'))
    .find(existsSync);
  if (!npm) throw new Error('There is no npm on the PATH.');
  return dirname(dirname(realpathSync(npm)));
}

/** Whether this account may make mounts of its own: root may, unless a container took that from it. */
export function canSandbox(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
}
