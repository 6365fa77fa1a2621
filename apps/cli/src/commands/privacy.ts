import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandModule } from 'yargs';
import { type Erasure, Privacy } from '#client';
import { UsageError } from '../failure.js';
import { clientOptions, type GlobalOptions, show, table } from '../output.js';

type ExportOptions = GlobalOptions & { user: string; out?: string };
type EraseOptions = GlobalOptions & { user?: string; application?: string; yes: boolean };

/** How often a running erasure is looked at, ms. */
const LOOK_AGAIN_MS = 500;

export const exportData: CommandModule<GlobalOptions, ExportOptions> = {
  command: 'export <user>',
  describe: 'Everything held of a candidate, as JSON',
  builder: (yargs) =>
    yargs
      .positional('user', { type: 'string', demandOption: true, describe: 'Whose data' })
      .option('out', { type: 'string', describe: 'File that it goes to; else the standard output' }),
  handler: async (options) => {
    const held = await new Privacy(clientOptions(options)).exportUser(options.user);
    const text = `${JSON.stringify(held, undefined, 2)}\n`;
    if (options.out) await writeFile(options.out, text, { mode: 0o600 });
    else process.stdout.write(text);
  },
};

export const erase: CommandModule<GlobalOptions, EraseOptions> = {
  command: 'erase',
  describe: 'Erases everything of a candidate or of one application, for good',
  builder: (yargs) =>
    yargs
      .option('user', { type: 'string', describe: 'The candidate' })
      .option('application', { type: 'string', describe: 'The application' })
      .option('yes', { type: 'boolean', default: false, describe: 'Yes, for good' })
      .conflicts('user', 'application'),
  handler: async (options) => {
    const { user, application } = options;
    if (!user && !application) throw new UsageError('Give --user or --application.');
    if (!options.yes) throw new UsageError('It cannot be undone. Add --yes when you are sure.');
    const privacy = new Privacy(clientOptions(options));
    let erasure = await privacy.erase(user ? { user_id: user } : { application_id: application ?? '' });
    while (erasure.status === 'pending') {
      process.stderr.write(`Waiting for ${waiting(erasure)} …\n`);
      await sleep(LOOK_AGAIN_MS);
      erasure = await privacy.getErasure(erasure.erasure_id);
    }
    show(options, erasure, drawErasure);
    if (erasure.status === 'failed') process.exitCode = 1;
  },
};

function waiting({ services }: Erasure): string {
  return Object.entries(services)
    .flatMap(([service, { status }]) => (status === 'pending' ? service : []))
    .join(', ');
}

function drawErasure({ services }: Erasure): string {
  const rows = Object.entries(services).map(([service, { status, erased, problem }]) => [
    service,
    status,
    problem ??
      Object.entries(erased)
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
  ]);
  return table(['service', 'erasure', 'gone'], rows, 'Nothing was held.');
}
