import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Where Nest itself speaks from: which module loaded, which route is mapped. Of use only when something is wrong. */
const FRAMEWORK = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's log lines in the process's log, its small talk at level debug. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'debug' | 'error' | 'fatal' | 'info' | 'trace' | 'warn') =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.at(-1);
      const fields = message instanceof Error ? { err: message } : typeof message === 'object' ? message : {};
      const text = [typeof message === 'object' ? undefined : message, ...rest.slice(0, -1)];
      const quiet = level === 'info' && FRAMEWORK.has(String(context));
      logger[quiet ? 'debug' : level]({ ...fields, context }, text.filter(Boolean).join(' '));
    };
  return {
    log: write('info'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}
