import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { READY, type TemplateJob, type TemplateOutcome } from './template-job.js';

/** What one job may take. */
export interface TemplateBudget {
  /** Of processor time, so that a busy machine does not make a template look costly; of any time where that is not told. */
  timeMs: number;
  /** Of the whole process, MB; where the system does not tell (only Linux does), half of it for JavaScript's heap. */
  megabytes: number;
}

/** How often a running job's memory is looked at, ms: it grows by some 100 MB in that time. */
const WATCH_MS = 50;

/** Longest a job may take by the clock, as a multiple of its processor time, however busy the machine is. */
const PATIENCE = 4;
/** Longest a process may take to load its code, ms. */
const START_MS = 30_000;

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
  private readonly isReady: Promise<void>;

  constructor(private readonly budget: TemplateBudget) {
    this.child = fork(program, {
      serialization: 'advanced',
      // No environment: it holds passwords. NODE_OPTIONS is how tests load the source.
      env: process.env.NODE_OPTIONS ? { NODE_OPTIONS: process.env.NODE_OPTIONS } : {},
      execArgv: [...permissions(), `--max-old-space-size=${Math.ceil(budget.megabytes / 2)}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.isReady = new Promise((resolve) => this.child.once('message', () => resolve()));
    this.child.on('message', (message) => message !== READY && this.end(message as TemplateOutcome));
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
      this.timer = setTimeout(() => this.kill('stopped'), START_MS);
      void this.isReady.then(() => this.settle === resolve && this.start(job));
    });
    if (outcome instanceof TemplateProcessEndedError) throw outcome;
    return outcome;
  }

  private start(job: TemplateJob): void {
    const { timeMs } = this.budget;
    const before = processorMs(this.child.pid);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.kill('time'), before === undefined ? timeMs : timeMs * PATIENCE);
    this.watch = setInterval(() => this.killWhenTooCostly(before ?? 0), WATCH_MS);
    this.child.send(job, (error) => error && this.kill('stopped'));
  }

  kill(reason: 'time' | 'memory' | 'stopped'): void {
    this.endedBy = reason;
    this.child.kill('SIGKILL');
  }

  /** The heap's own limit leaves out what lies beside it, such as the bytes of files. */
  private killWhenTooCostly(processorMsBefore: number): void {
    const spent = (processorMs(this.child.pid) ?? 0) - processorMsBefore;
    if (residentMegabytes(this.child.pid) > this.budget.megabytes) this.kill('memory');
    else if (spent > this.budget.timeMs) this.kill('time');
  }

  private end(outcome: TemplateOutcome | TemplateProcessEndedError): void {
    clearTimeout(this.timer);
    clearInterval(this.watch);
    this.settle?.(outcome);
    this.settle = undefined;
  }
}

/** Processor time a process has taken, of user and system; undefined where the system does not tell (only Linux does). */
function processorMs(pid: number | undefined): number | undefined {
  try {
    const [, afterName = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const facts = afterName.split(' ');
    // proc(5): utime and stime, fields 14 and 15 of all and 12 and 13 behind the name, in hundredths of a second.
    return (Number(facts[11]) + Number(facts[12])) * 10;
  } catch {
    return undefined;
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
