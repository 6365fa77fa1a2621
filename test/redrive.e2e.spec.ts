import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { DEAD_LETTER_EXCHANGE, DeadLetterFile, RabbitmqDeadLetters, REASON_HEADER } from '#events';
import { lockDirectory } from '#platform';
import { testBroker } from '#testing';

const QUEUE = 'analytics.click-recorded';
const LETTERS = 40;

function redrive(env: NodeJS.ProcessEnv, ...args: string[]): ChildProcess {
  const script = join(import.meta.dirname, '../scripts/redrive.mjs');
  return spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env }, cwd: tmpdir() });
}

async function finish({ stdout, stderr }: ChildProcess): Promise<{ out: string; said: string }> {
  if (!stdout || !stderr) throw new Error('its output is piped');
  const [out, said] = await Promise.all([text(stdout), text(stderr)]);
  return { out, said };
}

it('loses no dead letter when it is killed midway and run again', async () => {
  const { url } = await testBroker();
  const letters = await RabbitmqDeadLetters.open(url);
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  const bodies = Array.from(
    { length: LETTERS },
    (_, number) => `{"event_id":"e${number}","ip":"203.0.113.7"}`,
  );
  for (const body of bodies) {
    const options = { persistent: true, headers: { [REASON_HEADER]: 'a defect' } };
    channel.publish(DEAD_LETTER_EXCHANGE, QUEUE, Buffer.from(body), options);
  }
  await channel.waitForConfirms();
  const env = { AMQP_URL: url };
  expect((await finish(redrive(env))).out).toMatch(new RegExp(`^${QUEUE} +${LETTERS}\n$`));
  const listed = (await finish(redrive(env, QUEUE, '--show', '2'))).out;
  expect(listed).toContain('"event_id": "e1"');
  expect(listed).not.toContain('203.0.113.7');

  const killed = redrive(env, QUEUE, '--publish', '--rate', '10');
  if (killed.stderr) await once(killed.stderr, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect((await finish(redrive(env, QUEUE, '--publish', '--rate', '1000'))).out).toContain('published again');
  expect(await letters.count(QUEUE)).toBe(0);
  const again = new Set<string>();
  for (let message = await channel.get(QUEUE); message; message = await channel.get(QUEUE)) {
    again.add(message.content.toString().slice(2, -2));
  }
  expect(bodies.filter((body) => !again.has(body))).toEqual([]);
  await connection.close();
  await letters.close();
}, 60_000);

it('works on the files of a stopped process, and refuses a running one', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'footfall redrive '));
  const file = new DeadLetterFile(dataDir, QUEUE);
  await file.append([{ body: '{"event_id":"e1"}', reason: 'a defect' }]);
  const env = { AMQP_URL: '', DATA_DIR: dataDir };
  const lock = lockDirectory(dataDir);
  expect((await finish(redrive(env, QUEUE, '--publish'))).said).toContain(
    'in use by another running process',
  );
  lock.release();
  expect((await finish(redrive(env, QUEUE))).out).toMatch(/1 +\d+ s {2}e1 {2}a defect/);
  expect((await finish(redrive(env, QUEUE, '--publish'))).out).toContain('1 of');
  expect(await file.read()).toEqual([]);
  expect(await file.readRedriven()).toHaveLength(1);
  rmSync(dataDir, { recursive: true });
}, 60_000);
