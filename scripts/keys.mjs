// npm run keys -- add <name> [--user <user_id>] [file]: makes an API key, prints it once and adds its SHA-256 to the
// key file. A key with a user sees and changes only that user's data; one without acts for every user.
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const usage = `Usage: npm run keys -- add <name> [--user <user_id>] [file]
  name: letters, digits, ".", "_" and "-"; user_id: these and ":"
`;

function readArguments() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { user: { type: 'string' } },
    });
    const [action, name = '', file = process.env.API_KEYS_FILE ?? './api-keys.txt'] = positionals;
    const isValid =
      action === 'add' &&
      /^[A-Za-z0-9._-]{1,64}$/.test(name) &&
      /^[A-Za-z0-9._:-]{1,100}$/.test(values.user ?? 'any');
    return isValid ? { name, user: values.user, file } : undefined;
  } catch {
    return undefined;
  }
}

const wanted = readArguments();
if (!wanted) {
  process.stderr.write(usage);
  process.exit(1);
}
const { name, user, file } = wanted;
const key = `ff_${randomBytes(24).toString('base64url')}`;
const hash = createHash('sha256').update(key).digest('hex');
appendFileSync(file, `${[name, hash, user].filter(Boolean).join(':')}\n`, { mode: 0o600 });
process.stdout.write(`${key}\n`);
process.stderr.write(
  `Added "${name}" to ${file}. The key above is shown only now; start with API_KEYS_FILE=${file}.\n`,
);
