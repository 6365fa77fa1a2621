import type { CommandModule } from 'yargs';
import { LinkTracker, type TrackedLink } from '#client';
import { clientOptions, type GlobalOptions, show, table } from '../output.js';

type ListOptions = GlobalOptions & { job?: string; application?: string; active?: boolean };
type SwitchOptions = GlobalOptions & { ids: string[] };

const listLinks: CommandModule<GlobalOptions, ListOptions> = {
  command: ['list', '$0'],
  describe: 'Links, newest first',
  builder: (yargs) =>
    yargs
      .option('job', { type: 'string', describe: 'Of this job' })
      .option('application', { type: 'string', describe: 'Of this application' })
      .option('active', { type: 'boolean', describe: 'Only those that are on; --no-active: that are off' }),
  handler: async (options) => {
    const { job, application, active } = options;
    const filter = { job_id: job, application_id: application, active };
    const found: TrackedLink[] = [];
    for await (const link of new LinkTracker(clientOptions(options)).listLinks(filter)) found.push(link);
    show(options, found, () =>
      table(
        ['tracking id', 'function', 'job', 'application', 'state', 'leads to'],
        found.map((link) => [
          link.tracking_id,
          link.link_function,
          link.job_id,
          link.application_id,
          link.is_active ? 'on' : 'off',
          link.original_url,
        ]),
        'There are no such links.',
      ),
    );
  },
};

function switchCommand(name: 'on' | 'off', describe: string) {
  const command: CommandModule<GlobalOptions, SwitchOptions> = {
    command: `${name} <ids..>`,
    describe,
    builder: (yargs) =>
      yargs.positional('ids', { type: 'string', array: true, demandOption: true, describe: 'Tracking ids' }),
    handler: async (options) => {
      const tracker = new LinkTracker(clientOptions(options));
      for (const id of options.ids) {
        const answer = name === 'on' ? await tracker.reactivateLink(id) : await tracker.deactivateLink(id);
        show(options, answer, () => `${answer.tracking_id} is ${answer.is_active ? 'on' : 'off'}.`);
      }
    },
  };
  return command;
}

export const links: CommandModule<GlobalOptions, GlobalOptions> = {
  command: 'links [action]',
  describe: 'Lists links, and switches them off and on',
  builder: (yargs) =>
    yargs
      .command(listLinks)
      .command(switchCommand('off', 'Switches links off: they lead nowhere, or to their fallback'))
      .command(switchCommand('on', 'Switches links on again')),
  handler: () => undefined,
};
