import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DocumentStore } from './document-store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the document store', () => {
  it('answers what was written, and nothing of what was not or is gone', async () => {
    const store = new DocumentStore(folder);
    const key = store.keyOf('steve', 'id-1');
    expect(await store.find(key)).toBeUndefined();
    await store.write(key, Buffer.from('hello'));
    const found = await store.find(key);
    expect(found?.size).toBe(5);
    expect(found && (await buffer(found.stream)).toString()).toBe('hello');
    expect(await readdir(join(folder, 'steve'))).toEqual(['id-1']);
    await store.remove(key);
    expect(await store.find(key)).toBeUndefined();
  });

  it('leaves no half-written file behind when writing fails', async () => {
    const store = new DocumentStore(folder);
    await mkdir(join(folder, 'steve', 'taken'), { recursive: true });
    await expect(store.write('steve/taken', Buffer.from('1'))).rejects.toThrow();
    expect(await readdir(join(folder, 'steve'))).toEqual(['taken']);
  });

  it('keeps every user inside its folder', () => {
    const store = new DocumentStore(folder);
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9._:-]{1,100}$/), (userId) => {
        const path = resolve(folder, store.keyOf(userId, 'id'));
        expect(relative(folder, path).split('/')).toHaveLength(2);
        expect(relative(folder, path)).not.toMatch(/^\.\./);
      }),
    );
  });
});
