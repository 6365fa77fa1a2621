import type { CommandModule } from 'yargs';
import { Clicks, type LiveClick } from '#client';
import { clientOptions, type GlobalOptions } from '../output.js';

type TailOptions = GlobalOptions & { user?: string; job?: string; application?: string; class?: string };

export const tail: CommandModule<GlobalOptions, TailOptions> = {
  command: 'tail',
  describe: 'Clicks as they arrive, until Ctrl-C',
  builder: (yargs) =>
    yargs
      .option('user', { type: 'string', describe: "On this candidate's links" })
      .option('job', { type: 'string', describe: 'On links of this job' })
      .option('application', { type: 'string', describe: 'On links of this application' })
      .option('class', { type: 'string', describe: 'Judged so, for example human' }),
  handler: async (options) => {
    const { user, job, application, class: judged } = options;
    const filter = { user_id: user, job_id: job, application_id: application, class: judged };
    const stopped = new AbortController();
    process.once('SIGINT', () => stopped.abort());
    process.stderr.write('Waiting for clicks; Ctrl-C ends it.\n');
    for await (const click of new Clicks(clientOptions(options)).watch(filter, { signal: stopped.signal })) {
      process.stdout.write(`${options.json ? JSON.stringify(click) : drawClick(click)}\n`);
    }
  },
};

/** Where from and by what, then why it was judged so. */
function drawClick(click: LiveClick): string {
  const place = [click.browser, click.os, click.city, click.country].filter(Boolean).join(', ');
  const reasons = click.reasons.length > 0 ? ` (${click.reasons.join('; ')})` : '';
  const time = click.clicked_at.slice(0, 19).replace('T', ' ');
  const application = click.application_id ?? click.job_id ?? '';
  return `${time}  ${click.class.padEnd(9)}  ${click.link_function}  ${application}  ${place}${reasons}`;
}
