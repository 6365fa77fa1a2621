/** Stands between the values of a joined column (ASCII record separator); no value holds it. */
const SEPARATOR = '\x1e';

/**
 * One column of many rows as one text parameter, read back by {@link unnestColumn}. Cheaper on both sides than
 * PostgreSQL's array syntax, which escapes every quote of every JSON text. An absent value and an empty one are NULL.
 * Values are cleaned as {@link cleanText} says.
 */
export function joinColumn<R>(rows: readonly R[], column: (row: R) => string | undefined): string {
  const joined = rows.map(column).join(SEPARATOR);
  return isClean(joined, rows.length)
    ? joined
    : rows.map((row) => cleanText(column(row) ?? '')).join(SEPARATOR);
}

/** SQL for parameter `$n`, a joined column, as an array of a type. */
export function unnestColumn(n: number, type: string): string {
  return `string_to_array($${n}, chr(${SEPARATOR.charCodeAt(0)}), '')::${type}[]`;
}

/** Text without what PostgreSQL or {@link joinColumn} cannot hold: NUL, separators, lone surrogates (become U+FFFD). */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '').replaceAll(SEPARATOR, '');
}

/** Looks at the whole column at once: hardly any batch holds a value that must be cleaned. */
function isClean(joined: string, rows: number): boolean {
  if (!joined.isWellFormed() || joined.includes('\0')) return false;
  let separators = 0;
  for (let at = joined.indexOf(SEPARATOR); at !== -1; at = joined.indexOf(SEPARATOR, at + 1)) separators++;
  return separators === Math.max(0, rows - 1);
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
