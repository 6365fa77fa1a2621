import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CandidateChanged } from '#contracts';
import { RetryLaterError } from '#events';
import { breakableConnection, eventually, type TestDatabase, testDatabase } from '#testing';
import { type RunningLinkService, runLinkService } from '../test/running-link-service.js';

let database: TestDatabase;
let connection: Awaited<ReturnType<typeof breakableConnection>>;
let service: RunningLinkService;

beforeAll(async () => {
  database = await testDatabase();
  connection = await breakableConnection(database.url);
  service = await runLinkService(connection.url);
});

afterAll(async () => {
  await service?.stop();
  connection?.cut();
  await database?.drop();
});

const OLD = 'https://calendly.com/old';
const NEW = 'https://calendly.com/new?a&b';

/** A user with a link of each kind; answers where they lead now. */
async function userWithLinks(userId: string) {
  const mint = async (link: { linkFunction: string; destination: string; originalUrl?: string }) => {
    const links = [{ originalUrl: OLD, linkType: '', ...link }];
    const [result] = await service.links.mintLinks({ userId, jobId: 'job', links });
    return result?.link?.trackingId ?? '';
  };
  const ids = {
    calendly: await mint({ linkFunction: 'Calendly', destination: 'follow_profile' }),
    linkedin: await mint({ linkFunction: 'LinkedIn', destination: 'follow_profile' }),
    portfolio: await mint({ linkFunction: 'Portfolio', destination: 'follow_profile' }),
    fixed: await mint({ linkFunction: 'Calendly', destination: 'fixed' }),
  };
  const leadTo = async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(ids).map(async ([name, id]) => [
          name,
          (await service.links.findLink(id))?.originalUrl,
        ]),
      ),
    );
  return { ids, leadTo };
}

const changed = (user_id: string, urls: Partial<CandidateChanged> = {}): CandidateChanged => ({
  event_id: randomUUID(),
  occurred_at: new Date().toISOString(),
  user_id,
  calendly_url: null,
  linkedin_url: null,
  portfolio_url: null,
  ...urls,
});
const deliver = (...events: CandidateChanged[]) => service.bus.deliver('links.candidate-changed', events);

it('moves the links that follow the profile, and only those, and tells the gateways', async () => {
  const jordan = await userWithLinks('jordan');
  const ann = await userWithLinks('ann');
  await deliver(
    changed('jordan', {
      calendly_url: NEW,
      portfolio_url: 'HTTPS://Jordan.example',
      linkedin_url: OLD,
      request_id: 'request-1',
    }),
  );
  expect(await jordan.leadTo()).toEqual({
    calendly: NEW,
    linkedin: OLD,
    portfolio: 'https://jordan.example/',
    fixed: OLD,
  });
  expect(await ann.leadTo()).toEqual({ calendly: OLD, linkedin: OLD, portfolio: OLD, fixed: OLD });
  await eventually(() => {
    expect(service.bus.of(jordan.ids.calendly).at(-1)).toMatchObject({
      original_url: NEW,
      request_id: 'request-1',
    });
  });
});

it.each([
  ['taken away', null],
  ['empty', ''],
  ['a script', 'javascript:alert(1)'],
  ['private', 'http://127.0.0.1/'],
  ['our own tracked link', 'https://go.example.com/track/lt_a'],
])('keeps the old URL when the new one is %s, and still follows the others', async (what, calendly_url) => {
  const user = await userWithLinks(`user-${what.replaceAll(' ', '-')}`);
  const userId = `user-${what.replaceAll(' ', '-')}`;
  await deliver(changed(userId, { calendly_url, linkedin_url: 'https://linkedin.com/in/new' }));
  expect(await user.leadTo()).toMatchObject({ calendly: OLD, linkedin: 'https://linkedin.com/in/new' });
});

it('is not moved back by an event that comes late or twice', async () => {
  const user = await userWithLinks('late');
  const first = changed('late', {
    calendly_url: 'https://calendly.com/1',
    occurred_at: '2026-01-01T00:00:00.000001Z',
  });
  const second = changed('late', {
    calendly_url: 'https://calendly.com/2',
    occurred_at: '2026-01-01T00:00:00.000002Z',
  });
  await deliver(first, second);
  await deliver(first);
  await deliver(second, first);
  expect((await user.leadTo()).calendly).toBe('https://calendly.com/2');
});

it('moves a link that is off, so that it leads to the new page when it is on again', async () => {
  const user = await userWithLinks('off');
  await service.editing.editLink(user.ids.calendly, { isActive: false });
  await deliver(changed('off', { calendly_url: NEW }));
  expect(await user.leadTo()).toMatchObject({ calendly: NEW });
});

it('leads a link that begins to follow to the current page at once, also when it is switched by hand', async () => {
  await deliver(changed('switch', { calendly_url: NEW, linkedin_url: 'javascript:alert(1)' }));
  const mint = async (linkFunction: string, jobId: string) => {
    const links = [{ originalUrl: OLD, linkFunction, linkType: '' }];
    const [result] = await service.links.mintLinks({ userId: 'switch', jobId, links });
    return result?.link?.trackingId ?? '';
  };
  const ids = [
    await mint('Calendly', 'job-1'),
    await mint('Calendly', 'job-2'),
    await mint('LinkedIn', 'job-1'),
  ];
  const [patched = '', byHand = '', unknown = ''] = ids;
  expect(await service.editing.editLink(patched, { destination: 'follow_profile' })).toMatchObject({
    originalUrl: NEW,
  });
  await service.database.query(
    `UPDATE link_tracking SET destination = 'follow_profile' WHERE tracking_id = ANY ($1)`,
    [[byHand, unknown]],
  );
  const urls = await Promise.all(ids.map(async (id) => (await service.links.findLink(id))?.originalUrl));
  expect(urls).toEqual([NEW, NEW, OLD]);
  await eventually(() => expect(service.bus.of(byHand).at(-1)).toMatchObject({ original_url: NEW }));
});

it('asks for the events again while the database is away', async () => {
  const user = await userWithLinks('outage');
  const event = changed('outage', { calendly_url: NEW });
  connection.cut();
  await expect(deliver(event)).rejects.toThrow(RetryLaterError);
  await connection.mend();
  await eventually(() => deliver(event));
  expect(await user.leadTo()).toMatchObject({ calendly: NEW });
});
