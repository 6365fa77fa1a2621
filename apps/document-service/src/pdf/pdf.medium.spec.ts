import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentSystem } from '../../test/document-system.js';
import { GotenbergServer } from '../../test/gotenberg-server.js';
import { ensureLibreOffice } from '../../test/libre-office.js';
import { renderDocument } from '../rendering/render-document.js';
import { missingTargets, pdfTargets } from './pdf-links.js';

const PERSON = {
  full_name: 'Zoë Arden',
  calendly_url: 'https://calendly.com/zoe/30min?a=1&b=(2)',
  linkedin_url: 'https://linkedin.com/in/zoe',
  portfolio_url: 'https://zoe.example',
};
let system: DocumentSystem;

beforeAll(async () => {
  ensureLibreOffice();
  system = await DocumentSystem.start({ PDF_CONVERTER: 'soffice', PDF_QUEUE_SIZE: 1 });
}, 400_000);
afterAll(() => system.stop());

async function download(path: string) {
  const response = await fetch(system.url(path));
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('PDFs made by LibreOffice', () => {
  it('carry the same tracked links as the .docx, and are made once', async () => {
    const { status, body } = await system.call('POST', '/resume', {
      personal: PERSON,
      job_id: 'job-1',
      format: 'pdf',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      filename: expect.stringMatching(/^resume_Zoë_Arden_\d+\.pdf$/),
      warnings: [],
    });
    const pdf = await download(body.download_url);
    expect(pdf.response.headers.get('content-type')).toBe('application/pdf');
    expect(pdf.response.headers.get('content-disposition')).toContain('.pdf"');
    expect(pdf.bytes.length).toBe(body.size);
    const reader = await system.download(`/documents/${body.document_id}`);
    const inDocx = reader.links().map(({ target }) => target);
    expect(pdfTargets(pdf.bytes).sort()).toEqual(inDocx.sort());
    expect(inDocx).toEqual(
      expect.arrayContaining(body.links.map((link: { redirect_url: string }) => link.redirect_url)),
    );
    expect((await download(`/documents/${body.document_id}?format=pdf`)).bytes.equals(pdf.bytes)).toBe(true);
  }, 60_000);

  it('are made of documents that were asked for as .docx, for all who ask at once', async () => {
    const { body } = await system.call('POST', '/resume', { personal: PERSON });
    const path = `/documents/${body.document_id}?format=pdf`;
    const [first, second] = await Promise.all([download(path), download(path)]);
    expect(pdfTargets(first.bytes).sort()).toEqual(Object.values(PERSON).slice(1).map(hrefOf).sort());
    expect(first.bytes.equals(second.bytes)).toBe(true);
    const byName = await download(body.download_url.replace('.docx', '.pdf'));
    expect(byName.bytes.equals(first.bytes)).toBe(true);
  }, 60_000);

  it('beyond what may wait are refused with Retry-After', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const response = await fetch(system.url('/resume'), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ personal: PERSON, format: 'pdf' }),
        });
        return [response.status, response.headers.get('retry-after')] as const;
      }),
    );
    expect(answers.filter(([status]) => status === 200)).toHaveLength(3);
    expect(answers.filter(([status, after]) => status === 503 && after === '5')).toHaveLength(2);
  }, 60_000);

  it.each([
    ['docx-library', 5],
    ['libreoffice-from-odt', 4],
    ['libreoffice-from-html', 6],
  ])(
    'of the template %s carry every link',
    async (name, distinct) => {
      const template = readFileSync(new URL(`../../test/fixtures/${name}.docx`, import.meta.url));
      const { bytes } = renderDocument({
        template,
        data: {
          personal: { email: 'z@e.example' },
          projects: [{ name: 'One', url: 'https://one.example/' }],
        },
        links: {
          calendly_url: { url: 'http://t.example/track/lt_c', text: 'calendly' },
          linkedin_url: { url: 'http://t.example/track/lt_l', text: 'linkedin' },
          portfolio_url: { url: 'http://t.example/track/lt_p', text: 'portfolio' },
        },
      });
      const pdf = await convert(bytes);
      expect(missingTargets(bytes, pdf)).toEqual([]);
      expect(new Set(pdfTargets(pdf)).size).toBe(distinct);
    },
    60_000,
  );
});

it('says what to install when there is no converter', async () => {
  await system.restart({ PDF_CONVERTER: 'none' });
  const answer = await system.call('POST', '/resume', { personal: PERSON, format: 'pdf' });
  expect(answer).toMatchObject({ status: 501, body: { code: 'pdf_unavailable' } });
  expect(answer.body.error).toContain('libreoffice-writer-nogui');
  const { body } = await system.call('POST', '/resume', { personal: PERSON });
  expect((await download(`/documents/${body.document_id}?format=pdf`)).response.status).toBe(501);
});

describe('PDFs made by Gotenberg', () => {
  let gotenberg: GotenbergServer;
  beforeAll(async () => {
    gotenberg = await GotenbergServer.start();
    await system.restart({ PDF_CONVERTER: 'gotenberg', GOTENBERG_URL: `http://${gotenberg.host}` });
  });
  afterAll(() => gotenberg.stop());
  const make = () => system.call('POST', '/resume', { personal: PERSON, format: 'pdf' });

  it('carry every link, or lack some with a warning', async () => {
    expect((await make()).body.warnings).toEqual([]);
    gotenberg.trouble = { status: 200, body: '%PDF-1.7' };
    expect((await make()).body.warnings).toEqual([
      expect.objectContaining({
        code: 'pdf_links_differ',
        targets: expect.arrayContaining(['https://zoe.example/']),
      }),
    ]);
  });

  it.each([
    ['do not look like PDFs', { status: 200, body: '<html>' }],
    ['are refused', { status: 503, body: 'Service Unavailable' }],
  ])('are none when they %s', async (_, trouble) => {
    gotenberg.trouble = trouble;
    const { status, body } = await make();
    expect([status, body.code]).toEqual([503, 'pdf_conversion_failed']);
  });
});

async function convert(docx: Buffer): Promise<Buffer> {
  const { convertBySoffice, findSoffice } = await import('./soffice.js');
  return convertBySoffice(docx, { program: findSoffice() ?? '', profile: `${system.folder}/profile` });
}

function hrefOf(url: string): string {
  return new URL(url).href;
}
