import type { OnApplicationShutdown } from '@nestjs/common';
import type { PinoLogger } from 'nestjs-pino';
import { CodedError } from '#platform';
import { BoundedQueue } from '../../bounded-queue.js';
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

class TemplateCostError extends CodedError {
  constructor(reason: 'time' | 'memory', { timeMs, megabytes }: TemplateBudget) {
    const facts = {
      time: { code: 'template_too_slow', limit: `${timeMs / 1000} seconds of processor time` },
      memory: { code: 'template_too_large', limit: `${megabytes} MB of memory` },
    }[reason];
    const message = `The template with this data takes more than ${facts.limit}. Use fewer sections within sections, or less data.`;
    super({ code: facts.code, kind: 'unprocessable', message });
  }
}

interface Place {
  process?: TemplateProcess;
}

/**
 * Reads and fills in templates that people have uploaded, each in a process that can be killed: neither a loop nor a
 * full heap there is felt here. At most two at once; more wait in a bounded line.
 */
export class TemplateProcesses implements OnApplicationShutdown {
  private readonly places: Place[] = Array.from({ length: MAX_PROCESSES }, () => ({}));
  private readonly queue = new BoundedQueue<Place>({
    slots: this.places,
    maxWaiting: MAX_WAITING,
    refusal: { code: 'template_queue_full', work: 'uploaded templates are being read', retryAfterSeconds: 2 },
  });
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly logger: Pick<PinoLogger, 'warn'>,
    private readonly budget: TemplateBudget = TEMPLATE_BUDGET,
  ) {}

  /**
   * Throws TemplateRefusedError or TemplateInvalidError for faults of the template, coded errors for one that costs
   * too much and for a full line.
   */
  run(job: TemplateJob): Promise<TemplateOutcome> {
    return this.queue.run(async (place) => {
      clearTimeout(this.idleTimer);
      try {
        if (!place.process?.isAlive) place.process = new TemplateProcess(this.budget);
        return this.judge(job, await place.process.run(job));
      } catch (error) {
        throw this.explain(job, error);
      } finally {
        this.idleTimer = setTimeout(() => this.endAll(), IDLE_MS);
        this.idleTimer.unref();
      }
    });
  }

  onApplicationShutdown(): void {
    clearTimeout(this.idleTimer);
    this.endAll();
  }

  private endAll(): void {
    for (const { process } of this.places) process?.kill('stopped');
  }

  private explain(job: TemplateJob, error: unknown): unknown {
    if (!(error instanceof TemplateProcessEndedError)) return error;
    this.logger.warn({ reason: error.reason, job: job.kind }, 'template process ended');
    return error.reason === 'stopped' ? error : new TemplateCostError(error.reason, this.budget);
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
