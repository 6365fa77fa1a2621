import type { CommandModule } from 'yargs';
import { Access, type AuditEntry, type AuditFilter } from '#client';
import { clientOptions, type GlobalOptions, show, table } from '../output.js';

type AuditOptions = GlobalOptions & { action?: string; target?: string; user?: string; limit: number };

const DEFAULT_LIMIT = 50;

export const audit: CommandModule<GlobalOptions, AuditOptions> = {
  command: 'audit',
  describe: 'Who did what to keys, with people’s data and as administrator, newest first',
  builder: (yargs) =>
    yargs
      .option('action', { type: 'string', describe: 'Only this, such as key.created' })
      .option('target', { type: 'string', describe: 'Only what was done to this' })
      .option('user', { type: 'string', describe: 'Only exports of what is held of this user' })
      .conflicts('user', 'target')
      .option('limit', { type: 'number', default: DEFAULT_LIMIT, describe: 'How many at most' }),
  handler: async (options) => {
    const { action, target, user, limit } = options;
    const filter: AuditFilter = { action, target, user_id: user };
    const found: AuditEntry[] = [];
    for await (const entry of new Access(clientOptions(options)).listAudit(filter)) {
      if (found.length >= limit) break;
      found.push(entry);
    }
    show(options, found, () =>
      table(
        ['when', 'what', 'by', 'to'],
        found.map((entry) => [entry.occurred_at, entry.action, entry.actor_name, entry.target]),
        'There are no such entries.',
      ),
    );
  },
};
