import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeDocx, paragraph } from '../../../test/docx-fixture.js';
import type { TemplateJob } from './template-job.js';
import { permissions, type TemplateBudget } from './template-process-handle.js';
import { TEMPLATE_BUDGET, TemplateProcesses } from './template-processes.service.js';

process.env.NODE_OPTIONS = `--allow-addons --import ${resolve('libs/testing/load-typescript.js')}`;

let processes: TemplateProcesses;
const start = (budget: Partial<TemplateBudget> = {}) => {
  processes = new TemplateProcesses({ warn: () => undefined }, { ...TEMPLATE_BUDGET, ...budget });
};
afterEach(() => processes.onApplicationShutdown());

const render = (text: string, data: Record<string, unknown>): TemplateJob => ({
  kind: 'render',
  template: makeDocx({ body: paragraph(text) }),
  data,
  links: {},
});
const HELLO = render('Hello {{name}}', { name: 'Ann' });
const items = (count: number) => Array.from({ length: count }, (_, index) => ({ index }));
/** Within every limit of an upload, and 200 times 200 times 200 lines long. */
const EXPLODING = render('{{#a}}{{#b}}{{#c}}{{index}} and some words{{/c}}{{/b}}{{/a}}', {
  a: items(200),
  b: items(200),
  c: items(200),
});

/** 200 MB of text out of a little data. */
const SWELLING = render('{{#a}}{{text}}{{/a}}', { a: items(200), text: 'x'.repeat(1_000_000) });

describe('a template in a process of its own', () => {
  it('comes back filled in', async () => {
    start();
    expect(await processes.run(HELLO)).toMatchObject({ rendered: { warnings: [], placements: {} } });
  });

  it('is not blamed for the time that its process takes to start', async () => {
    start({ timeMs: 250 });
    expect(await processes.run(HELLO)).toHaveProperty('rendered');
  });

  it('that takes too long is stopped, and the next one is none the worse', async () => {
    start({ timeMs: 1_500, megabytes: 4_000 });
    await expect(processes.run(EXPLODING)).rejects.toMatchObject({
      code: 'template_too_slow',
      kind: 'unprocessable',
    });
    expect(await processes.run(HELLO)).toHaveProperty('rendered');
  });

  it('that takes too much memory ends there, and the next one is none the worse', async () => {
    start({ timeMs: 15_000, megabytes: 250 });
    const before = process.memoryUsage().rss;
    await expect(processes.run(SWELLING)).rejects.toMatchObject({
      code: 'template_too_large',
      kind: 'unprocessable',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    expect(await processes.run(HELLO)).toHaveProperty('rendered');
  });

  it('waits its turn in a line that ends', async () => {
    start();
    const jobs = Array.from({ length: 103 }, () => processes.run(HELLO));
    const outcomes = await Promise.allSettled(jobs);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toEqual([expect.objectContaining({ code: 'template_queue_full', retryAfterSeconds: 2 })]);
  });

  it.each([
    ['read a file', "require('fs').readFileSync('/etc/hostname')"],
    ['write a file', "require('fs').writeFileSync('/tmp/footfall-must-not-exist', '')"],
    ['start a program', "require('child_process').execSync('true')"],
    ['start a thread', "new (require('worker_threads').Worker)('1', { eval: true })"],
  ])('may not %s', (_, program) => {
    start();
    const { status, stderr } = spawnSync(process.execPath, [...permissions(), '-e', program], {
      env: {},
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('ERR_ACCESS_DENIED');
  });
});
