import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { flag, InvalidConfigError, integer, isLoopback, parseEnv, port, postgresUrl } from './env.js';

const schema = z.object({
  PORT: port().default(5000),
  TRACKING: flag().default(true),
  DATABASE_URL: postgresUrl(),
  DAYS: integer({ min: 1, max: 3650 }).optional(),
});

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    parseEnv(schema, env);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseEnv', () => {
  it('parses values and fills defaults, an empty variable counting as unset', () => {
    const env = { DATABASE_URL: 'postgres://u:p@h/db', TRACKING: 'false', PORT: '', DAYS: '90' };
    expect(parseEnv(schema, env)).toEqual({
      PORT: 5000,
      TRACKING: false,
      DATABASE_URL: 'postgres://u:p@h/db',
      DAYS: 90,
    });
  });

  it('lists every problem at once, each naming its variable, and never repeats a secret', () => {
    const problems = problemsOf({ PORT: '70000', TRACKING: 'maybe', DATABASE_URL: 'mysql://u:hunter2@h' });
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toMatch(
      /PORT must be .*65535[\s\S]*TRACKING must be[\s\S]*DATABASE_URL must be/,
    );
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  it('takes a setting from the file that <NAME>_FILE names, without the line end after it', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'footfall-env-')), 'url');
    writeFileSync(file, 'postgres://u:p@h/db\r\n');
    expect(parseEnv(schema, { DATABASE_URL_FILE: file }).DATABASE_URL).toBe('postgres://u:p@h/db');
    expect(problemsOf({ DATABASE_URL: 'postgres://h/db', DATABASE_URL_FILE: file })).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both set: unset one of them.',
    ]);
    writeFileSync(file, 'mysql://u:hunter2@h');
    const [problem] = problemsOf({ DATABASE_URL_FILE: file });
    expect(problem).toMatch(/DATABASE_URL must be a PostgreSQL address/);
    expect(problem).not.toContain('hunter2');
  });

  it('says once that the file of a setting cannot be read', () => {
    expect(problemsOf({ DATABASE_URL_FILE: '/nowhere/url' })).toEqual([
      expect.stringMatching(/^DATABASE_URL_FILE cannot be read: .*ENOENT/),
    ]);
  });

  it('names a required variable that is missing', () => {
    expect(problemsOf({})).toEqual([expect.stringContaining('DATABASE_URL must be a PostgreSQL address')]);
  });

  it.each(['1.5', '1e3', ' 7', '0x10', '-'])('takes no %p for a whole number', (DAYS) => {
    expect(problemsOf({ DATABASE_URL: 'postgres://h/db', DAYS })).toHaveLength(1);
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1'])('holds for %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'example.com'])(
    'does not hold for %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
