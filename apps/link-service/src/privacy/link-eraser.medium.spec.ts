import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestOf, type ErasureRequested } from '#contracts';
import { eventually, listPersonalTables, type TestDatabase, testDatabase } from '#testing';
import { type RunningLinkService, runLinkService } from '../../test/running-link-service.js';
import { PERSONAL_TABLES } from './personal-links.js';

const KEY = 'ab'.repeat(32);

let database: TestDatabase;
let service: RunningLinkService;

beforeAll(async () => {
  database = await testDatabase();
  service = await runLinkService(database.url);
});
afterAll(async () => {
  await service?.stop();
  await database?.drop();
});

async function mint(userId: string): Promise<string> {
  const links = [{ originalUrl: `https://example.com/${userId}`, linkFunction: 'Portfolio', linkType: '' }];
  const [result] = await service.links.mintLinks({ userId, jobId: 'job', links });
  return result?.link?.trackingId ?? '';
}

function erasureOf(userId: string): ErasureRequested {
  const subject = {
    kind: 'user',
    key: KEY,
    digest: digestOf({ key: KEY, kind: 'user', value: userId }),
  } as const;
  const now = new Date().toISOString();
  return {
    event_id: randomUUID(),
    occurred_at: now,
    erasure_id: randomUUID(),
    round: 1,
    stage: 'erase',
    until: now,
    subject,
  };
}

it('tells gateways only that the links are gone, and names them in its answer', async () => {
  const gone = await mint('jordan');
  const kept = await mint('robin');
  await eventually(() => expect(service.bus.of(gone)).toHaveLength(1));
  await service.bus.deliver('links.erasure-requested', [erasureOf('jordan')]);
  await eventually(() => {
    expect(service.bus.of(gone).at(-1)).toMatchObject({ erased: true, user_id: 'erased', original_url: '' });
    expect(service.bus.answers.at(-1)).toMatchObject({
      service: 'links',
      outcome: 'done',
      erased: { link_tracking: 1, link_state: 1 },
      tracking_ids: [gone],
    });
  });
  expect(await service.links.findLink(gone)).toBeUndefined();
  expect(await service.links.findLink(kept)).toMatchObject({ userId: 'robin' });
  const pulled = [];
  for await (const page of service.links.watchLinks(0)) pulled.push(...page);
  expect(pulled.find(({ trackingId }) => trackingId === gone)).toMatchObject({
    erased: true,
    originalUrl: '',
  });
  const [{ held }] = await service.database.query(
    `SELECT count(*)::int AS held FROM link_state WHERE state::text LIKE '%jordan%'`,
  );
  expect(held).toBe(0);
});

it('does not follow a profile that was erased since', async () => {
  const changed = {
    event_id: randomUUID(),
    occurred_at: new Date().toISOString(),
    user_id: 'late',
    calendly_url: null,
    linkedin_url: null,
    portfolio_url: null,
  };
  await service.bus.deliver('links.erasure-requested', [erasureOf('late')]);
  await service.bus.deliver('links.candidate-changed', [changed]);
  expect(await service.database.query("SELECT FROM followed_profiles WHERE user_id = 'late'")).toEqual([]);
});

it('lists every table that has a column of users, applications or links', async () => {
  const listed = new Set(PERSONAL_TABLES.map(({ name }) => name));
  const found = await listPersonalTables(database.url, 'links');
  expect(found).toContain('links.link_tracking');
  expect(found.filter((name) => !listed.has(name))).toEqual([]);
});
