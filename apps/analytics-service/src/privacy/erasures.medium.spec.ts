import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf, type ErasureKind, type ErasureRequested } from '#contracts';
import { Eraser } from '#events';
import { eventually, listPersonalTables } from '#testing';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleDocument, sampleLink } from '../../test/sample-events.js';
import { DocumentGeneratedProjector } from '../consumers/document-generated.projector.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { notify } from '../notifications/notify.query.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { Erasures } from './erasures.service.js';
import { PERSONAL_TABLES } from './personal-clicks.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let ingest: ClickIngest;
let eraser: Eraser;
let key: string;

beforeAll(async () => {
  service = await runAnalyticsService();
  ingest = service.app.get(ClickIngest);
  eraser = service.app.get(Erasures).eraser;
  [{ key }] = await service.dataSource.query('SELECT key FROM erasure_key');
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.truncate(`link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, links, applications,
       erased_links, erasure_ledger, privacy_outbox`);
});

function requestOf(kind: ErasureKind, value: string, extra: { owner?: string } = {}): ErasureRequested {
  const now = new Date().toISOString();
  const owner = extra.owner && digestOf({ key, kind: 'user', value: extra.owner });
  const subject = { kind, key, digest: digestOf({ key, kind, value }), ...(owner && { owner }) };
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

const jordan = { user_id: 'jordan', tracking_id: 'lt_jordan', application_id: 'app-jordan' };
const robin = { user_id: 'robin', tracking_id: 'lt_robin', application_id: 'app-robin' };

/** Clicks of both on one job, some by the same visitor, two days apart. */
async function storeClicks() {
  await service.app.get(LinkChangedProjector).handle([sampleLink(jordan), sampleLink(robin)]);
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000 - 5_000).toISOString();
  const clicks = [jordan, robin].flatMap((whose) => [
    sampleClick({ ...whose, occurred_at: day(0), ip: '203.0.113.7' }),
    sampleClick({ ...whose, occurred_at: day(2), ip: '203.0.113.8' }),
    sampleClick({ ...whose, occurred_at: day(2), ip: '203.0.113.9', user_agent: 'curl/8.5.0' }),
  ]);
  expect(await ingest.storeEvents(clicks)).toEqual([]);
}

async function countClicks(): Promise<Record<string, number>> {
  const rows = await service.dataSource.query(
    'SELECT user_id, count(*)::int AS clicks FROM link_clicks GROUP BY 1 ORDER BY 1',
  );
  return Object.fromEntries(
    rows.map((row: { user_id: string; clicks: number }) => [row.user_id, row.clicks]),
  );
}

describe('erasing a candidate', () => {
  it('takes the clicks out of every counter and leaves those of others as they were', async () => {
    await storeClicks();
    await eraser.handle(requestOf('user', 'jordan'));
    expect(await countClicks()).toEqual({ robin: 3 });
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
    const named = await service.dataSource.query("SELECT FROM activity WHERE user_id = 'jordan'");
    expect(named).toEqual([]);
  });

  it('drops what comes late: clicks, states of links, documents; and takes in what is new', async () => {
    await storeClicks();
    await eraser.handle(requestOf('user', 'jordan'));
    const soon = new Date(Date.now() + 60_000).toISOString();
    await ingest.storeEvents([sampleClick({ ...jordan, occurred_at: soon })]);
    await service.app
      .get(LinkChangedProjector)
      .handle([
        sampleLink(jordan),
        sampleLink({ ...jordan, tracking_id: 'lt_never_seen' }),
        sampleLink({ ...jordan, tracking_id: 'lt_new', application_id: 'app-new', created_at: soon }),
      ]);
    await service.app
      .get(DocumentGeneratedProjector)
      .handle([
        sampleDocument({ ...jordan, occurred_at: '2024-01-01T00:00:00.000Z' }),
        sampleDocument({ ...jordan, application_id: 'app-new', occurred_at: soon }),
      ]);
    expect(await countClicks()).toEqual({ robin: 3 });
    const held = await service.dataSource.query(
      `SELECT tracking_id AS id FROM links WHERE user_id = 'jordan'
       UNION ALL SELECT application_id FROM applications WHERE user_id = 'jordan' AND first_generated_at IS NOT NULL`,
    );
    expect(held).toEqual([{ id: 'lt_new' }, { id: 'app-new' }]);
  });

  it('leaves nothing of what webhooks were told, and nothing to tell again', async () => {
    const whose = ['jordan', 'robin'].map((userId, i) => ({
      id: `fact of ${userId}`,
      type: 'booking.recorded' as const,
      userId,
      occurredAt: new Date(),
      summary: `Somebody booked ${userId}.`,
      data: { n: i },
    }));
    const [{ id }] = await service.dataSource.query(
      `INSERT INTO webhook_endpoints (id, url, types, secret, enabled)
       VALUES (gen_random_uuid(), 'https://10.0.0.1/', '{booking.recorded}', 'whsec_c2VjcmV0', true) RETURNING id`,
    );
    await service.dataSource.transaction(async (manager) => {
      await notify(manager, whose);
      await manager.query("UPDATE webhook_deliveries SET status = 'delivered', next_attempt_at = NULL");
    });
    await eraser.handle(requestOf('user', 'jordan'));
    const held = await service.dataSource.query('SELECT user_id, body FROM webhook_deliveries');
    expect(held).toEqual([{ user_id: 'robin', body: expect.stringContaining('booked robin') }]);
    const { payload } = await service.app.inject({
      method: 'POST',
      url: `/api/webhooks/${id}/replay`,
      payload: { since: '2020-01-01T00:00:00Z', all: true },
    });
    expect(JSON.parse(payload)).toEqual({ replayed: 1 });
    await service.dataSource.query('DELETE FROM webhook_endpoints');
  });

  it('waits for a batch that began before it, and erases what that stored', async () => {
    await storeClicks();
    const writer = service.dataSource.createQueryRunner();
    await writer.startTransaction();
    // What every storing statement does: it reads the ledgers, and holds them to its end.
    await writer.query('SELECT FROM erased_links LIMIT 1');
    await writer.query('SELECT FROM erasure_ledger LIMIT 1');
    const erased = eraser.handle(requestOf('user', 'jordan'));
    await eventually(async () => {
      const [{ waiting }] = await service.dataSource.query(
        `SELECT count(*)::int AS waiting FROM pg_locks
         WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'erasure_ledger'::regclass`,
      );
      expect(waiting).toBe(1);
    });
    await writer.query(
      `INSERT INTO link_counters (tracking_id, user_id, link_function, total_clicks, human_clicks, machine_clicks,
         suspected_clicks, other_hits) VALUES ('lt_in_flight', 'jordan', 'Calendly', 1, 0, 0, 0, 0)`,
    );
    await writer.commitTransaction();
    await writer.release();
    await erased;
    const left = await service.dataSource.query("SELECT FROM link_counters WHERE user_id = 'jordan'");
    expect(left).toEqual([]);
  });

  it('of one application only, of one user only, leaves the others', async () => {
    await storeClicks();
    await eraser.handle(requestOf('application', 'app-jordan', { owner: 'robin' }));
    expect(await countClicks()).toEqual({ jordan: 3, robin: 3 });
    await eraser.handle(requestOf('application', 'app-jordan', { owner: 'jordan' }));
    expect(await countClicks()).toEqual({ robin: 3 });
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });
});

describe('erasing a visitor', () => {
  const visitors = () =>
    service.dataSource.query('SELECT DISTINCT host(ip_address) AS ip FROM link_clicks ORDER BY 1 NULLS LAST');

  it('removes address, agent and session, keeps the clicks counted, and does the same to what comes late', async () => {
    await storeClicks();
    await eraser.handle(requestOf('address', '203.0.113.7'));
    expect(await countClicks()).toEqual({ jordan: 3, robin: 3 });
    expect(await visitors()).toEqual([{ ip: '203.0.113.8' }, { ip: '203.0.113.9' }, { ip: null }]);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
    const before = new Date(Date.now() - 60_000).toISOString();
    await ingest.storeEvents([sampleClick({ ...robin, ip: '203.0.113.7', occurred_at: before })]);
    expect(await countClicks()).toEqual({ jordan: 3, robin: 4 });
    expect(await visitors()).toHaveLength(3);
    const rows = await service.dataSource.query(
      'SELECT user_agent, session_id, facts FROM link_clicks WHERE ip_address IS NULL',
    );
    expect(rows).toEqual(Array(3).fill({ user_agent: null, session_id: null, facts: null }));
  });
});

it('lists every table that has a column of users, applications, links or visitors', async () => {
  const listed = new Set(PERSONAL_TABLES.map(({ name }) => name));
  const found = await listPersonalTables(service.databaseUrl, 'analytics');
  expect(found).toContain('analytics.link_clicks');
  // Ids of erased links are random, and all that this one holds.
  expect(found.filter((name) => !listed.has(name))).toEqual(['analytics.erased_links']);
});
