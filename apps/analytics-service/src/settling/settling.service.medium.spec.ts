import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClickRecorded } from '#contracts';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleLink } from '../../test/sample-events.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { SettlingService } from './settling.service.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let ingest: ClickIngest;
let settling: SettlingService;

beforeAll(async () => {
  service = await runAnalyticsService();
  ingest = service.app.get(ClickIngest);
  settling = service.app.get(SettlingService);
});
afterAll(() => service.stop());
beforeEach(() =>
  service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks, links',
  ),
);

/** A noon that is past in every test, so that no day turns in the middle. */
const NOON = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;
const OFFICE = 'Microsoft Office Word 2014 (16.0.17328)';

function clickAt(seconds: number, overrides: Partial<ClickRecorded> = {}) {
  return sampleClick({ occurred_at: new Date(NOON + seconds * 1_000).toISOString(), ...overrides });
}

function onLink(n: number): Partial<ClickRecorded> {
  return { tracking_id: `lt_link_${n}` };
}

/** As it is when everything stored so far is due, preflights too. */
async function settle() {
  return settling.settleDue(new Date(Date.now() + 200_000));
}

async function verdicts() {
  return service.dataSource.query(
    'SELECT class, score, reasons, click_source AS source FROM link_clicks ORDER BY clicked_at, click_id',
  );
}

async function listClasses(): Promise<string[]> {
  return (await verdicts()).map((verdict: { class: string }) => verdict.class);
}

async function counters() {
  const [row] = await service.dataSource.query(
    `SELECT sum(total_clicks)::int AS total, sum(human_clicks)::int AS human, sum(machine_clicks)::int AS machine,
       sum(suspected_clicks)::int AS suspected, sum(duplicate_clicks)::int AS duplicate, sum(other_hits)::int AS other,
       sum(inferred_opens)::int AS inferred FROM link_counters`,
  );
  return row;
}

async function uniqueSessions(scope: string): Promise<number> {
  const [row] = await service.dataSource.query(
    'SELECT sum(unique_sessions)::int AS sessions FROM session_counters WHERE scope_key = hashtextextended($1, 0)',
    [scope],
  );
  return row?.sessions ?? 0;
}

describe('settling', () => {
  it('takes a burst over the links of a document for a machine, and moves every counter with it', async () => {
    await ingest.storeEvents([clickAt(0, onLink(1)), clickAt(0.4, onLink(2))]);
    expect(await counters()).toMatchObject({ total: 2, human: 2 });
    expect(await settle()).toBe(2);
    expect(await verdicts()).toMatchObject([
      { class: 'machine', score: 60, reasons: ['burst'] },
      { class: 'machine', score: 60, reasons: ['burst'] },
    ]);
    expect(await counters()).toMatchObject({ total: 2, human: 0, machine: 2 });
    expect([await uniqueSessions('j:job-1'), await uniqueSessions('l:lt_link_1')]).toEqual([0, 0]);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('changes earlier clicks when a late one makes them a burst', async () => {
    await ingest.storeEvents([clickAt(0, onLink(1))]);
    await settle();
    expect(await listClasses()).toEqual(['human']);
    await ingest.storeEvents([clickAt(0.9, { ...onLink(2), ip: '203.0.113.250' })]);
    await settle();
    expect(await listClasses()).toEqual(['machine', 'machine']);
  });

  it('leaves clicks of different networks and documents alone', async () => {
    await ingest.storeEvents([
      clickAt(0, onLink(1)),
      clickAt(0.1, { ...onLink(2), ip: '198.51.100.1' }),
      clickAt(0.2, { ...onLink(3), application_id: 'app-2' }),
    ]);
    expect(await settle()).toBe(0);
  });

  it('knows how many links a document has', async () => {
    const both = [sampleLink(onLink(1)), sampleLink(onLink(2))];
    await service.app.get(LinkChangedProjector).handle(both);
    await ingest.storeEvents([clickAt(0, onLink(1)), clickAt(8, onLink(2))]);
    await settle();
    expect(await listClasses()).toEqual(['machine', 'machine']);
  });

  it('suspects what comes from the network within a quarter of an hour, also what had settled before', async () => {
    const other = { application_id: 'app-2', user_agent: `${sampleClick().user_agent} Edg/142.0` };
    await ingest.storeEvents([
      clickAt(300, { ...onLink(9), ...other }),
      clickAt(1_000, { ...onLink(9), ...other }),
    ]);
    await settle();
    expect(await listClasses()).toEqual(['human', 'human']);
    await ingest.storeEvents([clickAt(0, onLink(1)), clickAt(0.5, onLink(2))]);
    await settle();
    expect(await listClasses()).toEqual(['machine', 'machine', 'suspected', 'human']);
    expect(await counters()).toMatchObject({ machine: 2, suspected: 1, human: 1 });
  });

  it('counts a visitor’s repeated click once', async () => {
    await ingest.storeEvents([clickAt(0), clickAt(3), clickAt(20)]);
    await settle();
    expect(await listClasses()).toEqual(['human', 'duplicate', 'human']);
    expect(await counters()).toMatchObject({ total: 3, human: 2, duplicate: 1 });
    expect(await uniqueSessions('j:job-1')).toBe(1);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('believes a browser that follows Word, and infers no open beside it', async () => {
    const remote = { headers: { accept: 'text/html' } };
    await ingest.storeEvents([
      clickAt(0, { answer: 'preflight', method: 'HEAD', user_agent: OFFICE }),
      clickAt(0.2, { answer: 'preflight', user_agent: OFFICE }),
      clickAt(2, remote),
    ]);
    await settle();
    expect(await verdicts()).toMatchObject([
      { class: 'machine' },
      { class: 'machine' },
      {
        class: 'human',
        score: 0,
        reasons: ['no_accept_language', 'office_preflight_before'],
        source: 'document:word',
      },
    ]);
    expect(await counters()).toMatchObject({ total: 1, human: 1, other: 2, inferred: 0 });
    expect(await uniqueSessions('l:lt_calendly_abc123')).toBe(1);
  });

  it('infers one open from preflights that no browser followed, and takes it back when a late click did', async () => {
    await ingest.storeEvents([
      clickAt(0, { answer: 'preflight', method: 'HEAD', user_agent: OFFICE }),
      clickAt(0.2, { answer: 'preflight', user_agent: OFFICE }),
    ]);
    await settle();
    expect(await listClasses()).toEqual(['inferred', 'machine']);
    expect(await counters()).toMatchObject({ total: 0, human: 0, other: 2, inferred: 1 });
    await ingest.storeEvents([clickAt(100)]);
    await settle();
    expect(await listClasses()).toEqual(['machine', 'machine', 'human']);
    expect(await counters()).toMatchObject({ total: 1, human: 1, other: 2, inferred: 0 });
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('infers nothing while a browser may still come', async () => {
    const recent = new Date(Date.now() - 60_000).toISOString();
    await ingest.storeEvents([sampleClick({ occurred_at: recent, answer: 'preflight', user_agent: OFFICE })]);
    await settling.settleDue(new Date(Date.now() + 16_000));
    expect(await listClasses()).toEqual(['machine']);
  });

  it('changes nothing the second time', async () => {
    await ingest.storeEvents([clickAt(0, onLink(1)), clickAt(0.4, onLink(2)), clickAt(2, onLink(2))]);
    await settle();
    const before = [await verdicts(), await counters()];
    await service.dataSource.query(
      `INSERT INTO settling (due_at, networks, firsts, lasts) VALUES (now(), '{203.0.113.0/24}', ARRAY[$1::timestamptz], ARRAY[$1::timestamptz])`,
      [new Date(NOON)],
    );
    expect(await settle()).toBe(0);
    expect([await verdicts(), await counters()]).toEqual(before);
  });

  it('waits until clicks are due, and keeps what is due over a failure', async () => {
    await ingest.storeEvents([clickAt(0, onLink(1)), clickAt(0.4, onLink(2))]);
    const [{ due }] = await service.dataSource.query('SELECT min(due_at) AS due FROM settling');
    expect(await settling.settleDue(new Date(due.getTime() - 1))).toBe(0);
    expect(await listClasses()).toEqual(['human', 'human']);
    await service.dataSource.query('ALTER TABLE link_days RENAME TO link_days_away');
    await expect(settle()).rejects.toThrow(/link_days/);
    await service.dataSource.query('ALTER TABLE link_days_away RENAME TO link_days');
    expect(await settle()).toBe(2);
  });

  it('settles a flood from one network page by page', async () => {
    const flood = Array.from({ length: 2_400 }, (_, i) =>
      clickAt(i / 100, { ...onLink(i % 3), ip: `203.0.113.${i % 256}` }),
    );
    await ingest.storeEvents(flood);
    await settle();
    expect(new Set(await listClasses())).toEqual(new Set(['machine']));
    expect(await counters()).toMatchObject({ total: 2_400, machine: 2_400, human: 0 });
  });

  it('changes each click of a flood once, though it is more than one query or one page reads', async () => {
    const networks = [1, 2, 3, 4, 5];
    const flood = networks.flatMap((network) =>
      Array.from({ length: 2_100 }, (_, i) =>
        clickAt(i === 0 ? 0 : i / 4, {
          ...onLink(i),
          application_id: `app-${Math.max(i, 1)}`,
          ip: `203.0.${network}.${i % 256}`,
        }),
      ),
    );
    await ingest.storeEvents(flood);
    expect(await settle()).toBe(flood.length);
    expect(await counters()).toMatchObject({ machine: 2 * networks.length, human: 0, duplicate: 0 });
    expect(await service.dataSource.query('SELECT FROM settling')).toEqual([]);
  });

  it('comes to the same classes in whatever order clicks arrive, while others are stored and settled', async () => {
    const clicks = Array.from({ length: 600 }, (_, i) =>
      clickAt(Math.imul(i, 2_654_435_761) % 1_500, {
        ...onLink(i % 5),
        application_id: `app-${i % 3}`,
        ip: `203.0.${i % 41}.${i % 3}`,
        ...(i % 10 === 0 ? { answer: 'preflight', user_agent: OFFICE } : {}),
      }),
    );
    await ingest.storeEvents(clicks);
    await settle();
    const byId = 'SELECT click_id, class, score, reasons, click_source FROM link_clicks ORDER BY click_id';
    const atOnce = await service.dataSource.query(byId);
    await service.truncate(
      'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks',
    );
    const shuffled = clicks
      .map((click, i) => ({ click, at: (i * 7_919) % 600 }))
      .sort((a, b) => a.at - b.at)
      .map(({ click }) => click);
    await Promise.all(
      [0, 1, 2].map(async (writer) => {
        for (let i = writer * 40; i < 600; i += 120) {
          await ingest.storeEvents(shuffled.slice(i, i + 40));
          await settle();
        }
      }),
    );
    await settle();
    const classesOf = (rows: { click_id: string; class: string }[]) =>
      rows.map((row) => [row.click_id, row.class]);
    expect(classesOf(await service.dataSource.query(byId))).toEqual(classesOf(atOnce));
    expect(new Set(classesOf(atOnce).map(([, clickClass]) => clickClass)).size).toBeGreaterThan(2);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  }, 60_000);
});
