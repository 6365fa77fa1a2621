import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestOf, erasureCompleted } from '#contracts';
import { eventually, listPersonalTables } from '#testing';
import { DocumentSystem } from '../../test/document-system.js';
import { PERSONAL_TABLES } from './personal-documents.js';

const KEY = 'ab'.repeat(32);

let system: DocumentSystem;
beforeAll(async () => {
  system = await DocumentSystem.start();
});
afterAll(() => system?.stop());

async function makeDocument(userId: string): Promise<string> {
  await system.call('PUT', `/api/candidates/${userId}`, { first_name: userId });
  const personal = { full_name: userId };
  const { body } = await system.call(
    'POST',
    '/resume',
    { user_id: userId, personal, application_id: `app-${userId}` },
    { 'idempotency-key': `of-${userId}` },
  );
  return body.document_id;
}

it('removes profile, documents, kept answers and the folder, and nothing of others', async () => {
  const gone = await makeDocument('jordan');
  const kept = await makeDocument('robin');
  const now = new Date().toISOString();
  const request = {
    event_id: randomUUID(),
    occurred_at: now,
    erasure_id: randomUUID(),
    round: 1,
    stage: 'erase',
    until: now,
    subject: { kind: 'user', key: KEY, digest: digestOf({ key: KEY, kind: 'user', value: 'jordan' }) },
  };
  await system.bus.deliver('documents.erasure-requested', request);
  await eventually(() =>
    expect(system.bus.events(erasureCompleted.routingKey)).toMatchObject([
      { outcome: 'done', erased: { documents: 1, document_requests: 1, files: 1, user_candidate_info: 1 } },
    ]),
  );
  expect((await system.call('GET', `/documents/${gone}`)).status).toBe(404);
  expect((await system.call('GET', '/api/candidates/jordan')).status).toBe(404);
  expect(existsSync(join(system.folder, 'documents', 'jordan'))).toBe(false);
  await system.download(`/documents/${kept}`);
  expect((await system.call('GET', '/api/candidates/robin')).status).toBe(200);
});

it('lists every table that has a column of users, applications or links', async () => {
  const listed = new Set(PERSONAL_TABLES.map(({ name }) => name));
  const found = await listPersonalTables(system.database.url, 'documents');
  expect(found).toContain('documents.documents');
  expect(found.filter((name) => !listed.has(name))).toEqual([]);
});
