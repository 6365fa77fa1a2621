import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentsV1 } from '#contracts';
import { DocumentSystem } from '../../test/document-system.js';
import { makeDocx, paragraph } from '../../test/docx-fixture.js';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const SERVICE = { 'x-api-key': 'key-of-no-user' };
const ANN = { 'x-api-key': 'key-of-ann' };
const BOB = { authorization: 'Bearer key-of-bob' };
const NOT_FOUND = expect.objectContaining({ success: false, code: expect.stringMatching(/_not_found$/) });
const ANYTHING = { target_position: 'Editor' };
let system: DocumentSystem;

beforeAll(async () => {
  system = await DocumentSystem.start();
  const file = join(system.folder, 'keys');
  const users = ['ann', 'bob'].map((user) => `${user}:${sha256(`key-of-${user}`)}:${user}\n`);
  writeFileSync(file, `service:${sha256('key-of-no-user')}\n${users.join('')}`);
  await system.restart({ API_KEYS_FILE: file });
  for (const [user, headers] of [
    ['ann', ANN],
    ['bob', BOB],
  ] as const) {
    const url = `https://calendly.com/${user}`;
    await system.call('PUT', `/api/candidates/${user}`, { first_name: user, calendly_url: url }, headers);
  }
});
afterAll(() => system.stop());

/** What is the same for things that are not there and for things of others, but for the id asked for. */
async function refusal(method: string, path: string, body?: unknown) {
  const answer = await system.call(method, path, body, BOB);
  const { request_id: _, ...said } = answer.body;
  return [answer.status, said];
}

describe('with a key that is bound to a user', () => {
  it('documents are that user’s, whoever the request leaves unnamed', async () => {
    const made = await system.call('POST', '/resume', { job_id: 'job-1' }, ANN);
    expect(made).toMatchObject({
      status: 200,
      body: { links: [{ original_url: 'https://calendly.com/ann' }] },
    });
    expect(system.links.calls.at(-1)?.userId).toBe('ann');
    const named = await system.call('POST', '/resume', { user_id: 'ann', personal: { full_name: 'A' } }, ANN);
    expect(named.status).toBe(200);
  });

  it('documents of others are not found, by id or name, as .docx or PDF, to read or to delete', async () => {
    const { body } = await system.call('POST', '/resume', ANYTHING, ANN);
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const [method, path, missing] of [
      ['GET', `/documents/${body.document_id}`, `/documents/${unknown}`],
      ['GET', `/documents/${body.document_id}?format=pdf`, `/documents/${unknown}?format=pdf`],
      ['DELETE', `/documents/${body.document_id}`, `/documents/${unknown}`],
      ['GET', body.download_url, '/download/resume_nobody_20250101.docx'],
    ] as const) {
      expect(await refusal(method, path)).toEqual([404, NOT_FOUND]);
      expect(await refusal(method, path)).toEqual(await refusal(method, missing));
    }
    for (const headers of [ANN, SERVICE]) {
      expect((await fetch(system.url(body.download_url), { headers })).status).toBe(200);
    }
  });

  it('no document is made for others, whether they exist or not', async () => {
    for (const user_id of ['ann', 'nobody']) {
      for (const body of [{ user_id }, { personal: { user_id, full_name: 'X' } }]) {
        expect(await refusal('POST', '/resume', body)).toEqual([404, NOT_FOUND]);
        expect(await refusal('POST', '/cover-letter', body)).toEqual([404, NOT_FOUND]);
      }
    }
  });

  it('an Idempotency-Key answers nothing of what another user did with it', async () => {
    const body = { personal: { full_name: 'Same Name' } };
    const make = (headers: Record<string, string>) =>
      system.call('POST', '/resume', body, { ...headers, 'idempotency-key': 'same' });
    const anns = await make(ANN);
    const bobs = await make(BOB);
    expect([anns.status, bobs.status]).toEqual([200, 200]);
    expect(bobs.body.document_id).not.toBe(anns.body.document_id);
    expect((await make(ANN)).body).toEqual(anns.body);
  });

  it('profiles of others are not found, nor made, changed or deleted', async () => {
    for (const user of ['ann', 'nobody']) {
      for (const [method, body] of [['GET'], ['PUT', {}], ['PATCH', {}], ['DELETE']] as const) {
        expect(await refusal(method, `/api/candidates/${user}`, body)).toEqual([404, NOT_FOUND]);
      }
      expect(await refusal('GET', `/api/candidates/${user}/templates`)).toEqual([404, NOT_FOUND]);
      const chosen = { resume: 'modern' };
      expect(await refusal('PUT', `/api/candidates/${user}/templates`, chosen)).toEqual([404, NOT_FOUND]);
    }
    expect((await system.call('GET', '/api/candidates/ann', undefined, SERVICE)).body.first_name).toBe('ann');
  });

  it('templates are that user’s: names of their own, and those of others do not exist', async () => {
    const upload = (text: string, headers: Record<string, string>, fields = {}) =>
      system.upload(makeDocx({ body: paragraph(text) }), { name: 'Mine', ...fields }, 'x.docx', headers);
    const anns = (await upload('A {{company}}', ANN)).body;
    const bobs = (await upload('B {{company}}', BOB)).body;
    const nobodys = (await upload('N {{company}}', SERVICE)).body;
    expect([anns, bobs, nobodys].map(({ user_id, version }) => [user_id, version])).toEqual([
      ['ann', 1],
      ['bob', 1],
      [null, 1],
    ]);
    const { body } = await system.call('GET', '/templates', undefined, BOB);
    const ids = body.templates.map((template: { template_id: string }) => template.template_id);
    expect(ids).toEqual(['classic', 'modern', 'compact', bobs.template_id]);
    for (const { template_id } of [anns, nobodys, { template_id: 'tpl_unknown' }]) {
      expect(await refusal('GET', `/templates/${template_id}`)).toEqual([404, NOT_FOUND]);
      expect(await refusal('GET', `/templates/${template_id}/file`)).toEqual([404, NOT_FOUND]);
      expect(await refusal('DELETE', `/templates/${template_id}`)).toEqual([404, NOT_FOUND]);
      expect(await refusal('POST', '/resume', { template_id })).toEqual([404, NOT_FOUND]);
      expect(await refusal('PUT', '/api/candidates/bob/templates', { resume: template_id })).toEqual([
        404,
        NOT_FOUND,
      ]);
    }
    expect((await upload('C', BOB, { user_id: 'ann' })).status).toBe(404);
    expect((await upload('A2 {{company}}', SERVICE, { user_id: 'ann' })).body).toMatchObject({
      template_id: anns.template_id,
      version: 2,
    });
    // One that the service has chosen for a user serves this user all the same.
    const chosen = { resume: nobodys.template_id };
    await system.call('PUT', '/api/candidates/bob/templates', chosen, SERVICE);
    expect((await system.call('POST', '/resume', ANYTHING, BOB)).status).toBe(200);
  });

  it('gRPC opens that user’s documents alone', async () => {
    const { body } = await system.call('POST', '/resume', ANYTHING, ANN);
    const address = `127.0.0.1:${system.grpcPort}`;
    const client = new documentsV1.DocumentServiceClient(address, credentials.createInsecure());
    const read = (key: string) =>
      new Promise((resolve) => {
        const metadata = new Metadata();
        metadata.set('x-api-key', key);
        client.getDocument({ documentId: body.document_id }, metadata, (error) =>
          resolve(error?.code ?? status.OK),
        );
      });
    try {
      expect([await read('key-of-ann'), await read('key-of-bob')]).toEqual([status.OK, status.NOT_FOUND]);
    } finally {
      client.close();
    }
  });
});
