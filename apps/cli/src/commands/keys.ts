import type { Argv, CommandModule } from 'yargs';
import { Access, type ApiKey, type NewApiKey, type Scope } from '#client';
import { clientOptions, type GlobalOptions, list, show, table } from '../output.js';
import { scriptCommand } from './operations.js';

type KeyOptions = GlobalOptions & { id: string };

const SCOPES: readonly Scope[] = [
  'documents:write',
  'links:read',
  'links:write',
  'analytics:read',
  'analytics:write',
  'privacy:write',
  'admin',
];

const listKeys: CommandModule<GlobalOptions, GlobalOptions & { user?: string }> = {
  command: ['list', '$0'],
  describe: 'Keys, newest first, also those that are over',
  builder: (yargs) => yargs.option('user', { type: 'string', describe: 'Of this user' }),
  handler: async (options) => {
    const found: ApiKey[] = [];
    for await (const key of new Access(clientOptions(options)).listKeys({ user_id: options.user }))
      found.push(key);
    show(options, found, () =>
      table(
        ['id', 'name', 'user', 'scopes', 'starts with', 'state', 'ends', 'last used'],
        found.map((key) => [
          key.id,
          key.name,
          key.user_id,
          key.scopes.join(' '),
          key.starts_with,
          key.state,
          key.expires_at,
          key.last_used_at,
        ]),
        'There are no keys.',
      ),
    );
  },
};

type CreateOptions = GlobalOptions & { name: string; user?: string; scope?: Scope[]; expires?: string };

const createKey: CommandModule<GlobalOptions, CreateOptions> = {
  command: 'create <name>',
  describe: 'Makes a key, which is shown this once',
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'Whose it is, or what for' })
      .option('user', { type: 'string', describe: 'Opens this user’s data only, all of it without --scope' })
      .option('scope', { array: true, choices: SCOPES, describe: 'What it may do; once for each' })
      .option('expires', {
        type: 'string',
        describe: 'When it ends, such as 2027-01-31T18:00:00Z; else never',
      }),
  handler: async (options) => {
    const { name, user, scope, expires } = options;
    const request = { name, user_id: user, scopes: scope, expires_at: expires };
    showNew(options, await new Access(clientOptions(options)).createKey(request));
  },
};

const showKey: CommandModule<GlobalOptions, KeyOptions> = {
  command: 'show <id>',
  describe: 'One key, without what it is',
  builder: withId,
  handler: async (options) =>
    show(options, await new Access(clientOptions(options)).getKey(options.id), drawKey),
};

const rotateKey: CommandModule<GlobalOptions, KeyOptions & { overlapHours?: number }> = {
  command: 'rotate <id>',
  describe: 'Makes a key anew; the one before is taken too for a while',
  builder: (yargs) =>
    withId(yargs).option('overlap-hours', { type: 'number', describe: 'How long; 24 unless said otherwise' }),
  handler: async (options) => {
    const access = new Access(clientOptions(options));
    showNew(options, await access.rotateKey(options.id, { overlap_hours: options.overlapHours }));
  },
};

const revokeKey: CommandModule<GlobalOptions, KeyOptions> = {
  command: 'revoke <id>',
  describe: 'Takes a key back for good',
  builder: withId,
  handler: async (options) => {
    const revoked = await new Access(clientOptions(options)).revokeKey(options.id);
    show(options, revoked, ({ name }) => `${name} is revoked; within seconds nobody gets in with it.`);
  },
};

export const keys: CommandModule<GlobalOptions, GlobalOptions> = {
  command: 'keys [action]',
  describe: 'API keys: lists, makes, rotates and revokes them',
  builder: (yargs) =>
    yargs
      .command(listKeys)
      .command(createKey)
      .command(showKey)
      .command(rotateKey)
      .command(revokeKey)
      .command(scriptCommand('keys', 'Makes a first key in the running system’s database', 'bootstrap'))
      .command(scriptCommand('keys', 'Makes a key in a file of keys', 'add')),
  handler: () => undefined,
};

function withId(yargs: Argv<GlobalOptions>) {
  return yargs.positional('id', { type: 'string', demandOption: true, describe: 'The id of a key' });
}

/** The key alone on the standard output, for a file or a variable; what goes with it beside. */
function showNew(options: GlobalOptions, made: NewApiKey): void {
  show(options, made, ({ key }) => key);
  if (!options.json) process.stderr.write(`It is shown only now.\n${drawKey(made)}\n`);
}

function drawKey(key: ApiKey): string {
  const { previous } = key;
  return list([
    ['id', key.id],
    ['name', key.name],
    ['user', key.user_id],
    ['scopes', key.scopes.join(' ')],
    ['starts with', key.starts_with],
    ['state', key.state],
    ['made', `${key.created_at} by ${key.created_by}`],
    ['ends', key.expires_at],
    ['last used', key.last_used_at],
    ...(previous
      ? ([
          ['the one before ends', previous.expires_at],
          ['and was last used', previous.last_used_at],
        ] as const)
      : []),
  ]);
}
