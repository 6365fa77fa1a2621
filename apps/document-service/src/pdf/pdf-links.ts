import { inflateSync } from 'node:zlib';
import PizZip from 'pizzip';
import { Relationships } from '../rendering/relationships.js';

const LINKED_PARTS = /^word\/(?:document|(?:header|footer)\d*|footnotes|endnotes)\.xml$/;
/** A link's action in a PDF: its string in parentheses, escaped, or as hex digits. */
const URI = /\/URI\s*(?:\(((?:\\[\s\S]|[^\\)])*)\)|<([0-9A-Fa-f\s]*)>)/g;
const STREAM = /\/FlateDecode[\s\S]{0,500}?stream\r?\n/g;

/** The targets of a .docx that its PDF has no link to. A link over two lines is two in the PDF: targets count. */
export function missingTargets(docx: Uint8Array, pdf: Buffer): string[] {
  const inPdf = new Set(pdfTargets(pdf).map(normalised));
  return docxTargets(docx).filter((target) => !inPdf.has(normalised(target)));
}

/** Where the links of a PDF lead, one for each annotation. */
export function pdfTargets(pdf: Buffer): string[] {
  const plain = pdf.toString('latin1');
  return [plain, ...objectStreams(pdf, plain)].flatMap((text) =>
    [...text.matchAll(URI)].map(([, literal, hex = '']) =>
      literal === undefined
        ? Buffer.from(hex.replace(/\s/g, ''), 'hex').toString()
        : unescapeLiteral(literal),
    ),
  );
}

function docxTargets(docx: Uint8Array): string[] {
  const zip = new PizZip(docx);
  const parts = Object.keys(zip.files).filter((path) => LINKED_PARTS.test(path));
  const linked = parts.flatMap((path) => {
    const xml = zip.file(path)?.asText() ?? '';
    return new Relationships(zip, path).hyperlinks().filter(({ id }) => xml.includes(`r:id="${id}"`));
  });
  // A link that leads nowhere cannot be missed.
  return [...new Set(linked.map(({ target }) => target))].filter(Boolean);
}

/** Newer writers pack annotations into compressed object streams. */
function* objectStreams(pdf: Buffer, plain: string): Generator<string> {
  for (const match of plain.matchAll(STREAM)) {
    const dictionary = plain.slice(plain.lastIndexOf('obj', match.index), match.index + match[0].length);
    if (!/\/ObjStm/.test(dictionary)) continue;
    try {
      yield inflateSync(pdf.subarray(match.index + match[0].length), {
        maxOutputLength: 20_000_000,
      }).toString('latin1');
    } catch {
      // No stream after all, or more than a document's links: what is missing is reported as missing.
    }
  }
}

function unescapeLiteral(literal: string): string {
  return literal.replace(/\\([0-7]{1,3}|[\s\S])/g, (_, escaped: string) =>
    /^[0-7]/.test(escaped) ? String.fromCharCode(Number.parseInt(escaped, 8)) : escaped,
  );
}

function normalised(target: string): string {
  return URL.parse(target)?.href ?? target;
}
