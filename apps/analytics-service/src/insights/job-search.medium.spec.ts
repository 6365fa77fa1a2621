import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JobSearch, simulateJobSearch, type Truth, toBookingRows } from '../../test/job-search.js';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { ApplicationRefresh } from '../applications/application-refresh.service.js';
import { DocumentGeneratedProjector } from '../consumers/document-generated.projector.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { SettlingService } from '../settling/settling.service.js';

const APPLICATIONS = 200;
const BATCH = 100;

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let search: JobSearch;

beforeAll(async () => {
  service = await runAnalyticsService();
  search = simulateJobSearch({ applications: APPLICATIONS, seed: 20 });
  await live(search);
}, 60_000);
afterAll(() => service.stop());

/** Everything arrives out of order, much of it twice, while settling and answers go on. */
async function live({ truths, documents, links, clicks }: JobSearch): Promise<void> {
  const ingest = service.app.get(ClickIngest);
  const projector = service.app.get(DocumentGeneratedProjector);
  const edited = truths.filter(({ edit }) => edit);
  await editByHand(edited.filter((_truth, i) => i % 2 === 0));
  for (let i = 0; i * BATCH < clicks.length; i++) {
    const batch = clicks.slice(i * BATCH, (i + 1) * BATCH);
    await ingest.storeEvents(batch);
    if (i % 3 === 0) await ingest.storeEvents(batch);
    if (i === 2) await service.app.get(LinkChangedProjector).handle(links);
    if (i === 4) await projector.handle(documents);
    if (i % 5 === 3) await settleAndRefresh();
  }
  await projector.handle(documents);
  for (const row of truths.flatMap(toBookingRows)) await service.dataSource.query(INSERT_BOOKING, row);
  await editByHand(edited.filter((_truth, i) => i % 2 === 1));
  await settleAndRefresh();
}

/** Too long ago for their clicks to be looked for: what a booking makes of a click is not what is counted here. */
const INSERT_BOOKING = `
INSERT INTO bookings (booking_id, provider, provider_ref, user_id, tracking_id, application_id, status, booked_at, created_at)
VALUES ($1::uuid, 'calendly', $1::uuid::text, 'jordan_avery', $2, $3, $4, $5, now() - interval '2 days')`;

async function settleAndRefresh(): Promise<void> {
  await service.app.get(SettlingService).settleDue(new Date(Date.now() + 200_000));
  await service.app.get(ApplicationRefresh).refreshAll();
}

async function editByHand(truths: readonly Truth[]): Promise<void> {
  for (const { applicationId, edit } of truths) {
    const url = `/api/applications/${applicationId}?user_id=jordan_avery`;
    const response = await service.app.inject({ method: 'PUT', url, payload: edit });
    expect([200, 201]).toContain(response.statusCode);
  }
}

async function get(path: string) {
  const response = await service.app.inject({ method: 'GET', url: `/api/analytics/${path}` });
  expect(response.statusCode).toBe(200);
  return response.json();
}

/** What one application, or its links of one function, came to. */
interface Course {
  sentAtMs: number;
  openedAtMs?: number | undefined;
  bookedAtMs?: number | undefined;
}

function follow(truth: Truth, linkFunction?: string): Course {
  const isMeant = (each: { linkFunction: string | null }) =>
    !linkFunction || each.linkFunction === linkFunction;
  const earliest = (moments: number[]) => (moments.length > 0 ? Math.min(...moments) : undefined);
  const bookings = truth.bookings.filter((each) => isMeant(each) && each.status !== 'canceled');
  return {
    sentAtMs: truth.sentAtMs,
    openedAtMs: earliest(truth.visits.filter(isMeant).map(({ atMs }) => atMs)),
    bookedAtMs: earliest(bookings.map(({ atMs }) => atMs)),
  };
}

/** The funnel as one would count it by hand. */
function count(courses: readonly Course[]) {
  const hours: Record<string, number[]> = { sent_to_opened: [], opened_to_booked: [], sent_to_booked: [] };
  const took = (name: string, from: number | undefined, to: number | undefined) => {
    if (from !== undefined && to !== undefined && to >= from) hours[name]?.push((to - from) / 3_600_000);
  };
  const counts = { sent: 0, opened: 0, booked: 0 };
  let openedAndBooked = 0;
  for (const { sentAtMs, openedAtMs, bookedAtMs } of courses) {
    counts.sent++;
    if (openedAtMs !== undefined) counts.opened++;
    if (bookedAtMs !== undefined) counts.booked++;
    if (openedAtMs !== undefined && bookedAtMs !== undefined) openedAndBooked++;
    took('sent_to_opened', sentAtMs, openedAtMs);
    took('opened_to_booked', openedAtMs, bookedAtMs);
    took('sent_to_booked', sentAtMs, bookedAtMs);
  }
  return {
    ...counts,
    rates: {
      opened: { count: counts.opened, n: counts.sent },
      booked: { count: counts.booked, n: counts.sent },
      booked_of_opened: { count: openedAndBooked, n: counts.opened },
    },
    median_hours: Object.fromEntries(
      Object.entries(hours).map(([name, values]) => [name, { hours: toMedian(values), n: values.length }]),
    ),
  };
}

function toMedian(values: readonly number[]): unknown {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : expect.closeTo((lower + upper) / 2, 1);
}

function countBy(nameGroups: (truth: Truth) => (string | null)[], followIn = follow) {
  const groups = Map.groupBy(
    search.truths.flatMap((truth) => nameGroups(truth).map((group) => ({ truth, group }))),
    ({ group }) => group,
  );
  return [...groups].map(([group, members]) => ({
    group,
    ...count(members.map(({ truth }) => followIn(truth, group ?? undefined))),
  }));
}

/** Clicks of people as one would count them by hand. */
function summarise(truths: readonly Truth[]) {
  const clicks = truths.map(({ visits }) => visits.length);
  return {
    applications: truths.length,
    human_clicks: clicks.reduce((sum, each) => sum + each, 0),
    median_human_clicks: toMedian(clicks),
  };
}

describe(`a job search of ${APPLICATIONS} applications`, () => {
  it('has people, machines that look like people, and every stage in it', () => {
    const { opened, booked } = count(search.truths.map((truth) => follow(truth)));
    expect(search.clicks.length).toBeGreaterThan(600);
    expect(opened).toBeGreaterThan(50);
    expect(booked).toBeGreaterThan(15);
  });

  it('is recovered exactly by the funnel', async () => {
    const { total, groups } = await get('funnel');
    expect(total).toMatchObject(count(search.truths.map((truth) => follow(truth))));
    expect(groups).toBeUndefined();
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it.each([
    [
      'job_board',
      () =>
        countBy(
          ({ jobBoard }) => [jobBoard],
          (truth) => follow(truth),
        ),
    ],
    [
      'company',
      () =>
        countBy(
          ({ company }) => [company],
          (truth) => follow(truth),
        ),
    ],
    ['function', () => countBy(({ functions }) => [...functions])],
  ])('is recovered exactly by %s', async (group, model) => {
    const answer = await get(`funnel?group_by=${group}`);
    const expected = model();
    expect(answer.groups).toHaveLength(expected.length);
    expect(answer.groups).toEqual(
      expect.arrayContaining(
        expected.map((each) =>
          expect.objectContaining({
            ...each,
            rates: Object.fromEntries(
              Object.entries(each.rates).map(([name, rate]) => [name, expect.objectContaining(rate)]),
            ),
          }),
        ),
      ),
    );
    expect(answer.groups_left_off).toBe(0);
  });

  it('is recovered exactly within a period of days, with the one before it', async () => {
    const [from, middle, to] = [18, 14, 10].map((days) =>
      new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10),
    );
    const within = (start = '', end = '') =>
      count(
        search.truths
          .filter(({ sentAtMs }) => sentAtMs >= Date.parse(start) && sentAtMs < Date.parse(end))
          .map((truth) => follow(truth)),
      );
    const answer = await get(`funnel?from=${middle}&to=${to}&compare=previous`);
    expect(answer.total).toMatchObject(within(middle, to));
    expect(answer.previous).toMatchObject({
      period: { from: `${from}T00:00:00.000Z`, to: `${middle}T00:00:00.000Z` },
      total: within(from, middle),
    });
  });

  it('is recovered exactly by what came of how much people clicked', async () => {
    const { engagements } = await get('engagement-to-outcome');
    const groups = Map.groupBy(search.truths, ({ visits }) =>
      visits.length === 0 ? 'none' : visits.length < 3 ? 'low' : 'high',
    );
    expect([...groups.keys()].toSorted()).toEqual(['high', 'low', 'none']);
    expect(engagements).toMatchObject(
      (['none', 'low', 'high'] as const).map((engagement) => {
        const members = groups.get(engagement) ?? [];
        const reached = (outcomes: string[]) => ({
          count: members.filter(({ edit }) => edit && outcomes.includes(edit.outcome)).length,
          n: members.length,
        });
        return {
          engagement,
          applications: members.length,
          interview: reached(['interview', 'offer']),
          offer: reached(['offer']),
        };
      }),
    );
    const { total, by_outcome } = await get('engagement-summary');
    expect(total).toMatchObject(summarise(search.truths));
    const interviewed = search.truths.filter(({ edit }) => edit?.outcome === 'interview');
    expect(by_outcome).toContainEqual(
      expect.objectContaining({ outcome: 'interview', ...summarise(interviewed) }),
    );
  });

  it('is recovered exactly by what each link function did', async () => {
    const { functions } = await get('link-function-effectiveness');
    const names = [...new Set(search.truths.flatMap((truth) => truth.functions))];
    const clicksOf = (truth: Truth, name: string) =>
      truth.visits.filter(({ linkFunction }) => linkFunction === name);
    const expected = names.map((link_function) => {
      const members = search.truths.filter((truth) => truth.functions.includes(link_function));
      const clicked = members.filter((truth) => clicksOf(truth, link_function).length > 0);
      const asked = clicked.filter(({ edit }) => edit && edit.outcome !== 'none');
      return expect.objectContaining({
        link_function,
        applications: members.length,
        human_clicks: members.reduce((sum, truth) => sum + clicksOf(truth, link_function).length, 0),
        clicked: expect.objectContaining({ count: clicked.length, n: members.length }),
        interview_when_clicked: expect.objectContaining({ count: asked.length, n: clicked.length }),
      });
    });
    expect(functions).toHaveLength(names.length);
    expect(functions).toEqual(expect.arrayContaining(expected));
  });
});
