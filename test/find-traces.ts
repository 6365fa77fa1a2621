import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import PizZip from 'pizzip';

/**
 * Counts the rows of every table of every service that hold one of the texts anywhere, in any column and any case, by
 * table; those without one are left out.
 */
export async function findInTables(
  client: pg.Client,
  texts: readonly string[],
): Promise<Record<string, number>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${name} AS row WHERE EXISTS (
         SELECT FROM unnest($1::text[]) AS wanted
         WHERE position(lower(wanted) IN lower(row::text)) > 0
           OR position(encode(convert_to(wanted, 'UTF8'), 'hex') IN row::text) > 0)`,
      [texts],
    );
    const count = rows[0]?.count ?? 0;
    if (count > 0) found[name] = count;
  }
  return found;
}

/** Names the files below the folders that hold one of the texts, in any case, plain, in base64, or inside a .docx. */
export async function findInFiles(folders: readonly string[], texts: readonly string[]): Promise<string[]> {
  const wanted = texts.map((text) => text.toLowerCase());
  const encoded = texts.flatMap(encodings);
  const found = new Set<string>();
  for (const folder of folders) {
    for await (const path of walk(folder)) {
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      const text = bytes.toString('latin1');
      const lower = text.toLowerCase();
      if (wanted.some((each) => lower.includes(each))) found.add(path);
      if (encoded.some((each) => text.includes(each))) found.add(`${path} (encoded)`);
      if (wanted.some((each) => path.toLowerCase().includes(each))) found.add(`${path} (its name)`);
      if (text.startsWith('PK') && unpack(bytes).some((part) => wanted.some((each) => part.includes(each))))
        found.add(`${path} (unpacked)`);
    }
  }
  return [...found].sort();
}

/** Base64 of a text, wherever in three bytes it begins, without the characters that depend on its neighbours. */
function encodings(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const base64 = Buffer.from(' '.repeat(offset) + text).toString('base64');
    return base64.slice(offset === 0 ? 0 : 4, -4);
  });
}

function unpack(bytes: Buffer): string[] {
  try {
    return Object.values(new PizZip(bytes).files).map((file) => file.asText().toLowerCase());
  } catch {
    return [];
  }
}

async function* walk(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}
