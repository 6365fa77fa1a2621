import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { installDebianPackage } from '#platform';

const CLIENT = join(import.meta.dirname, '../../libs/client-python');

/** Runs one program a line with the variables of those before, and answers what it printed and how it failed. */
const LOOP = `
import contextlib, io, json, sys
names = {}
for line in sys.stdin:
    printed, failure = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(json.loads(line), "block", "exec"), names)
    except BaseException as error:
        failure = f"{type(error).__name__}: {error}"
    print(json.dumps({"output": printed.getvalue(), "failure": failure}), flush=True)
`;

/** A running Python with this project's client and the `requests` package, which the guide's programs use. */
export class PythonNotebook {
  private readonly process: ChildProcess;
  private readonly lines: Interface;

  constructor(env: NodeJS.ProcessEnv) {
    this.process = spawn(findPython(), ['-c', LOOP], {
      env: { PATH: process.env.PATH, PYTHONPATH: CLIENT, PYTHONDONTWRITEBYTECODE: '1', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (!this.process.stdout) throw new Error('Python has no output.');
    this.lines = createInterface(this.process.stdout);
  }

  /** What the program printed; rejects with its exception. */
  async run(code: string): Promise<string> {
    const answer = once(this.lines, 'line');
    this.process.stdin?.write(`${JSON.stringify(code)}\n`);
    const { output, failure } = JSON.parse(String((await answer)[0]));
    if (failure) throw new Error(failure);
    return output;
  }

  close(): void {
    this.process.kill();
  }
}

function findPython(): string {
  const find = () =>
    ['python3', '/usr/bin/python3'].find(
      (python) => spawnSync(python, ['-c', 'import requests']).status === 0,
    );
  const found = find();
  if (found) return found;
  if (existsSync('/usr/bin/apt-get')) installDebianPackage('python3-requests', console.error);
  const installed = find();
  if (installed) return installed;
  throw new Error(
    'Install Python 3 with its package "requests": the programs of the documentation need them.',
  );
}
