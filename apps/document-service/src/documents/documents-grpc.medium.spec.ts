import { credentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentsV1 } from '#contracts';
import { DocumentSystem } from '../../test/document-system.js';
import { DocxReader } from '../../test/docx-reader.js';

let system: DocumentSystem;
let client: documentsV1.DocumentServiceClient;

beforeAll(async () => {
  system = await DocumentSystem.start();
  client = new documentsV1.DocumentServiceClient(
    `127.0.0.1:${system.grpcPort}`,
    credentials.createInsecure(),
  );
});
afterAll(async () => {
  client?.close();
  await system?.stop();
});

const personal = { full_name: 'Jordan Avery', calendly_url: 'https://calendly.com/jordan' };

function ask<R>(call: (done: (error: Error | null, response: R) => void) => unknown): Promise<R> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}

const renderResume = (payload: unknown, more: Partial<documentsV1.RenderResumeRequest> = {}) =>
  ask<documentsV1.RenderResumeResponse>((done) =>
    client.renderResume(
      { payload: typeof payload === 'string' ? payload : JSON.stringify(payload), ...more },
      done,
    ),
  );

describe('documents over gRPC', () => {
  it('are the same as over REST', async () => {
    const { document } = await renderResume({ personal, job_id: 'job-1' });
    expect(document).toMatchObject({
      filename: expect.stringMatching(/^resume_Jordan_Avery_\d+\.docx$/),
      tracking: { enabled: true, fallback: false },
      links: [
        {
          variable: 'calendly_url',
          linkFunction: 'Calendly',
          trackingId: expect.stringMatching(/^lt_/),
          originalUrl: 'https://calendly.com/jordan',
          placements: 1,
        },
      ],
    });
    expect(document?.warnings.map(({ code }) => code)).toContain('url_not_configured');
    const got = await ask<documentsV1.GetDocumentResponse>((done) =>
      client.getDocument({ documentId: document?.documentId ?? '' }, done),
    );
    expect(got.filename).toBe(document?.filename);
    expect(got.content).toHaveLength(document?.size ?? 0);
    expect(new DocxReader(got.content).links()[0]?.target).toBe(document?.links[0]?.redirectUrl);
    expect((await system.download(document?.downloadUrl ?? '')).lines()[0]).toBe('Jordan Avery');
  });

  it('may be cover letters, and are made once per key', async () => {
    const payload = JSON.stringify({ personal, recipient: { name: 'Jane' } });
    const make = () =>
      ask<documentsV1.RenderCoverLetterResponse>((done) =>
        client.renderCoverLetter({ payload, idempotencyKey: 'one' }, done),
      );
    const { document } = await make();
    expect(document?.filename).toMatch(/^cover_letter_/);
    expect((await make()).document?.documentId).toBe(document?.documentId);
  });

  it.each([
    ['no JSON', '{', {}, status.INVALID_ARGUMENT, 'invalid_request'],
    ['nothing', '', {}, status.INVALID_ARGUMENT, 'empty_payload'],
    ['a list', '[]', {}, status.INVALID_ARGUMENT, 'invalid_request'],
    ['a wrong field', '{"personal": 5}', {}, status.INVALID_ARGUMENT, 'invalid_request'],
    [
      'an unknown format',
      JSON.stringify({ personal }),
      { format: 'odt' },
      status.INVALID_ARGUMENT,
      'invalid_request',
    ],
    [
      'an unknown template',
      JSON.stringify({ personal, template_id: 'x' }),
      {},
      status.NOT_FOUND,
      'template_not_found',
    ],
    [
      'a PDF without converter',
      JSON.stringify({ personal }),
      { format: 'pdf' },
      status.UNIMPLEMENTED,
      'pdf_unavailable',
    ],
  ])('are refused for %s', async (_, payload, more, code, footfallCode) => {
    const error = await renderResume(payload, more).catch((thrown) => thrown);
    expect(error.code).toBe(code);
    expect(error.metadata.get('footfall-code')).toEqual([footfallCode]);
  });

  it('are not found by an unknown id', async () => {
    const asking = ask((done) => client.getDocument({ documentId: '../x' }, done));
    await expect(asking).rejects.toMatchObject({ code: status.NOT_FOUND });
  });
});
