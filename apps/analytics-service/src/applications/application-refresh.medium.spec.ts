import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ClickRecorded } from '#contracts';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleDocument, sampleLink } from '../../test/sample-events.js';
import { DocumentGeneratedProjector } from '../consumers/document-generated.projector.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { reconcile } from '../reconcile/reconcile.js';
import { SettlingService } from '../settling/settling.service.js';
import { ApplicationRefresh } from './application-refresh.service.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let ingest: ClickIngest;

beforeAll(async () => {
  service = await runAnalyticsService();
  ingest = service.app.get(ClickIngest);
});
afterAll(() => service.stop());
beforeEach(() =>
  service.truncate(`link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks,
       links, applications, application_functions, application_documents, stale_applications, bookings`),
);

/** A noon that is past in every test, so that no day turns in the middle. */
const NOON = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;
const at = (seconds: number) => new Date(NOON + seconds * 1_000);

function clickAt(seconds: number, overrides: Partial<ClickRecorded> = {}) {
  return sampleClick({ occurred_at: at(seconds).toISOString(), ...overrides });
}

async function settle() {
  await service.app.get(SettlingService).settleDue(new Date(Date.now() + 200_000));
}

async function listApplications() {
  await service.app.get(ApplicationRefresh).refreshAll();
  return service.dataSource.query(
    `SELECT user_id, application_id, sent_at, opened_at, booked_at, human_clicks::int, people::int, score
     FROM applications ORDER BY 1, 2`,
  );
}

async function book(overrides: Record<string, unknown> = {}) {
  const booking = {
    booking_id: uuidv7(),
    provider: 'calendly',
    provider_ref: uuidv7(),
    tracking_id: 'lt_calendly_abc123',
    user_id: 'jordan_avery',
    application_id: 'app-1',
    status: 'active',
    booked_at: at(900),
    ...overrides,
  };
  await service.dataSource.query(
    `INSERT INTO bookings (${Object.keys(booking).join(', ')}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    Object.values(booking),
  );
}

describe('an application', () => {
  it('is opened by its first human click, and no longer when that turns out to be a machine’s', async () => {
    await ingest.storeEvents([clickAt(0), clickAt(0.4, { tracking_id: 'lt_linkedin_1' })]);
    await ingest.storeEvents([clickAt(300, { ip: '198.51.100.4' })]);
    expect(await listApplications()).toMatchObject([{ opened_at: at(0), human_clicks: 3, people: 2 }]);
    await settle();
    expect(await listApplications()).toMatchObject([{ opened_at: at(300), human_clicks: 1, people: 1 }]);
    expect((await reconcile(service.dataSource, { repair: false })).discrepancies).toEqual([]);
  });

  it('is not opened at all when every click was a scanner’s', async () => {
    await ingest.storeEvents([clickAt(0), clickAt(0.4, { tracking_id: 'lt_linkedin_1' })]);
    await settle();
    expect(await listApplications()).toMatchObject([
      { opened_at: null, human_clicks: 0, people: 0, score: 0 },
    ]);
  });

  it('is opened earlier by a click that arrives late', async () => {
    await ingest.storeEvents([clickAt(300)]);
    await listApplications();
    await ingest.storeEvents([clickAt(60, { ip: '198.51.100.4' })]);
    expect(await listApplications()).toMatchObject([{ opened_at: at(60) }]);
  });

  it('is opened by somebody who asked not to be tracked', async () => {
    const { ip: _ip, user_agent: _agent, ...anonymous } = clickAt(0);
    await ingest.storeEvents([{ ...anonymous, do_not_track: true, class_hint: 'human' }]);
    expect(await listApplications()).toMatchObject([{ opened_at: at(0), human_clicks: 1, people: 1 }]);
  });

  it('is booked by its first booking that is not canceled', async () => {
    await service.app.get(LinkChangedProjector).handle([sampleLink()]);
    await book({ status: 'canceled', booked_at: at(100) });
    expect(await listApplications()).toMatchObject([{ booked_at: null, score: 0 }]);
    await book({ booked_at: at(900) });
    expect(await listApplications()).toMatchObject([{ booked_at: at(900), score: 20 }]);
    await service.dataSource.query("UPDATE bookings SET application_id = 'app-other'");
    expect(await listApplications()).toMatchObject([{ booked_at: null, score: 0 }]);
  });

  it('counts as sent when its first document was made, else when its first link was', async () => {
    await service.app.get(LinkChangedProjector).handle([sampleLink({ created_at: at(5).toISOString() })]);
    expect(await listApplications()).toMatchObject([{ application_id: 'app-1', sent_at: at(5) }]);
    const documents = [60, 30].map((second) => sampleDocument({ occurred_at: at(second).toISOString() }));
    await service.app.get(DocumentGeneratedProjector).handle(documents);
    expect(await listApplications()).toMatchObject([{ sent_at: at(30) }]);
  });

  it('goes with its links when nothing else told of it', async () => {
    await service.app.get(LinkChangedProjector).handle([sampleLink()]);
    expect(await listApplications()).toHaveLength(1);
    await service.dataSource.query('DELETE FROM links');
    expect(await listApplications()).toEqual([]);
    expect(await service.dataSource.query('SELECT * FROM application_functions')).toEqual([]);
  });

  it('waits for an erasure, which may be about to remove what it is read from', async () => {
    await service.app.get(LinkChangedProjector).handle([sampleLink()]);
    await service.dataSource.transaction(async (erasure) => {
      await erasure.query('LOCK TABLE erased_links IN ACCESS EXCLUSIVE MODE');
      await expect(service.app.get(ApplicationRefresh).refreshAll()).rejects.toThrow(/lock timeout/);
      await erasure.query('DELETE FROM links');
      await erasure.query('DELETE FROM applications');
    });
    expect(await listApplications()).toEqual([]);
  });

  it('is one for each user, though they use the same id', async () => {
    const other = { user_id: 'robin_lee', tracking_id: 'lt_calendly_other' };
    await service.app.get(LinkChangedProjector).handle([sampleLink(), sampleLink(other)]);
    await ingest.storeEvents([clickAt(0), clickAt(60, { ip: '198.51.100.4' }), clickAt(90, other)]);
    expect(await listApplications()).toMatchObject([
      { user_id: 'jordan_avery', people: 2, opened_at: at(0) },
      { user_id: 'robin_lee', people: 1, opened_at: at(90) },
    ]);
  });
});
