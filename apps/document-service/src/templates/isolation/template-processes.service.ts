import type { OnApplicationShutdown } from '@nestjs/common';
import type { PinoLogger } from 'nestjs-pino';
import { CodedError } from '#platform';
import { TemplateInvalidError } from '../../rendering/template-invalid-error.js';
import { refuse, refuseIfAny } from '../inspection/template-refused-error.js';
import type { TemplateJob, TemplateOutcome } from './template-job.js';
import {
  type TemplateBudget,
  TemplateProcess,
  TemplateProcessEndedError,
} from './template-process-handle.js';

/** A render of ten pages takes about 50 ms and 100 MB. */
export const TEMPLATE_BUDGET: TemplateBudget = { timeMs: 5_000, megabytes: 512 };
const MAX_PROCESSES = 2;
const MAX_WAITING = 100;
/** A process that has had no job for this long is let go, ms. */
const IDLE_MS = 30_000;

export class TemplatesBusyError extends CodedError {
  constructor() {
    const message = 'Too many documents are being made right now; try again in a moment.';
    super({ code: 'renderer_busy', kind: 'unavailable', message, retryAfterSeconds: 2 });
  }
}

class TemplateCostError extends CodedError {
  constructor(reason: 'time' | 'memory', { timeMs, megabytes }: TemplateBudget) {
    const facts = {
      time: { code: 'template_too_slow', limit: `${timeMs / 1000} seconds` },
      memory: { code: 'template_too_large', limit: `${megabytes} MB of memory` },
    }[reason];
    const message = `The template with this data takes more than ${facts.limit}. Use fewer sections within sections, or less data.`;
    super({ code: facts.code, kind: 'unprocessable', message });
  }
}

/**
 * Reads and fills in templates that people have uploaded, each in a process that can be killed: neither a loop nor a
 * full heap there is felt here. At most two at once; more wait in a bounded line.
 */
export class TemplateProcesses implements OnApplicationShutdown {
  private readonly idle: TemplateProcess[] = [];
  private readonly waiting: ((process: TemplateProcess) => void)[] = [];
  private running = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly logger: Pick<PinoLogger, 'warn'>,
    private readonly budget: TemplateBudget = TEMPLATE_BUDGET,
  ) {}

  /**
   * Throws TemplateRefusedError or TemplateInvalidError for faults of the template, coded errors for one that costs
   * too much and for a full line.
   */
  async run(job: TemplateJob): Promise<TemplateOutcome> {
    const process = await this.take();
    try {
      return this.judge(job, await process.run(job));
    } catch (error) {
      if (!(error instanceof TemplateProcessEndedError)) throw error;
      this.logger.warn({ reason: error.reason, job: job.kind }, 'template process ended');
      if (error.reason === 'stopped') throw new TemplatesBusyError();
      throw new TemplateCostError(error.reason, this.budget);
    } finally {
      this.giveBack(process);
    }
  }

  onApplicationShutdown(): void {
    clearTimeout(this.idleTimer);
    for (const process of this.idle.splice(0)) process.kill('stopped');
  }

  private async take(): Promise<TemplateProcess> {
    if (this.running === MAX_PROCESSES) {
      if (this.waiting.length === MAX_WAITING) throw new TemplatesBusyError();
      return new Promise((resolve) => this.waiting.push(resolve));
    }
    this.running++;
    const idle = this.idle.pop();
    return idle?.isAlive ? idle : new TemplateProcess(this.budget);
  }

  private giveBack(process: TemplateProcess): void {
    const next = this.waiting.shift();
    if (next) {
      next(process.isAlive ? process : new TemplateProcess(this.budget));
      return;
    }
    this.running--;
    if (process.isAlive) this.idle.push(process);
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => this.onApplicationShutdown(), IDLE_MS);
    this.idleTimer.unref();
  }
  private judge(job: TemplateJob, outcome: TemplateOutcome): TemplateOutcome {
    if ('refused' in outcome) refuseIfAny(outcome.refused);
    if ('invalid' in outcome) throw new TemplateInvalidError(outcome.invalid);
    if (!('failed' in outcome)) return outcome;
    if (job.kind === 'render') throw new Error(`template job failed: ${outcome.failed}`);
    this.logger.warn({ err: outcome.failed }, 'an upload could not be judged');
    return refuse('unreadable', 'The file could not be read as a Word document. Save it again in Word.');
  }
}
