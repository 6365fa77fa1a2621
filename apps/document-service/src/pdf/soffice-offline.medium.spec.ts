import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureLibreOffice } from '../../test/libre-office.js';
import { docxReferringTo, outsideReferences } from '../../test/outside-references.js';
import { startOutsideServer } from '../../test/outside-server.js';
import { convertBySoffice, findSoffice } from './soffice.js';
import { networkNamespace } from './soffice-offline.js';

const RED_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
let folder: string;
let outside: Awaited<ReturnType<typeof startOutsideServer>>;
let docx: Buffer;

beforeAll(async () => {
  ensureLibreOffice();
  folder = mkdtempSync(join(tmpdir(), 'footfall-offline-'));
  outside = await startOutsideServer();
  const secret = join(folder, 'secret.png');
  writeFileSync(secret, Buffer.from(RED_PIXEL, 'base64'));
  docx = docxReferringTo(outsideReferences(outside.address, secret));
}, 400_000);
afterAll(() => {
  outside.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pictures = (pdf: Buffer) => pdf.toString('latin1').match(/\/Subtype\s*\/Image/g)?.length ?? 0;
const soffice = (profile: string) => ({ program: findSoffice() ?? '', profile: join(folder, profile) });

describe('a document that names all there is outside of it', () => {
  it('makes a LibreOffice without walls fetch from network and disk: the test below can fail', async () => {
    const source = join(folder, 'open.docx');
    writeFileSync(source, docx);
    const { program, profile } = soffice('open');
    const options = ['--headless', '--convert-to', 'pdf', '--outdir', folder, source];
    await promisify(execFile)(program, [`-env:UserInstallation=file://${profile}`, ...options]);
    expect(outside.requests.splice(0)).toContain('GET /linked.png');
    expect(pictures(readFileSync(join(folder, 'open.pdf')))).toBeGreaterThan(0);
  }, 60_000);

  it.each([
    ['as it is run here', networkNamespace()],
    ['as an account without namespaces runs it', []],
  ])(
    'makes ours fetch nothing, %s',
    async (name, namespace) => {
      const pdf = await convertBySoffice(docx, { ...soffice(name), namespace });
      expect(pdf.subarray(0, 4).toString()).toBe('%PDF');
      expect(pictures(pdf)).toBe(0);
      expect(outside.requests).toEqual([]);
    },
    60_000,
  );
});
