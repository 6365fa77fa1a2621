// npm run keys -- bootstrap [--name <name>] [--another]: makes a first administrator's key in the running system's
// database (DATABASE_URL, or what `npm start` runs) and prints it once. Every other key can be made with it over REST.
// npm run keys -- add <name> [--user <user_id>] [file]: makes a key, prints it once and adds its SHA-256 to a key file.
// A key with a user sees and changes only that user's data; one without acts for every user.
import { appendFileSync, existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bootstrapAdminKey, makeKey } from '../dist/libs/platform/src/index.js';
import { getDatabaseUrl } from './running-database.mjs';

const usage = `Usage: npm run keys -- bootstrap [--name <name>] [--another]
       npm run keys -- add <name> [--user <user_id>] [file]
  name: letters, digits, ".", "_" and "-"; user_id: these and ":"
`;

function readArguments() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { user: { type: 'string' }, name: { type: 'string' }, another: { type: 'boolean' } },
    });
    const [action, name = values.name ?? 'admin', file = process.env.API_KEYS_FILE ?? './api-keys.txt'] =
      positionals;
    const isNamed = action === 'bootstrap' ? positionals.length === 1 : positionals.length > 1;
    const isValid =
      ['add', 'bootstrap'].includes(action) &&
      isNamed &&
      /^[A-Za-z0-9._-]{1,64}$/.test(name) &&
      /^[A-Za-z0-9._:-]{1,100}$/.test(values.user ?? 'any');
    return isValid ? { action, name, user: values.user, another: values.another ?? false, file } : undefined;
  } catch {
    return undefined;
  }
}

function add({ name, user, file }) {
  const { key, hash } = makeKey();
  appendFileSync(file, `${[name, hash, user].filter(Boolean).join(':')}\n`, { mode: 0o600 });
  process.stdout.write(`${key}\n`);
  process.stderr.write(
    `Added "${name}" to ${file}. The key above is shown only now; start with API_KEYS_FILE=${file}.\n`,
  );
}

async function bootstrap({ name, another }) {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const url = process.env.ACCESS_DATABASE_URL || getDatabaseUrl();
  const key = await bootstrapAdminKey({ url, name, another });
  if (key === undefined)
    throw new Error(
      'There is an administrator’s key already: make others with it, or add --another when it is lost.',
    );
  process.stdout.write(`${key}\n`);
  process.stderr.write(
    `Made the administrator’s key "${name}". It is shown only now; within seconds every call needs a key.\n`,
  );
}

const wanted = readArguments();
if (!wanted) {
  process.stderr.write(usage);
  process.exit(1);
}
try {
  if (wanted.action === 'add') add(wanted);
  else await bootstrap(wanted);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
