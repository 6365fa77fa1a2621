/**
 * PostgreSQL's text form of an array, one element per row; undefined is NULL. Much of ingest's time in Node is
 * spent here, so elements are escaped only when they hold a character that asks for it. NUL bytes and lone
 * surrogates, which PostgreSQL refuses in text, are removed and replaced by U+FFFD.
 */
export function toArrayLiteral<R>(rows: readonly R[], column: (row: R) => string | undefined): string {
  let literal = '{';
  let separator = '';
  for (const row of rows) {
    const value = column(row);
    literal += separator + (value === undefined ? 'NULL' : `"${escapeElement(cleanText(value))}"`);
    separator = ',';
  }
  return `${literal}}`;
}

/** Text as PostgreSQL can hold it. */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed;
}

/** JSON text that jsonb can hold: cleaned as {@link cleanText} does, also in names and inside escapes. */
export function toCleanJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes('\\u') ? json.replace(REFUSED_ESCAPE, replaceEscape) : json;
}

/** JSON.stringify escapes surrogates only when they stand alone; an escaped backslash starts no escape. */
const REFUSED_ESCAPE = /\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g;

function replaceEscape(sequence: string): string {
  if (sequence === '\\\\') return sequence;
  return sequence === '\\u0000' ? '' : '\ufffd';
}

const NEEDS_ESCAPE = /["\\]/;

function escapeElement(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(/["\\]/g, '\\$&') : text;
}
