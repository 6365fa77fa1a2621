import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { DataDirectoryInUseError } from '../directory-lock.js';
import { type LocalRabbitmq, startLocalRabbitmq } from './local-rabbitmq.js';

let root: string;
let dataDir: string;
let running: LocalRabbitmq[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'footfall rabbitmq '));
  dataDir = join(root, 'my broker');
  running = [];
});
afterEach(async () => {
  for (const one of running) await one.kill();
  rmSync(root, { recursive: true, force: true });
});

async function start(): Promise<LocalRabbitmq> {
  const broker = await startLocalRabbitmq({ dataDir, say: () => undefined });
  running.push(broker);
  return broker;
}

it('keeps durable messages over a restart, in a directory with spaces that it does not share', async () => {
  const first = await start();
  const connection = await connect(first.url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue('kept', Buffer.from('one'), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
  expect(statSync(join(dataDir, 'password')).mode & 0o077).toBe(0);
  await expect(start()).rejects.toThrow(DataDirectoryInUseError);
  await first.stop();

  const second = await start();
  const again = await connect(second.url);
  const message = await (await again.createChannel()).get('kept', { noAck: true });
  await again.close();
  expect(message ? message.content.toString() : undefined).toBe('one');
}, 90_000);
