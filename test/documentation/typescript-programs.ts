import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const CLIENT = join(ROOT, 'libs/client');

/** A folder in which the published client is installed, as its tarball would be, and programs that use it. */
export class TypeScriptPrograms {
  private constructor(private readonly folder: string) {}

  static async create(): Promise<TypeScriptPrograms> {
    const folder = mkdtempSync(join(tmpdir(), 'footfall-client-'));
    const installed = join(folder, 'node_modules/footfall-client');
    mkdirSync(installed, { recursive: true });
    cpSync(join(CLIENT, 'package.json'), join(installed, 'package.json'));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, '-p', CLIENT, '--outDir', join(installed, 'dist')]);
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    return new TypeScriptPrograms(folder);
  }

  /** What the program printed; rejects with its errors. */
  async run(code: string, env: NodeJS.ProcessEnv): Promise<string> {
    const program = join(this.folder, 'program.ts');
    writeFileSync(program, code);
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
      env: { PATH: process.env.PATH, ...env },
    });
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
