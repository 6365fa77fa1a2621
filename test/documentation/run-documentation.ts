import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { type CodeBlock, readCodeBlocks } from './markdown-blocks.js';
import { PythonNotebook } from './python-notebook.js';
import { TypeScriptPrograms } from './typescript-programs.js';

const run = promisify(execFile);

export interface RunningFootfall {
  url: string;
  databaseUrl: string;
  /** Settings that a reader would find in the environment. */
  env: NodeJS.ProcessEnv;
}

/** What a reader puts in place of a text: of the placeholders, and of the address that the text takes as its example. */
export type Substitution = readonly [string | RegExp, string];

/** A block that did not run, or that printed something else than its text says. */
export interface Fault {
  line: number;
  language: string;
  problem: string;
}

export interface Outcome {
  /** How many blocks of each language ran. */
  ran: Record<string, number>;
  faults: Fault[];
}

/**
 * Runs the SQL, shell, Python and TypeScript blocks of a text in their order, as a reader would from top to bottom: Python keeps
 * its variables, SQL is one session. Blocks of other languages are not programs.
 */
export async function runDocumentation(
  markdown: string,
  system: RunningFootfall,
  substitutions: readonly Substitution[],
): Promise<Outcome> {
  const python = new PythonNotebook({ FOOTFALL_URL: system.url });
  const typescript = await TypeScriptPrograms.create();
  const database = new Client({ connectionString: system.databaseUrl });
  await database.connect();
  const runners: Record<string, (code: string) => Promise<string>> = {
    python: (code) => python.run(code),
    sql: (code) => runSql(database, code),
    bash: (code) => runShell(code, system),
    sh: (code) => runShell(code, system),
    typescript: (code) => typescript.run(code, { FOOTFALL_URL: system.url }),
  };
  const outcome: Outcome = { ran: {}, faults: [] };
  try {
    for (const block of readCodeBlocks(markdown)) {
      const runner = runners[block.language];
      if (!runner) continue;
      outcome.ran[block.language] = (outcome.ran[block.language] ?? 0) + 1;
      const problem = await findProblem(block, runner, substitutions);
      if (problem) outcome.faults.push({ line: block.line, language: block.language, problem });
    }
  } finally {
    python.close();
    typescript.remove();
    await database.end();
  }
  return outcome;
}

async function findProblem(
  { code, expected }: CodeBlock,
  runner: (code: string) => Promise<string>,
  substitutions: readonly Substitution[],
): Promise<string | undefined> {
  const filled = substitutions.reduce((text, [from, to]) => text.replaceAll(from, to), code);
  let output: string;
  try {
    output = await runner(filled);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (expected === undefined || words(output) === words(expected)) return undefined;
  return `printed\n${output}instead of\n${expected}`;
}

/** Lines as they matter to a reader: rulers and spaces around do not, nor whether a moment shows empty milliseconds. */
function words(output: string): string {
  return output
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replaceAll('.000Z', 'Z')
        .replaceAll(/ *\| */g, ' | '),
    )
    .filter((line) => line && !/^[-+]+$/.test(line))
    .join('\n');
}

/** Names of the columns, then a line a row: what psql shows without its frame. */
async function runSql(database: Client, code: string): Promise<string> {
  const results = [await database.query({ text: code, rowMode: 'array' })].flat();
  return results
    .filter(({ fields }) => fields.length > 0)
    .map(({ fields, rows }) => [fields.map(({ name }) => name), ...rows].map((row) => row.join(' | ')))
    .map((lines) => `${lines.join('\n')}\n`)
    .join('');
}

/** A line such as `GET /api/…` is the request it names. An HTTP error of curl is a fault. */
async function runShell(code: string, { url, env }: RunningFootfall): Promise<string> {
  const script = code
    .replaceAll(/^(GET|DELETE) (\/\S*)$/gm, `curl -X $1 '${url}$2'`)
    .replaceAll(/\bcurl\b/g, 'curl --silent --show-error --fail-with-body');
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
    env: { PATH: process.env.PATH, ...env },
  });
  return stdout;
}
