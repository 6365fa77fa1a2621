import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import type { GlobalOptions } from '../output.js';

/** The folder of this repository, as seen from what is built: these commands work on its servers, not over HTTP. */
const ROOT = join(import.meta.dirname, '../../../../..');

/** A command that is a script of this repository, or with `action` one thing that the script does. */
export function scriptCommand(
  name: string,
  describe: string,
  action?: string,
): CommandModule<GlobalOptions, GlobalOptions> {
  return {
    command: action ?? name,
    describe: `${describe} (same as npm run ${name}${action ? ` -- ${action}` : ''})`,
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
