import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Link, LinkToMint } from '#contracts';
import { type TestDatabase, testDatabase } from '#testing';
import { type RunningLinkService, runLinkService } from '../test/running-link-service.js';

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

const calendly: LinkToMint = {
  originalUrl: 'https://calendly.com/jordan-avery/30min',
  linkFunction: 'Calendly',
  linkType: 'networking',
};

async function mintOne(link: LinkToMint, owner: { jobId?: string; applicationId?: string; userId?: string }) {
  const [result] = await service.links.mintLinks({ ...owner, links: [link] });
  return { link: result?.link as Link, created: result?.created };
}

describe('minting', () => {
  it('makes one link of fifty identical requests at once', async () => {
    const owner = { jobId: 'job-concurrent', applicationId: 'app-1' };
    const minted = await Promise.all(Array.from({ length: 50 }, () => mintOne(calendly, owner)));
    expect(new Set(minted.map(({ link }) => link.trackingId)).size).toBe(1);
    expect(minted.filter(({ created }) => created)).toHaveLength(1);
  });

  it('settles concurrent batches that name the same links in different orders', async () => {
    for (let round = 0; round < 5; round++) {
      const links = Array.from({ length: 100 }, (_, i) => ({
        ...calendly,
        originalUrl: `https://example.com/${round}/${String(i).padStart(3, '0')}`,
      }));
      const batches = Array.from({ length: 10 }, (_, i) => (i % 2 ? links : links.toReversed()));
      const answers = await Promise.all(
        batches.map((batch) => service.links.mintLinks({ jobId: 'job-crosswise', links: batch })),
      );
      const ids = new Set(answers.flat().map(({ link }) => link?.trackingId));
      expect(ids.size).toBe(100);
      expect(answers.flat().filter(({ created }) => created)).toHaveLength(100);
    }
  });

  it('gives two applications of one millisecond their own links', async () => {
    const owners = Array.from({ length: 100 }, (_, i) => ({ jobId: 'job-1', applicationId: `app_${i}` }));
    const minted = await Promise.all(owners.map((owner) => mintOne(calendly, owner)));
    expect(new Set(minted.map(({ link }) => link.trackingId)).size).toBe(100);
  });

  it('takes absent ids as equal to each other and different from every id', async () => {
    const first = await mintOne(calendly, { applicationId: 'app-only' });
    const again = await mintOne(calendly, { applicationId: 'app-only' });
    const other = await mintOne(calendly, { applicationId: 'app-only', jobId: 'job-too' });
    expect([first.created, again.created, other.created]).toEqual([true, false, true]);
    expect(again.link).toEqual(first.link);
    expect(first.link).toMatchObject({ userId: 'default', jobId: undefined, applicationId: 'app-only' });
  });

  it('answers a link that was switched off as it stands', async () => {
    const { link } = await mintOne(calendly, { jobId: 'job-off' });
    await service.editing.editLink(link.trackingId, { isActive: false });
    expect(await mintOne(calendly, { jobId: 'job-off' })).toEqual({
      link: { ...link, isActive: false },
      created: false,
    });
  });

  it('keeps users apart', async () => {
    const jordan = await mintOne(calendly, { jobId: 'job-shared', userId: 'jordan' });
    const ann = await mintOne(calendly, { jobId: 'job-shared', userId: 'ann' });
    expect(ann.created).toBe(true);
    expect(ann.link.trackingId).not.toBe(jordan.link.trackingId);
  });

  it('refuses a bad link of a batch alone, in its place', async () => {
    const results = await service.links.mintLinks({
      jobId: 'job-mixed',
      links: [
        calendly,
        { ...calendly, originalUrl: 'http://169.254.169.254/' },
        { ...calendly, linkFunction: '1; DROP TABLE' },
        { ...calendly, linkType: 'weird' },
        {
          ...calendly,
          originalUrl: 'https://linkedin.com/in/jordan',
          linkFunction: 'LinkedIn',
          linkType: '',
        },
        { ...calendly, description: 'a\0b', linkFunction: 'Portfolio' },
        { ...calendly, fallbackUrl: 'http://10.0.0.1/' },
        { ...calendly, expiresAt: new Date(Date.now() - 1) },
        { ...calendly, expiresAt: new Date(Number.NaN) },
        { ...calendly, expiresAt: new Date(8.64e15) },
        { ...calendly, destination: 'moving' },
      ],
    });
    expect(results.map(({ link, refusal }) => link?.linkFunction ?? refusal?.code)).toEqual([
      'Calendly',
      'invalid_url',
      'invalid_link',
      'invalid_link',
      'LinkedIn',
      'invalid_link',
      'invalid_fallback_url',
      'invalid_link',
      'invalid_link',
      'invalid_link',
      'invalid_link',
    ]);
    expect(results[1]?.refusal?.message).toMatch(/public host/);
    expect(results[4]?.link?.linkType).toBe('external');
  });

  it('answers a link that a batch names twice in both places, made once', async () => {
    const results = await service.links.mintLinks({ jobId: 'job-twice', links: [calendly, calendly] });
    expect(results[0]?.link?.trackingId).toBe(results[1]?.link?.trackingId);
    expect(results.map(({ created }) => created)).toEqual([true, false]);
  });

  it.each([
    ['no links', { links: [] }],
    ['101 links', { links: Array(101).fill(calendly) }],
    ['a hostile job id', { jobId: "x' OR 1=1 --", links: [calendly] }],
    ['a user id that is too long', { userId: 'u'.repeat(101), links: [calendly] }],
  ])('refuses %s as a whole', async (_what, request) => {
    await expect(service.links.mintLinks(request)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it.each([
    'https://example.com/a?x=1&y=2&z=*&amp=%26&w=a+b%20c',
    "https://example.com/it's/(a)/!$&'()*+,;=:@~?\\#a&b*c",
  ])('stores %s byte for byte', async (originalUrl) => {
    const { link } = await mintOne({ ...calendly, originalUrl }, { jobId: 'job-bytes' });
    const [row] = await service.database.query(
      'SELECT original_url FROM link_tracking WHERE tracking_id = $1',
      [link.trackingId],
    );
    expect(row.original_url).toBe(originalUrl);
    expect((await service.links.findLink(link.trackingId))?.originalUrl).toBe(originalUrl);
  });

  it('mints under the configured address', async () => {
    const { link } = await mintOne(calendly, { jobId: 'job-base' });
    expect(link.redirectUrl).toBe(`https://go.example.com/track/${link.trackingId}`);
    expect(link.trackingId).toMatch(/^lt_calendly_[0-9A-Za-z]{16}$/);
  });
});

describe('finding', () => {
  it.each(['lt_unknown', '', 'lt_', 'lt_\0', "lt_' OR 1=1", 'lt_x\n', `lt_${'x'.repeat(98)}`])(
    'knows no link %j',
    async (id) => {
      expect(await service.links.findLink(id)).toBeUndefined();
      expect(await service.editing.editLink(id, { isActive: false })).toBeUndefined();
    },
  );

  it('follows ids that an older system made', async () => {
    await service.database.query(
      `INSERT INTO link_tracking (tracking_id, original_url) VALUES ('lt_0123456789abcdef', 'https://old.example.com/')`,
    );
    expect(await service.links.findLink('lt_0123456789abcdef')).toMatchObject({
      originalUrl: 'https://old.example.com/',
      redirectUrl: 'https://go.example.com/track/lt_0123456789abcdef',
    });
  });
});
