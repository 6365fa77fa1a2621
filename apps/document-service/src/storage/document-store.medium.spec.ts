import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { S3Server } from '../../test/s3-server.js';
import { type DocumentStore, type ListedFile, storageKey } from './document-store.js';
import { FilesystemStore } from './filesystem-store.js';
import { S3Store } from './s3-store.js';

let folder: string;
let s3: S3Server;
const stores: Record<string, DocumentStore> = {};
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  s3 = await S3Server.start();
  const config = { S3_ENDPOINT: s3.endpoint, S3_BUCKET: 'bucket', S3_REGION: 'us-east-1' };
  stores.filesystem = new FilesystemStore(folder);
  stores.s3 = new S3Store(config, 'documents/');
});
afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each(['filesystem', 's3'])('the %s store', (name) => {
  const store = (): DocumentStore => {
    const found = stores[name];
    if (!found) throw new Error(name);
    return found;
  };

  it('answers what was written last, and nothing of what was not or is gone', async () => {
    const key = storageKey('Zoë:1', 'id-1');
    expect(await store().find(key)).toBeUndefined();
    await store().write(key, Buffer.from('first'));
    await store().write(key, Buffer.from('hello, you'));
    const found = await store().find(key);
    expect(found?.size).toBe(10);
    expect(found && (await buffer(found.stream)).toString()).toBe('hello, you');
    await store().remove(key);
    await store().remove(key);
    expect(await store().find(key)).toBeUndefined();
  });

  it('lists every file, over pages', async () => {
    const keys = ['ann/1', 'ann/2', 'bob/1', 'bob/1.pdf', 'eve/1'];
    for (const key of keys) await store().write(key, Buffer.from(key));
    const found = await listed(store());
    expect(found.map(({ key }) => key).sort()).toEqual(keys);
    for (const { writtenAt } of found) expect(Date.now() - writtenAt.getTime()).toBeLessThan(60_000);
    for (const key of keys) await store().remove(key);
    expect(await listed(store())).toEqual([]);
  });

  it('removes a folder with everything in it, and nothing of one that only begins alike', async () => {
    const ofAnn = ['1', '1.pdf', '2', '2.pdf', '3'].map((id) => storageKey('ann', id));
    const ofAnna = storageKey('anna', '1');
    for (const key of [...ofAnn, ofAnna]) await store().write(key, Buffer.from(key));
    await store().removeFolder(storageKey('ann', ''));
    await store().removeFolder(storageKey('ann', ''));
    expect((await listed(store())).map(({ key }) => key)).toEqual([ofAnna]);
    await store().remove(ofAnna);
  });
});

it('leaves no half-written file behind when writing to disk fails', async () => {
  await mkdir(join(folder, 'jordan', 'taken'), { recursive: true });
  await expect(stores.filesystem?.write('jordan/taken', Buffer.from('1'))).rejects.toThrow();
  expect(await readdir(join(folder, 'jordan'))).toEqual(['taken']);
});

it('says that a bucket is away, and not that its files are gone', async () => {
  s3.isAway = true;
  await expect(stores.s3?.find('a/b')).rejects.toMatchObject({
    code: 'store_unavailable',
    kind: 'unavailable',
  });
  s3.isAway = false;
  expect(await stores.s3?.find('a/b')).toBeUndefined();
});

it('keeps every user inside its folder', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9._:-]{1,100}$/), (userId) => {
      const path = resolve(folder, storageKey(userId, 'id'));
      expect(relative(folder, path).split('/')).toHaveLength(2);
      expect(relative(folder, path)).not.toMatch(/^\.\./);
    }),
  );
});

async function listed(store: DocumentStore) {
  const files: ListedFile[] = [];
  for await (const file of store.list()) files.push(file);
  return files;
}
