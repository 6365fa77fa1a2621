import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger as NestLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ContextManager, context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { PinoLogger } from 'nestjs-pino';
import { clientReader } from './client-address.js';
import { createLogger } from './logger.js';
import { PlatformModule } from './platform.module.js';

/** As a database driver throws it: with the statement, its parameters and the row hung on it. */
function driverError() {
  const message = 'invalid input syntax for type inet: "203.0.113.7 jordan@example.com"';
  return Object.assign(new Error(message), {
    code: '22P02',
    query: "SELECT 'jordan@example.com'",
    parameters: ['jordan@example.com'],
    detail: 'Key (email)=(jordan@example.com) already exists.',
    driverError: { parameters: ['jordan@example.com'] },
  });
}

let written = '';
const destination = new Writable({
  write(chunk, _encoding, done) {
    written += chunk;
    done();
  },
});

afterEach(() => {
  written = '';
});

describe('the log', () => {
  it('says what went wrong, and nothing of what people entered', () => {
    const logger = createLogger({ name: 'test', level: 'info' }, destination);
    logger.error({ err: new Error('storing failed', { cause: driverError() }) }, 'request failed');
    expect(JSON.parse(written)).toMatchObject({
      err: {
        message: 'storing failed',
        cause: { code: '22P02', message: 'invalid input syntax for type inet: "…"' },
      },
    });
    expect(written).not.toMatch(/jordan|203\.0\.113/);
  });

  it('says no more where services write it', async () => {
    const logger = createLogger({ name: 'test', level: 'info' }, destination);
    const module = PlatformModule.register({
      logger,
      access: {
        host: '127.0.0.1',
        keyFile: undefined,
        databaseUrl: undefined,
        migrateAtStart: undefined,
        servesCalls: false,
        oidc: undefined,
      },
      rateLimits: { perCaller: 0, perAddress: 0 },
      readClient: clientReader(undefined),
    });
    NestLogger.overrideLogger(false);
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    const pino = await app.resolve(PinoLogger);
    pino.warn({ err: driverError() }, 'maintenance failed');
    await app.close();
    expect(written).toContain('maintenance failed');
    expect(written).not.toMatch(/jordan|203\.0\.113/);
  });

  it('names the trace that a line belongs to, when that is kept', () => {
    const logger = createLogger({ name: 'test', level: 'info' }, destination);
    const ids = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
    const span = trace.wrapSpanContext({ ...ids, traceFlags: TraceFlags.SAMPLED });
    let isKept = true;
    span.isRecording = () => isKept;
    const active = trace.setSpan(ROOT_CONTEXT, span);
    const manager = { active: () => active } as ContextManager;
    context.setGlobalContextManager(Object.assign(manager, { disable: () => manager }));
    try {
      logger.warn('kept');
      isKept = false;
      logger.warn('dropped');
    } finally {
      context.disable();
    }
    const [kept, dropped] = written
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(kept).toMatchObject({ trace_id: ids.traceId, span_id: ids.spanId });
    expect(dropped).not.toHaveProperty('trace_id');
  });
});
