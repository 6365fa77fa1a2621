import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TemplateJob, TemplateOutcome } from './template-job.js';

/** What one job may take. */
export interface TemplateBudget {
  timeMs: number;
  /** Of the whole process, MB; where the system does not tell (only Linux does), half of it for JavaScript's heap. */
  megabytes: number;
}

/** How often a running job's memory is looked at, ms: it grows by some 100 MB in that time. */
const WATCH_MS = 50;

/** Why a job has no outcome. `memory` also when the process gave up by itself: that is what a full heap looks like. */
export class TemplateProcessEndedError extends Error {
  override readonly name = 'TemplateProcessEndedError';

  constructor(readonly reason: 'time' | 'memory' | 'stopped') {
    super(`the template process ended: ${reason}`);
  }
}

const here = fileURLToPath(new URL('.', import.meta.url));
/** Of what this file was loaded as: compiled, or the source in tests. */
const program = join(here, `template-process${extname(import.meta.url)}`);
/** The folder that holds the code of apps and libs. */
const codeFolder = join(here, '../../../../..');

/** One process and its job at hand; after a job that ended badly it is gone. */
export class TemplateProcess {
  private readonly child: ChildProcess;
  private settle: ((outcome: TemplateOutcome | TemplateProcessEndedError) => void) | undefined;
  private endedBy: 'memory' | 'time' | 'stopped' = 'memory';
  private timer: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;

  constructor(private readonly budget: TemplateBudget) {
    this.child = fork(program, {
      serialization: 'advanced',
      // No environment: it holds passwords. NODE_OPTIONS is how tests load the source.
      env: process.env.NODE_OPTIONS ? { NODE_OPTIONS: process.env.NODE_OPTIONS } : {},
      execArgv: [...permissions(), `--max-old-space-size=${Math.ceil(budget.megabytes / 2)}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', (outcome) => this.end(outcome as TemplateOutcome));
    this.child.on('exit', () => this.end(new TemplateProcessEndedError(this.endedBy)));
    this.child.on('error', () => this.child.kill('SIGKILL'));
  }

  get isAlive(): boolean {
    return this.child.connected && this.child.exitCode === null && !this.child.killed;
  }

  /** Runs one job at a time. Throws {@link TemplateProcessEndedError}. */
  async run(job: TemplateJob): Promise<TemplateOutcome> {
    const outcome = await new Promise<TemplateOutcome | TemplateProcessEndedError>((resolve) => {
      this.settle = resolve;
      this.timer = setTimeout(() => this.kill('time'), this.budget.timeMs);
      this.watch = setInterval(() => this.killWhenTooLarge(), WATCH_MS);
      this.child.send(job, (error) => error && this.kill('stopped'));
    });
    if (outcome instanceof TemplateProcessEndedError) throw outcome;
    return outcome;
  }

  kill(reason: 'time' | 'memory' | 'stopped'): void {
    this.endedBy = reason;
    this.child.kill('SIGKILL');
  }

  /** The heap's own limit leaves out what lies beside it, such as the bytes of files. */
  private killWhenTooLarge(): void {
    if (residentMegabytes(this.child.pid) > this.budget.megabytes) this.kill('memory');
  }

  private end(outcome: TemplateOutcome | TemplateProcessEndedError): void {
    clearTimeout(this.timer);
    clearInterval(this.watch);
    this.settle?.(outcome);
    this.settle = undefined;
  }
}

function residentMegabytes(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Node's flags for a process that may read code: no other file, no writing, no further process. */
export function permissions(): string[] {
  const readable = [
    codeFolder,
    nodeModules(),
    join(codeFolder, '../package.json'),
    join(codeFolder, 'package.json'),
  ];
  return ['--permission', ...readable.map((path) => `--allow-fs-read=${path}`)];
}

function nodeModules(): string {
  const found = fileURLToPath(import.meta.resolve('docxtemplater'));
  return found.slice(0, found.lastIndexOf('node_modules') + 'node_modules'.length);
}
