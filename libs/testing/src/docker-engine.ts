import { execFile } from 'node:child_process';

/** True when a Docker engine answers, not when its client is merely installed. */
export function hasDocker(): Promise<boolean> {
  return new Promise((answer) => {
    const args = ['version', '--format', '{{.Server.Version}}'];
    execFile('docker', args, { timeout: 5000 }, (error) => answer(error === null));
  });
}
