import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PizZip from 'pizzip';
import { eventually, freePort } from '#testing';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

const MAIN = join(import.meta.dirname, '../dist/apps/cli/src/main.js');
const folder = mkdtempSync(join(tmpdir(), 'footfall cli '));
const request = join(folder, 'resume.json');
const dataDir = newDataDir();
/** Once there is one. */
let adminKey: string | undefined;
let system: RunningSystem;

beforeAll(async () => {
  const port = await freePort([0, 1000]);
  system = await startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: { PORT: String(port), GRPC_PORT: String(port + 1000), DATA_DIR: dataDir },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 60_000,
  });
  writeFileSync(
    request,
    '{"personal": {"full_name": "Jordan Avery"}, "target_position": "Marketing Manager"}',
  );
}, 90_000);
afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

interface Run {
  process: ChildProcess;
  written: { stdout: string; stderr: string };
}

function start(args: string[], url = system.url): Run {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, FOOTFALL_URL: url, DATA_DIR: dataDir, FOOTFALL_API_KEY: adminKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk) => (written.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (written.stderr += chunk));
  return { process: child, written };
}

async function footfall(args: string[], url?: string) {
  const run = start(args, url);
  const [code] = await once(run.process, 'close');
  return { code, ...run.written };
}

async function footfallJson(...args: string[]) {
  const { code, stdout, stderr } = await footfall([...args, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('footfall', () => {
  it('sets a profile, makes a resume for it and shows its links and the report', async () => {
    const CALENDLY = 'https://calendly.com/jordan-avery/30min';
    await footfallJson('profile', 'set', 'jordan', '--calendly', CALENDLY, '--first-name', 'Jordan');
    expect((await footfall(['profile', 'show', 'jordan'])).stdout).toMatch(
      /calendly url +https:\/\/calendly/,
    );

    const ids = ['--user', 'jordan', '--job', 'job-1', '--application', 'app-1'];
    const resume = await footfallJson('resume', request, ...ids, '--out', folder);
    const relations = new PizZip(readFileSync(resume.file)).file('word/_rels/document.xml.rels')?.asText();
    expect(relations).toContain(resume.links[0].redirect_url);

    expect((await footfall(['links', '--job', 'job-1'])).stdout).toMatch(
      new RegExp(
        `tracking id +function.*\n${resume.links[0].tracking_id} +Calendly +job-1 +app-1 +on +${CALENDLY}`,
      ),
    );
    await eventually(async () => {
      expect((await footfall(['report', '--days', '7'])).stdout).toMatch(/Calendly +1 +0 +0 +0/);
    });
  }, 60_000);

  it('shows a click as it arrives, until it is told to stop', async () => {
    const [link] = await footfallJson('links', '--application', 'app-1');
    const tail = start(['tail', '--application', 'app-1']);
    await eventually(async () => {
      await fetch(new URL(new URL(link.redirect_url).pathname, system.url), { redirect: 'manual' });
      expect(tail.written.stdout).toMatch(/machine +Calendly +app-1/);
    });
    tail.process.kill('SIGINT');
    expect((await once(tail.process, 'close'))[0]).toBe(0);
  }, 60_000);

  it('switches links off', async () => {
    const [link] = await footfallJson('links', '--job', 'job-1', '--active');
    expect((await footfall(['links', 'off', link.tracking_id])).stdout).toBe(`${link.tracking_id} is off.\n`);
    expect(await footfallJson('links', '--job', 'job-1', '--active')).toEqual([]);
    expect(await footfallJson('links', '--job', 'job-1', '--no-active')).toHaveLength(1);
  }, 60_000);

  it('exports what is held of a candidate, and erases it', async () => {
    const [link] = await footfallJson('links', '--job', 'job-1');
    const held = join(folder, 'held.json');
    expect((await footfall(['export', 'jordan', '--out', held])).code).toBe(0);
    expect(readFileSync(held, 'utf8')).toContain(link.tracking_id);
    const erased = await footfall(['erase', '--user', 'jordan', '--yes']);
    expect(erased).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/documents +done +.*1 documents/),
    });
    expect((await footfall(['profile', 'show', 'jordan'])).code).toBe(1);
    expect(await footfallJson('links', '--job', 'job-1')).toEqual([]);
  }, 60_000);

  it.each([
    ['refused', 1, ['links', 'off', 'lt_unknown'], 'Link not found (link_not_found)'],
    [
      'refused with what is wrong',
      1,
      ['report', '--days', '999'],
      'days: must be a whole number from 1 to 366',
    ],
    ['misspelt', 2, ['reprot'], 'Did you mean report?'],
    ['without a needed word', 2, ['profile', 'show'], 'Not enough non-option arguments'],
    ['given a file that is not there', 2, ['resume', '/nowhere.json'], '/nowhere.json cannot be read'],
    ['not confirmed', 2, ['erase', '--user', 'jordan'], 'It cannot be undone'],
  ])('%s, ends with %i and says why', async (_, code, args, why) => {
    const ended = await footfall(args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(why);
  });

  it('ends with 3 when nothing answers', async () => {
    const { code, stderr } = await footfall(['report'], 'http://127.0.0.1:1');
    expect([code, stderr]).toEqual([3, 'No answer from http://127.0.0.1:1. Is it running? See --url.\n']);
  }, 30_000);

  it('completes commands', async () => {
    expect((await footfall(['completion'])).stdout).toContain('footfall');
    expect((await footfall(['--get-yargs-completions', 'footfall', 're'])).stdout.split('\n')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^report/), expect.stringMatching(/^resume/)]),
    );
  });

  // From here on every command needs a key.
  it('makes a first key past every log, and others with it', async () => {
    const first = await footfall(['keys', 'bootstrap']);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ff_[\w-]{32}\n$/) });
    expect(system.output()).not.toContain(first.stdout.trim());
    expect((await footfall(['keys', 'bootstrap'])).stderr).toContain(
      'There is an administrator’s key already',
    );
    await eventually(async () => {
      expect((await footfall(['links'])).stderr).toContain('needs an API key');
    });
    adminKey = first.stdout.trim();

    const made = await footfall(['keys', 'create', 'Jordan', '--user', 'jordan']);
    expect(made).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ff_[\w-]{32}\n$/),
      stderr: expect.stringMatching(/^It is shown only now\.\nid +\S+\nname +Jordan\nuser +jordan\n/),
    });
    const jordan = ['--key', made.stdout.trim()];
    expect((await footfall(['links', ...jordan])).code).toBe(0);
    expect((await footfall(['keys', ...jordan])).stderr).toContain('needs the scope admin');

    const [key] = await footfallJson('keys', 'list', '--user', 'jordan');
    const rotated = await footfallJson('keys', 'rotate', key.id, '--overlap-hours', '0');
    expect(rotated).toMatchObject({ id: key.id, state: 'active', previous: null });
    await eventually(async () => expect((await footfall(['links', ...jordan])).code).toBe(1));
    expect((await footfall(['keys', 'revoke', key.id])).stdout).toMatch(/^Jordan is revoked/);
    expect((await footfall(['keys', 'show', key.id])).stdout).toMatch(/state +revoked/);
    expect((await footfall(['keys'])).stdout).toMatch(/id +name +user +scopes.*\n.*revoked/);
    expect((await footfall(['audit', '--target', key.id])).stdout).toMatch(
      /key\.revoked +admin.*\n.*key\.rotated.*\n.*key\.created/,
    );
  }, 120_000);
});
