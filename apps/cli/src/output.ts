import Table from 'cli-table3';

/** What every command knows: where to ask, and how to answer. */
export interface GlobalOptions {
  url: string;
  key: string | undefined;
  json: boolean;
}

export function clientOptions({ url, key }: GlobalOptions) {
  return { baseUrl: url, apiKey: key };
}

/** The answer as JSON with `--json`, else what `draw` makes of it. */
export function show<Answer>(
  { json }: GlobalOptions,
  answer: Answer,
  draw: (answer: Answer) => string,
): void {
  process.stdout.write(`${json ? JSON.stringify(answer, undefined, 2) : draw(answer)}\n`);
}

type Cell = string | number | boolean | null | undefined;

const NO_FRAME = {
  ...Object.fromEntries(
    ['top', 'bottom', 'left', 'right', 'mid']
      .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
      .map((part) => [part, '']),
  ),
  'left-mid': '',
  'right-mid': '',
  middle: '  ',
};

/** Columns under their names; numbers to the right. One sentence stands for no rows. */
export function table(columns: readonly string[], rows: readonly Cell[][], ifEmpty: string): string {
  if (rows.length === 0) return ifEmpty;
  const isNumber = columns.map((_, index) => rows.every((row) => typeof row[index] === 'number'));
  const drawn = new Table({
    head: [...columns],
    chars: NO_FRAME,
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: isNumber.map((right) => (right ? 'right' : 'left')),
  });
  drawn.push(...rows.map((row) => row.map(printable)));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Names and their values, one a line. */
export function list(entries: readonly (readonly [string, Cell])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`).join('\n');
}

/** Nothing shows as a dash; what could steer a terminal shows as a question mark. */
function printable(value: Cell): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  return String(value ?? '–').replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
