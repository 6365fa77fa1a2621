import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { DocumentSystem } from '../../test/document-system.js';
import { S3Server } from '../../test/s3-server.js';

const PERSON = { full_name: 'Jordan Avery' };
let system: DocumentSystem;
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  system = await DocumentSystem.start();
});
afterAll(() => system.stop());

const make = async (user_id: string) =>
  (await system.call('POST', '/resume', { personal: PERSON, user_id })).body;
const filesOf = (user: string) => readdir(join(system.folder, 'documents', user));

it('removes a deleted document with its files and the answer of its call', async () => {
  const post = () =>
    fetch(system.url('/resume'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
      body: JSON.stringify({ personal: PERSON, user_id: 'ann' }),
    }).then((response) => response.json() as Promise<{ document_id: string }>);
  const { document_id: id } = await post();
  await writeFile(join(system.folder, 'documents', 'ann', `${id}.pdf`), '%PDF');
  expect(await system.call('DELETE', `/documents/${id}`)).toMatchObject({
    status: 200,
    body: { success: true, document_id: id },
  });
  expect(await filesOf('ann')).toEqual([]);
  expect((await system.call('GET', `/documents/${id}`)).status).toBe(404);
  expect((await system.call('DELETE', `/documents/${id}`)).status).toBe(404);
  expect((await system.call('DELETE', '/documents/nothing')).status).toBe(404);
  expect((await post()).document_id).not.toBe(id);
});

it('removes what is too old, orphans and old answers, and keeps the rest', async () => {
  const old = await make('bob');
  const recent = await make('bob');
  const days = (count: number) => new Date(Date.now() - count * 86_400_000);
  await system.sql.query('UPDATE documents SET created_at = $2 WHERE document_id = $1', [
    old.document_id,
    days(31),
  ]);
  await system.sql.query(
    "INSERT INTO document_requests VALUES ('resume', 'old', 'x', '{}', $1), ('resume', 'new', 'x', '{}', now())",
    [days(31)],
  );
  for (const [name, age] of [
    ['orphan', 2],
    ['orphan.pdf', 2],
    ['half.tmp', 2],
    ['being-written', 0],
  ] as const) {
    const path = join(system.folder, 'documents', 'bob', name);
    await writeFile(path, 'x');
    await utimes(path, days(age), days(age));
  }
  await utimes(join(system.folder, 'documents', 'bob', recent.document_id), days(2), days(2));
  await system.restart();
  const kept = [recent.document_id, old.document_id, 'being-written'].sort();
  await eventually(async () => expect((await filesOf('bob')).sort()).toEqual(kept));
  await system.restart({ DOCUMENT_RETENTION_DAYS: 30 });
  await eventually(async () => {
    expect((await filesOf('bob')).sort()).toEqual([recent.document_id, 'being-written'].sort());
    const { rows } = await system.sql.query(
      "SELECT idempotency_key AS key FROM document_requests WHERE answer::text = '{}'",
    );
    expect(rows).toEqual([{ key: 'new' }]);
  });
  expect((await system.call('GET', `/documents/${old.document_id}`)).status).toBe(404);
  expect((await fetch(system.url(`/documents/${recent.document_id}`))).status).toBe(200);
});

it('keeps documents in a bucket when told to', async () => {
  const s3 = await S3Server.start();
  await system.restart({ DOCUMENT_STORE: 's3', S3_ENDPOINT: s3.endpoint });
  const body = await make('eve');
  expect([...s3.objects.keys()]).toEqual([`/footfall/documents/eve/${body.document_id}`]);
  expect((await system.download(body.download_url)).lines()[0]).toBe('Jordan Avery');
  s3.isAway = true;
  expect((await system.call('GET', body.download_url)).body.code).toBe('store_unavailable');
  s3.isAway = false;
  await system.call('DELETE', `/documents/${body.document_id}`);
  expect(s3.objects.size).toBe(0);
  expect(await s3.connections()).toBeGreaterThan(0);
  await system.restart();
  await eventually(async () => expect(await s3.connections()).toBe(0));
  await s3.stop();
});
