import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LinkStore } from './link-store.js';

let directory: string;
let problems: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'link-store-'));
  problems = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (slot = 0) =>
  LinkStore.open(directory, { onProblem: (problem) => problems.push(problem), slot });
const aLink = {
  trackingId: 'lt_1',
  revision: 7,
  isActive: true,
  expiresAt: undefined,
  location: 'https://example.com/',
  fallback: '',
  facts: '"tracking_id":"lt_1"',
};

describe('the link store', () => {
  it('still holds its links and its watermark when it is opened again', () => {
    const first = open();
    first.apply([aLink]);
    first.watermark = 7;
    first.close();
    const second = open();
    expect([second.find('lt_1'), second.watermark, second.size]).toEqual([aLink, 7, 1]);
    second.close();
  });

  it('keeps the links of the layout before, and takes each again when it is pulled anew', () => {
    const old = new DatabaseSync(join(directory, 'links.db'));
    old.exec(`
      CREATE TABLE links (tracking_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, is_active INTEGER NOT NULL,
        location TEXT NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE watermark (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);
      INSERT INTO links VALUES ('lt_1', 7, 1, 'https://example.com/', '"tracking_id":"lt_1"');
      INSERT INTO watermark VALUES (1, 7);
      PRAGMA user_version = 1;`);
    old.close();
    const store = open();
    expect(problems).toEqual([]);
    expect([store.find('lt_1'), store.watermark]).toEqual([{ ...aLink, revision: 0 }, 0]);
    const now = { ...aLink, expiresAt: 5, fallback: 'https://example.com/new' };
    store.apply([now]);
    expect(store.find('lt_1')).toEqual(now);
    store.close();
  });

  it('of a new worker starts with what the first one holds, and goes its own way then', () => {
    const first = open();
    first.apply([aLink]);
    first.watermark = 7;
    const second = open(1);
    expect([second.find('lt_1'), second.watermark]).toEqual([aLink, 7]);
    second.apply([{ ...aLink, revision: 8, isActive: false }]);
    expect(first.find('lt_1')).toEqual(aLink);
    first.close();
    second.close();
    const again = open(1);
    expect([again.find('lt_1')?.isActive, problems]).toEqual([false, []]);
    again.close();
  });

  it.each([
    ['garbage', 'not a database, but long enough to be taken for one'.repeat(100)],
    ['a layout from the future', undefined],
  ])('starts empty over %s', (_what, bytes) => {
    if (bytes) writeFileSync(join(directory, 'links.db'), bytes);
    else {
      const future = new DatabaseSync(join(directory, 'links.db'));
      future.exec('CREATE TABLE links (x); PRAGMA user_version = 99');
      future.close();
    }
    const store = open();
    expect(problems).toEqual(['link replica cannot be opened, pulling it anew']);
    expect([store.size, store.watermark]).toEqual([0, 0]);
    store.close();
  });

  it('holds links in memory where no file can be', () => {
    rmSync(directory, { recursive: true });
    mkdirSync(join(directory, 'links.db'), { recursive: true });
    const store = open();
    expect(problems.at(-1)).toBe('link replica cannot be kept on disk, holding it in memory');
    store.apply([aLink]);
    expect(store.find('lt_1')).toEqual(aLink);
    store.close();
  });
});
