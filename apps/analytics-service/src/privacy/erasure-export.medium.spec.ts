import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '#contracts';
import { EVENT_BUS, type EventBus } from '#events';
import { eventually } from '#testing';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { countUnfinished, type ErasureExport, exportErasures, replayErasures } from './erasure-export.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let key: string;
let published: unknown[] = [];

beforeAll(async () => {
  service = await runAnalyticsService();
  service.app.get<EventBus>(EVENT_BUS).publish = async ({ events }) => {
    published.push(...events.map((event) => JSON.parse(event)));
  };
  [{ key }] = await service.dataSource.query('SELECT key FROM erasure_key');
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.truncate('erasures, erasure_parts, privacy_outbox');
  published = [];
});

const JORDAN = '0198a000-0000-4000-8000-000000000001';
const ROBIN = '0198a000-0000-4000-8000-000000000002';

async function know(erasureId: string, user: string, stage: 'erase' | 'done'): Promise<void> {
  const until = stage === 'done' ? '2026-01-02T03:04:05.678901Z' : null;
  await service.dataSource.query(
    `INSERT INTO erasures (erasure_id, kind, digest, stage, round, until) VALUES ($1, 'user', $2, $3, 2, $4)`,
    [erasureId, digestOf({ key, kind: 'user', value: user }), stage, until],
  );
}

const rows = () =>
  service.dataSource.query('SELECT erasure_id, stage, round, until FROM erasures ORDER BY erasure_id');

/** What a database knows that is put back to before its erasures. */
async function goBack(): Promise<ErasureExport> {
  const known = await exportErasures(service.dataSource);
  await service.truncate('erasures, erasure_parts, privacy_outbox');
  return known;
}

describe('the list of erasures', () => {
  it('has what was erased done again on a database that does not know it, as far as it reached', async () => {
    await know(JORDAN, 'jordan', 'done');
    const known = await goBack();
    expect(JSON.stringify(known)).not.toContain('jordan');
    expect(await replayErasures(service.dataSource, known)).toBe(1);
    expect(await rows()).toEqual([
      { erasure_id: JORDAN, stage: 'erase', round: 2, until: new Date('2026-01-02T03:04:05.678Z') },
    ]);
    await eventually(() =>
      expect(published).toEqual([
        expect.objectContaining({
          erasure_id: JORDAN,
          until: '2026-01-02T03:04:05.678Z',
          subject: expect.objectContaining({ key, digest: digestOf({ key, kind: 'user', value: 'jordan' }) }),
        }),
      ]),
    );
    expect(await countUnfinished(service.dataSource)).toBe(1);
  });

  it('counts one that was under way up to the moment of the list', async () => {
    await know(ROBIN, 'robin', 'erase');
    const known = await goBack();
    expect(known.erasures[0]?.until.slice(0, 19)).toBe(known.exported_at.slice(0, 19));
    await replayErasures(service.dataSource, known);
    expect(await rows()).toMatchObject([{ erasure_id: ROBIN, until: expect.any(Date) }]);
  });

  it('asks again for what the backup had under way, whose messages went with the broker', async () => {
    await know(ROBIN, 'robin', 'erase');
    expect(await replayErasures(service.dataSource)).toBe(1);
    expect(await rows()).toMatchObject([{ erasure_id: ROBIN, stage: 'erase', round: 3 }]);
  });

  it('is refused where another deployment made it, before anything is done', async () => {
    await know(JORDAN, 'jordan', 'done');
    const known = { ...(await exportErasures(service.dataSource)), deployment: 'f'.repeat(64) };
    await expect(replayErasures(service.dataSource, known)).rejects.toThrow('of another deployment');
    expect(await countUnfinished(service.dataSource)).toBe(0);
  });
});
