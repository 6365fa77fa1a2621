import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { TemplateLimits } from './template-limits.js';
import { refuse, TemplateRefusedError } from './template-refused-error.js';

/** What lies inside a file, by path. */
export type Archive = ReadonlyMap<string, Buffer>;

/** How much was unpacked so far: what a refused bomb has cost. */
export interface InflationMeter {
  inflatedBytes: number;
}

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
/** Compound files: Word 97-2003, and .docx with a password. */
const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ENCRYPTED_FLAG = 1;
const XML_ENTRY = /\.(xml|rels|vml|svg)$/i;

const openZip = promisify<Buffer, yauzl.Options, ZipFile>(yauzl.fromBuffer);

/**
 * Unpacks an uploaded file. Every size is judged as declared before a byte is unpacked, and again while unpacking:
 * an entry that turns out longer than it declared ends the reading there.
 *
 * Throws {@link TemplateRefusedError}.
 */
export async function readArchive(
  file: Buffer,
  limits: TemplateLimits,
  meter: InflationMeter = { inflatedBytes: 0 },
): Promise<Archive> {
  judgeFile(file, limits);
  try {
    // Names are judged here, in words of ours; yauzl would judge them only while reading.
    const zip = await openZip(file, {
      lazyEntries: true,
      validateEntrySizes: true,
      decodeStrings: false,
      autoClose: false,
    });
    if (zip.entryCount > limits.entries) {
      refuse(
        'too_many_entries',
        `The file holds ${zip.entryCount} files; at most ${limits.entries} are allowed. Save the document again in Word, with fewer pictures.`,
      );
    }
    const entries = await listEntries(zip);
    judgeDeclaredSizes(entries, file.length, limits);
    const archive = new Map<string, Buffer>();
    for (const { path, entry } of entries) archive.set(path, await unpack(zip, path, entry, meter));
    return archive;
  } catch (cause) {
    if (cause instanceof TemplateRefusedError) throw cause;
    throw new TemplateRefusedError(
      [
        {
          code: 'not_docx',
          message: 'The file is damaged: it cannot be unpacked as a .docx. Save it again in Word.',
        },
      ],
      { cause },
    );
  }
}

interface NamedEntry {
  path: string;
  entry: Entry;
}

function judgeFile(file: Buffer, { fileBytes }: TemplateLimits): void {
  if (file.length > fileBytes) {
    refuse('file_too_large', `The file may be at most ${megabytes(fileBytes)}.`);
  }
  if (file.subarray(0, COMPOUND_FILE.length).equals(COMPOUND_FILE)) {
    refuse(
      'legacy_or_encrypted',
      'This is a Word 97-2003 document (.doc) or one with a password. Save it as .docx without a password.',
    );
  }
  if (!file.subarray(0, ZIP.length).equals(ZIP)) {
    refuse(
      'not_docx',
      'The file is not a .docx. Save the document as "Word Document (.docx)" and upload that.',
    );
  }
}

async function listEntries(zip: ZipFile): Promise<NamedEntry[]> {
  const found: NamedEntry[] = [];
  const seen = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      try {
        const path = entry.fileNameRaw.toString('utf8');
        judgeName(path, seen);
        judgeEncryption(entry);
        if (!path.endsWith('/')) found.push({ path, entry });
        zip.readEntry();
      } catch (error) {
        reject(error);
      }
    });
    zip.readEntry();
  });
  return found;
}

/** Names that lead out of a folder, or that two readers could take for different files. */
function judgeName(path: string, seen: Set<string>): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const isUnsafe = /[\u0000-\u001f\\:\ufffd]|^\/|(^|\/)\.\.?(\/|$)/.test(path);
  if (isUnsafe || path === '') {
    refuse(
      'unsafe_entry',
      'The file holds an entry whose name leads outside of the document. Save it again in Word.',
      {
        file: path,
      },
    );
  }
  if (seen.has(path.toLowerCase())) {
    refuse('unsafe_entry', `The file holds "${path}" twice. Save it again in Word.`, { file: path });
  }
  seen.add(path.toLowerCase());
}

function judgeEncryption(entry: Entry): void {
  if ((entry.generalPurposeBitFlag & ENCRYPTED_FLAG) === 0) return;
  refuse('legacy_or_encrypted', 'The file is encrypted. Save it as .docx without a password.');
}

function judgeDeclaredSizes(entries: NamedEntry[], fileBytes: number, limits: TemplateLimits): void {
  let total = 0;
  for (const { path, entry } of entries) {
    if (XML_ENTRY.test(path)) judgePartSize(path, entry.uncompressedSize, limits);
    total += entry.uncompressedSize;
  }
  if (total > limits.inflatedBytes) {
    refuse(
      'inflated_too_large',
      `Unpacked, the file may be at most ${megabytes(limits.inflatedBytes)}: make its pictures smaller.`,
    );
  }
  if (total > fileBytes * limits.inflationRatio) {
    refuse(
      'zip_bomb',
      `The file unpacks to more than ${limits.inflationRatio} times its size, as no document does. Save it again in Word.`,
    );
  }
}

/** Also used once it is known which other entries are XML. */
export function judgePartSize(path: string, bytes: number, { xmlPartBytes }: TemplateLimits): void {
  if (bytes <= xmlPartBytes) return;
  refuse(
    'part_too_large',
    `${path} is larger than ${megabytes(xmlPartBytes)} unpacked: a template of some pages is enough.`,
    { file: path },
  );
}

async function unpack(zip: ZipFile, path: string, entry: Entry, meter: InflationMeter): Promise<Buffer> {
  const stream = await promisify<Entry, NodeJS.ReadableStream>(zip.openReadStream.bind(zip))(entry);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      meter.inflatedBytes += chunk.length;
      chunks.push(chunk);
    }
  } catch (cause) {
    const message = `${path} cannot be unpacked to the size it declares. Save the document again in Word.`;
    throw new TemplateRefusedError([{ code: 'size_mismatch', message, file: path }], { cause });
  }
  const content = Buffer.concat(chunks, entry.uncompressedSize);
  if (crc32(content) !== entry.crc32) throw new Error(`${path} has another checksum`);
  return content;
}

function megabytes(bytes: number): string {
  return `${bytes / 1_000_000} MB`;
}
