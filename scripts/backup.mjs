// npm run backup -- <new folder>: copies the data of `npm start` or `npm run start:split`, which go on working, into it.
// npm run backup -- restore <folder>: puts a copy into DATA_DIR, which must be new. docs/operations.md says the rest.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backUpCluster, copyLive, restoreCluster } from '../dist/libs/platform/src/index.js';

const USAGE = `Usage: npm run backup -- <new folder>
       DATA_DIR=<new data directory> npm run backup -- restore <folder>`;
/** Servers' own files, what is made again by itself, and locks. */
const LEFT_OUT = /^(postgres|rabbitmq|edge)$|(^|\/)replica$|(^|\/)(footfall\.)?lock(-journal)?$/;
/** Of standalone, and of the split deployment. */
const JOURNALS = ['journal', 'redirect-gateway/journal'];
const say = (line) => process.stderr.write(`${line}\n`);

async function backUp(folder) {
  const dataDir = [process.env.DATA_DIR, './data', './data-split'].find((path) => path && existsSync(path));
  if (!dataDir) throw new Error('There is no data directory: set DATA_DIR.');
  if (existsSync(folder)) throw new Error(`${folder} exists already: a backup is a folder of its own.`);
  const postgres = join(dataDir, 'postgres');
  const urlFile = join(postgres, 'connection-url');
  const isPrivate = existsSync(postgres);
  if (isPrivate && !existsSync(urlFile)) throw new Error('Footfall does not run: start it first.');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // In this order: a click that leaves its journal meanwhile is in the database already when that is copied, and a row of
  // a document that is copied has its file.
  const files = join(folder, 'files');
  const journals = JOURNALS.filter((path) => existsSync(join(dataDir, path)));
  for (const path of journals)
    copyLive(join(dataDir, path), join(files, path), (file) => LEFT_OUT.test(file));
  if (isPrivate) {
    await backUpCluster({ url: readFileSync(urlFile, 'utf8').trim(), target: join(folder, 'cluster') });
    copyLive(postgres, join(folder, 'postgres'), (path) => path !== 'password');
  } else say('The database is not here: back up the one of DATABASE_URL by its own means, now.');
  copyLive(dataDir, files, (path) => LEFT_OUT.test(path) || journals.includes(path));
  writeFileSync(join(folder, 'backup.json'), `${JSON.stringify({ made_at: new Date().toISOString() })}\n`);
  say(`${resolve(folder)} holds the data of ${resolve(dataDir)}.`);
}

function restore(folder) {
  const dataDir = process.env.DATA_DIR || './data';
  if (!existsSync(join(folder, 'backup.json'))) throw new Error(`${folder} holds no complete backup.`);
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new Error(`${dataDir} is not empty: name a new data directory in DATA_DIR, or move this one away.`);
  copyLive(join(folder, 'files'), dataDir, () => false);
  if (existsSync(join(folder, 'cluster'))) {
    const target = join(dataDir, 'postgres');
    copyLive(join(folder, 'postgres'), target, () => false);
    restoreCluster({ source: join(folder, 'cluster'), dataDir: target, say });
  }
  say(`${resolve(dataDir)} holds what was backed up. Replay the erasures before anybody else may enter.`);
}

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const [first, second, ...more] = process.argv.slice(2);
  if (more.length > 0 || !first || (second && first !== 'restore')) throw new Error(USAGE);
  if (second) restore(second);
  else await backUp(first);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
