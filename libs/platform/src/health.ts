import { Controller, Get, Injectable, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from './access/scopes.js';
import { Unlimited } from './rate-limit/unlimited.js';

/** Longest a single check may take before it counts as failed, ms. Probes commonly give up after a second or more. */
const CHECK_DEADLINE_MS = 900;

export type HealthCheck = () => Promise<void> | void;

export interface HealthReport {
  ready: boolean;
  /** Per check `ok`, or why not. */
  checks: Record<string, string>;
}

/**
 * What must work before this process should be given work. A check throws with a sentence when it fails.
 * Degradations that a process rides out (a gateway without its broker) are reported with `required: false`.
 */
@Injectable()
export class HealthChecks {
  private readonly checks = new Map<string, { check: HealthCheck; required: boolean }>();

  register(name: string, check: HealthCheck, { required = true } = {}): void {
    this.checks.set(name, { check, required });
  }

  async report(): Promise<HealthReport> {
    const entries = [...this.checks];
    const outcomes = await Promise.all(entries.map(([, { check }]) => outcomeOf(check)));
    return {
      ready: entries.every(([, { required }], index) => !required || outcomes[index] === 'ok'),
      checks: Object.fromEntries(entries.map(([name], index) => [name, outcomes[index] ?? 'unknown'])),
    };
  }
}

async function outcomeOf(check: HealthCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_DEADLINE_MS} ms`), CHECK_DEADLINE_MS);
  });
  try {
    return await Promise.race([late, Promise.resolve(check()).then(() => 'ok')]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

@ApiTags('operation')
@Public()
@Unlimited()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthChecks) {}

  /** The process runs and its event loop turns. Restart it when this fails. */
  @ApiOperation({ summary: 'Whether the process runs' })
  @Get('live')
  live() {
    return { status: 'live' };
  }

  /** 200 when work may be sent here, else 503 naming what is not ready. */
  @ApiOperation({ summary: 'Whether work may be sent here (200), or what is not ready (503)' })
  @ApiResponse({ status: 200, description: 'Ready.' })
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { ready, checks } = await this.health.report();
    reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not_ready', checks };
  }
}
