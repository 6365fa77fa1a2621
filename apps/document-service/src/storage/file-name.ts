/** Bytes a whole file name may have, number and extension included. */
export const MAX_FILE_NAME_BYTES = 100;
/** `cover_letter_` + `_20251009` + `_1234567` + `.docx`: what stands around the person's name. */
const MAX_PERSON_BYTES = MAX_FILE_NAME_BYTES - 35;
const FALLBACK = 'candidate';

/**
 * A person's name for use in a file name: Unicode NFKC, apostrophes dropped, everything else that is no letter,
 * mark or digit becomes `_`. Never empty, never a path.
 */
export function fileNamePart(name: string): string {
  const plain = name
    .normalize('NFKC')
    .replace(/['’‘ʼ`´]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_');
  return cutToBytes(plain.replace(/^[_\p{M}]+/u, ''), MAX_PERSON_BYTES).replace(/_+$/, '') || FALLBACK;
}

/** `resume_Jordan_Avery_20251009`; the day is UTC's. */
export function fileNameBase(kind: string, name: string, day: Date): string {
  return `${kind}_${fileNamePart(name)}_${day.toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** The first document of a name has no number, the second is `…_2`. */
export function fileName(base: string, number: number): string {
  return number === 1 ? `${base}.docx` : `${base}_${number}.docx`;
}

/** The name of a document's PDF. */
export function pdfName(filename: string): string {
  return filename.replace(/\.docx$/, '.pdf');
}

/** The name of the document that a PDF's name belongs to. */
export function docxName(filename: string): string {
  return filename.replace(/\.pdf$/, '.docx');
}

/** Whether a string can be one of our file names at all; anything else need not be looked up. */
export function isFileName(candidate: string): boolean {
  return (
    Buffer.byteLength(candidate) <= MAX_FILE_NAME_BYTES &&
    /^[\p{L}\p{M}\p{N}_]+\.(?:docx|pdf)$/u.test(candidate)
  );
}

/** RFC 6266: an ASCII name for old clients, the real one as `filename*`. */
export function contentDisposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function cutToBytes(text: string, bytes: number): string {
  let cut = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    cut += character;
  }
  return cut;
}
