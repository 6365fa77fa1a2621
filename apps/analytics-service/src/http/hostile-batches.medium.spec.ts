import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleLink } from '../../test/sample-events.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  service = await runAnalyticsService();
  await service.app.get(LinkChangedProjector).handle([sampleLink()]);
});
afterAll(() => service.stop());

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\0',
    '\ud800',
    '\udfff\ud800',
    "'; DROP TABLE link_clicks; --",
    '\x1e',
    'NULL',
    '\\u0000',
    '{}',
  ),
);
const odd = fc.oneof(text, fc.integer(), fc.constant(null), fc.constant([]), fc.object({ maxDepth: 2 }));
const nested = fc
  .integer({ min: 1, max: 3_000 })
  .map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)));
const metadata = fc.oneof(
  fc.dictionary(text, fc.oneof(text, fc.jsonValue())),
  nested.map((bomb) => ({ bomb })),
  text.map((long) => ({ long: long.repeat(500) })),
);
const moment = fc.oneof(
  fc
    .date({ min: new Date('2000-01-02'), max: new Date(), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '2999-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '2026-02-30T00:00:00Z',
    'x',
  ),
);
const event = fc.record(
  {
    tracking_id: fc.oneof({ weight: 3, arbitrary: fc.constant('lt_calendly_abc123') }, odd),
    clicked_at: fc.oneof({ weight: 3, arbitrary: moment }, odd),
    ip_address: fc.oneof(fc.ipV4(), fc.ipV6(), odd),
    user_agent: fc.oneof(
      text,
      text.map((agent) => agent.repeat(400)),
      odd,
    ),
    referrer_url: fc.oneof(fc.webUrl(), odd),
    session_id: odd,
    click_source: odd,
    metadata: fc.oneof(metadata, odd),
    event_id: odd,
  },
  { requiredKeys: ['tracking_id', 'clicked_at'] },
);

async function countRows(): Promise<number> {
  const [row] = await service.dataSource.query('SELECT count(*)::int AS rows FROM link_clicks');
  return row.rows;
}

describe('a batch of hostile events', () => {
  it('is stored but for what is wrong, which is named, and a retry stores nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(event, odd), { minLength: 1, maxLength: 12 }), async (hostile) => {
        const good = { tracking_id: 'lt_calendly_abc123', clicked_at: new Date().toISOString() };
        const events = [...hostile.map(named), named(good, hostile.length)];
        const before = await countRows();
        const post = () =>
          service.app.inject({ method: 'POST', url: '/api/tracking-ingest/batch', payload: { events } });
        const response = await post();
        const { results } = response.json();
        expect([200, 207]).toContain(response.statusCode);
        expect(results.errors).toHaveLength(results.failed);
        expect(results.successful + results.failed).toBe(events.length);
        for (const { index, error, code } of results.errors) {
          expect(index).toBeLessThan(hostile.length);
          expect(['invalid_event', 'tracking_id_not_found', 'invalid_click']).toContain(code);
          expect(error).not.toMatch(/syntax|relation|column|at .*\.js/);
        }
        expect(await countRows()).toBe(before + results.successful);
        expect((await post()).json().results.failed).toBe(results.failed);
        expect(await countRows()).toBe(before + results.successful);
      }),
      { numRuns: 40 },
    );
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });
});

it('loses a key that would poison prototypes, and nothing else', async () => {
  const event = `{"tracking_id": "lt_calendly_abc123", "clicked_at": "2026-01-02T00:00:00Z", "__proto__": {"a": 1}}`;
  const response = await service.app.inject({
    method: 'POST',
    url: '/api/tracking-ingest/batch',
    headers: { 'content-type': 'application/json' },
    payload: `{"events": [${event}]}`,
  });
  expect(response.json().results).toMatchObject({ successful: 1, failed: 0 });
});

let batch = 0;
/** Under an id of its own, where it is an object: so that a retry can be told from another event. */
function named(one: unknown, index: number): unknown {
  if (index === 0) batch++;
  return typeof one === 'object' && one !== null && !Array.isArray(one)
    ? { ...one, event_id: `${batch} ${index}` }
    : one;
}
