import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { aLink, GatewayUnderTest, ready, visit } from '../../test/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeEach(() => {
  gateway = new GatewayUnderTest();
});
afterEach(() => gateway.dispose());

const erased = { userId: 'erased', originalUrl: '', redirectUrl: '', isActive: false, erased: true };

/** Files of the gateway that hold the text. */
function filesWith(text: string): string[] {
  return readdirSync(gateway.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);
}

it('answers 410, records nothing more, and keeps no byte of the link and its clicks', async () => {
  const url = await gateway.startWithLink();
  expect((await visit(url, { headers: { referer: 'https://mail.example/jordan' } })).status).toBe(302);
  await eventually(() => expect(gateway.bus.published).toHaveLength(1));
  expect(filesWith('jordan')).toEqual(expect.arrayContaining([expect.stringContaining('.segment')]));
  gateway.links.put(aLink({ ...erased, revision: 2 }));
  gateway.bus.reconnect();
  await eventually(async () => expect((await visit(url)).status).toBe(410));
  const recorded = gateway.bus.published.length;
  expect((await visit(url)).status).toBe(410);
  await eventually(() => expect(filesWith('jordan')).toEqual([]));
  expect(gateway.bus.published).toHaveLength(recorded);
});

it('learns with its next start what was erased while it was off', async () => {
  await gateway.startWithLink();
  await gateway.stop();
  expect(filesWith('jordan')).toEqual(expect.arrayContaining([expect.stringContaining('links.db')]));
  gateway.links.put(aLink({ ...erased, revision: 2 }));
  const url = await gateway.start();
  await ready(url);
  await eventually(async () => expect((await visit(url)).status).toBe(410));
  await eventually(() => expect(filesWith('jordan')).toEqual([]));
});

it('removes the copies of workers that are no more', async () => {
  await gateway.startWithLink();
  await gateway.stop();
  writeFileSync(join(gateway.dataDir, 'replica', 'links-3.db'), 'jordan');
  await gateway.start();
  expect(readdirSync(join(gateway.dataDir, 'replica'))).not.toContain('links-3.db');
});
