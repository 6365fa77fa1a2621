/** What provisioning does is announced on stderr: it may install a package or take seconds. */
export function say(line: string): void {
  process.stderr.write(`tests: ${line}\n`);
}
