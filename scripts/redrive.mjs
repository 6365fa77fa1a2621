// npm run redrive [-- <queue> [--list | --show N | --publish] [--limit N] [--rate N]]: dead letters of the broker at
// AMQP_URL, else of the stopped process whose files lie in DATA_DIR.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { QUEUES } from '../dist/libs/contracts/src/index.js';
import { FileDeadLetters, RabbitmqDeadLetters, showEvent } from '../dist/libs/events/src/index.js';
import { lockDirectory } from '../dist/libs/platform/src/index.js';

const USAGE = `Usage: npm run redrive                          queues with dead letters
       npm run redrive -- <queue> [--list]      what lies there: number, age, reason, event
       npm run redrive -- <queue> --show N      one of them, visitor's facts hidden
       npm run redrive -- <queue> --publish     back to the queue  [--limit N] [--rate N a second, default 100]`;
const LISTED = 50;

class UsageError extends Error {}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      show: { type: 'string' },
      publish: { type: 'boolean' },
      limit: { type: 'string' },
      rate: { type: 'string' },
    },
  });
  const [queue, ...more] = positionals;
  const actions = ['list', 'show', 'publish'].filter((name) => values[name] !== undefined);
  if (more.length > 0 || actions.length > 1 || (!queue && actions.length > 0)) throw new UsageError(USAGE);
  if (queue && !(queue in QUEUES)) {
    throw new UsageError(`There is no queue ${queue}. There are: ${Object.keys(QUEUES).join(', ')}.`);
  }
  const count = (name) => {
    if (values[name] === undefined) return undefined;
    if (!/^[1-9][0-9]{0,8}$/.test(values[name]))
      throw new UsageError(`--${name} takes a whole number from 1.`);
    return Number(values[name]);
  };
  return {
    queue,
    action: actions[0] ?? 'list',
    show: count('show'),
    limit: count('limit'),
    rate: count('rate'),
  };
}

/** Standalone's files change under a running process, so its directory must be free. */
async function openDeadLetters() {
  if (process.env.AMQP_URL) return RabbitmqDeadLetters.open(process.env.AMQP_URL);
  const dataDir = resolve(process.env.DATA_DIR || './data');
  if (!existsSync(dataDir))
    throw new UsageError('Set AMQP_URL, or DATA_DIR to the data of a stopped process.');
  lockDirectory(dataDir);
  return new FileDeadLetters(dataDir);
}

function age({ parked_at }) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(parked_at)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function idOf(letter) {
  const shown = showEvent(letter.event);
  if (Array.isArray(shown)) return `message of ${shown.length} events`;
  return typeof shown === 'string' ? shown : (shown?.event_id ?? '(no event_id)');
}

const print = (line) => process.stdout.write(`${line}\n`);

async function listQueues(letters) {
  let total = 0;
  for (const queue of Object.keys(QUEUES)) {
    const count = await letters.count(queue);
    if (count > 0) print(`${queue.padEnd(32)} ${count}`);
    total += count;
  }
  if (total === 0) print('No dead letters.');
}

async function listLetters(letters, { queue, limit = LISTED }) {
  const total = await letters.count(queue);
  const found = await letters.read(queue, limit);
  for (const [index, letter] of found.entries()) {
    print(`${String(index + 1).padStart(4)}  ${age(letter).padStart(8)}  ${idOf(letter)}  ${letter.reason}`);
  }
  if (total > found.length) print(`… and ${total - found.length} more (--limit ${total}).`);
  if (total === 0) print(`No dead letters of ${queue}.`);
}

async function showLetter(letters, { queue, show }) {
  const letter = (await letters.read(queue, show))[show - 1];
  if (!letter) throw new UsageError(`${queue} has no dead letter ${show}.`);
  print(JSON.stringify({ ...letter, event: showEvent(letter.event) }, undefined, 2));
}

async function publish(letters, { queue, limit = Number.POSITIVE_INFINITY, rate = 100 }) {
  const onRepublished = (count) => {
    if (count % rate === 0) process.stderr.write(`${count} …\n`);
  };
  const count = await letters.republish({ queue, limit, perSecond: rate, onRepublished });
  print(
    `${count} of ${queue} published again${process.env.AMQP_URL ? '' : '; the next start delivers them'}.`,
  );
}

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const order = readArguments();
  const letters = await openDeadLetters();
  try {
    if (!order.queue) await listQueues(letters);
    else if (order.action === 'publish') await publish(letters, order);
    else if (order.action === 'show') await showLetter(letters, order);
    else await listLetters(letters, order);
  } finally {
    await letters.close();
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
process.exit(0);
