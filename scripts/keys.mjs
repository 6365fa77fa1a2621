// npm run keys -- add <name> [file]: makes an API key, prints it once and adds its SHA-256 to the key file.
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';

const [action, name, file = process.env.API_KEYS_FILE ?? './api-keys.txt'] = process.argv.slice(2);
if (action !== 'add' || !/^[A-Za-z0-9._-]{1,64}$/.test(name ?? '')) {
  process.stderr.write(
    'Usage: npm run keys -- add <name> [file]   (name: letters, digits, ".", "_" and "-")\n',
  );
  process.exit(1);
}
const key = `ff_${randomBytes(24).toString('base64url')}`;
appendFileSync(file, `${name}:${createHash('sha256').update(key).digest('hex')}\n`, { mode: 0o600 });
process.stdout.write(`${key}\n`);
process.stderr.write(
  `Added "${name}" to ${file}. The key above is shown only now; start with API_KEYS_FILE=${file}.\n`,
);
