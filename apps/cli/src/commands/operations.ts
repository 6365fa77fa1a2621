import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import type { GlobalOptions } from '../output.js';

/** The folder of this repository: these commands work on its servers, not over HTTP. */
const ROOT = join(import.meta.dirname, '../../../..');

function scriptCommand(name: string, describe: string): CommandModule<GlobalOptions, GlobalOptions> {
  return {
    command: name,
    describe: `${describe} (same as npm run ${name})`,
    builder: (yargs) => yargs.strict(false).help(false),
    handler: () => {
      const rest = process.argv.slice(process.argv.indexOf(name) + 1);
      const script = join(ROOT, 'scripts', `${name}.mjs`);
      const { status } = spawnSync(process.execPath, [script, ...rest], { stdio: 'inherit' });
      process.exitCode = status ?? 1;
    },
  };
}

export const redrive = scriptCommand('redrive', 'Dead letters: shows them and hands them back');
export const keys = scriptCommand('keys', 'Makes API keys');
