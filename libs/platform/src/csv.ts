/** A record of CSV (RFC 4180). Moments as ISO in UTC, lists with spaces between; null and undefined are empty. */
export function writeRecord(values: readonly unknown[]): string {
  return `${values.map((value) => toCell(toText(value))).join(',')}\r\n`;
}

/** Rows under a header line; of each row what the columns name. */
export function writeCsv<C extends string>(
  columns: readonly C[],
  rows: readonly Readonly<Record<C, unknown>>[],
): string {
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))].map(writeRecord).join('');
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.join(' ') : String(value);
}

/** Visitors choose their user agents: text that a spreadsheet would run as a formula is disarmed by an apostrophe. */
function toCell(value: string | null): string {
  if (value === null) return '';
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** How the description of the API names it. */
export const CSV_ANSWER = { status: 200, content: { 'text/csv': { schema: { type: 'string' } } } };
