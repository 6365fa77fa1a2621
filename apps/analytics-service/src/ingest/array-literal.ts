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

const NEEDS_ESCAPE = /["\\]/;

function escapeElement(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(/["\\]/g, '\\$&') : text;
}
