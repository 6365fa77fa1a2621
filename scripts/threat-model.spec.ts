import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

/** Tests as the page names them: a file, and mostly the name of one in it. */
const TEST = /`([^`]+)`(?: "([^"]+)")?/g;

/** Rows of its tables: entry, what stops it, tests. */
const rows = readFileSync('docs/threat-model.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| entry'))
  .map((line) => line.slice(2, -2).split(' | '));

function isTest(path: string, name: string | undefined): boolean {
  if (!existsSync(path)) return false;
  if (name === undefined) return true;
  const code = readFileSync(path, 'utf8');
  return ["'", '"', '`'].some((quote) => code.includes(quote + name + quote));
}

it('names a test for every entry of the threat model, and none that does not exist', () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const [entry, stops, tests = ''] of rows) {
    const named = [...tests.matchAll(TEST)];
    expect([entry, stops?.trim(), named.length]).toEqual([
      entry,
      expect.stringMatching(/./),
      expect.any(Number),
    ]);
    expect(named.length).toBeGreaterThan(0);
    const missing = named.filter(([, path = '', name]) => !isTest(path, name)).map(([text]) => text);
    expect([entry, missing]).toEqual([entry, []]);
  }
});
