import { spawnSync } from 'node:child_process';
import { canInstallDebianPackages, installDebianPackage } from '#platform';

/** Where a program of this machine lies, installed by apt where that is possible. */
export function findProgram(name: string, debianPackage: string): string {
  const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const find = () =>
    spawnSync('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', name], { env, encoding: 'utf8' }).stdout.trim();
  const found = find();
  if (found) return found;
  const advice = `install ${name} (Debian and Ubuntu: apt-get install ${debianPackage})`;
  if (!canInstallDebianPackages())
    throw new Error(`There is no ${name} here for the tests of the deployment: ${advice}.`);
  const failure = installDebianPackage(debianPackage, (line) => process.stderr.write(`${line}\n`));
  const installed = find();
  if (installed) return installed;
  throw new Error(`apt-get could not install ${debianPackage} (${failure}): ${advice}.`);
}
