import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDocx, paragraph } from '../../test/docx-fixture.js';
import { GotenbergServer } from '../../test/gotenberg-server.js';
import { convertByGotenberg } from './gotenberg.js';
import { pdfTargets } from './pdf-links.js';

const TARGET = 'https://a.example/x?a=1&b=(2)';
const DOCX = makeDocx({
  body: `${paragraph('x')}<w:p><w:hyperlink r:id="rId7"/></w:p>`,
  targets: { rId7: TARGET },
});
let gotenberg: GotenbergServer;

beforeAll(async () => {
  gotenberg = await GotenbergServer.start();
});
afterAll(() => gotenberg.stop());
afterEach(() => {
  gotenberg.trouble = undefined;
  gotenberg.credentials = undefined;
  gotenberg.bodyLimitBytes = Number.POSITIVE_INFINITY;
  gotenberg.files.length = 0;
});

const convert = (docx: Uint8Array = DOCX, deadlineMs?: number) =>
  convertByGotenberg(docx, `http://${gotenberg.host}`, deadlineMs);

describe('a document sent to Gotenberg', () => {
  it('goes as a form file with its ending, and comes back as PDF', async () => {
    expect(pdfTargets(await convert())).toEqual([TARGET]);
    expect(gotenberg.files).toEqual([{ name: 'document.docx', bytes: DOCX }]);
  });

  it('of many megabytes arrives whole, and so does a large PDF', async () => {
    const large = makeDocx({ body: paragraph('x'.repeat(10_000)).repeat(800) });
    await convert(large);
    expect(gotenberg.files[0]?.bytes.equals(large)).toBe(true);
    const body = Buffer.alloc(20_000_000, '%PDF');
    gotenberg.trouble = { status: 200, body };
    expect((await convert()).equals(body)).toBe(true);
  });

  it('may be behind a path and a password', async () => {
    gotenberg.credentials = 'jordan:p@ss';
    await expect(convert()).rejects.toThrow('Gotenberg answered 401: Unauthorized');
    const pdf = await convertByGotenberg(DOCX, `http://jordan:p%40ss@${gotenberg.host}/`);
    expect(pdfTargets(pdf)).toEqual([TARGET]);
    await expect(convertByGotenberg(DOCX, `http://jordan:p%40ss@${gotenberg.host}/pdf`)).rejects.toThrow(
      'Gotenberg answered 404',
    );
  });

  it.each([
    [400, 'Invalid form data: form field is invalid'],
    [403, 'Forbidden'],
    [429, 'Too Many Requests'],
    [500, 'Internal Server Error'],
    [503, 'Service Unavailable'],
  ])('that is answered %i fails in Gotenberg’s own words', async (status, body) => {
    gotenberg.trouble = { status, body };
    await expect(convert()).rejects.toThrow(`Gotenberg answered ${status}: ${body}`);
  });

  it('that is larger than Gotenberg takes is refused by it', async () => {
    gotenberg.bodyLimitBytes = 1_000;
    await expect(convert()).rejects.toThrow('Gotenberg answered 413');
  });

  it('that is never answered, or without end, does not wait for it', async () => {
    gotenberg.trouble = 'silence';
    await expect(convert(DOCX, 200)).rejects.toThrow(/timeout/i);
    gotenberg.trouble = { status: 200, body: Buffer.alloc(50_000_001) };
    await expect(convert()).rejects.toThrow('more than 50000000 bytes');
  });

  it('is sent nowhere else when Gotenberg redirects', async () => {
    gotenberg.trouble = {
      status: 307,
      body: '',
      headers: { location: `http://${gotenberg.host}/elsewhere` },
    };
    await expect(convert()).rejects.toThrow();
  });
});
