import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeRecord } from '#platform';
import { eventually } from '#testing';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick } from '../../test/sample-events.js';
import { ClickIngest } from '../ingest/click-ingest.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let ingest: ClickIngest;

beforeAll(async () => {
  service = await runAnalyticsService();
  ingest = service.app.get(ClickIngest);
});
afterAll(() => service.stop());
beforeEach(() => service.truncate('link_clicks'));

async function csv(query = '') {
  const response = await service.app.inject({ method: 'GET', url: `/api/clicks.csv${query}` });
  const [header = '', ...lines] = response.payload.split('\r\n').slice(0, -1);
  const names = header.split(',');
  const cell = (line: string, name: string) => line.split(',')[names.indexOf(name)];
  return { status: response.statusCode, headers: response.headers, payload: response.payload, lines, cell };
}

/** Follows the feed on a connection of its own, and answers the ids and clicks that came. */
async function listen(query = '', lastEventId?: string) {
  const request = get(`${await service.app.getUrl()}/api/clicks/stream${query}`, {
    agent: false,
    headers: lastEventId ? { 'last-event-id': lastEventId } : {},
  });
  const [response]: IncomingMessage[] = await once(request, 'response');
  let text = '';
  response?.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  response?.on('error', () => undefined);
  // An event that is cut off in the middle has not come.
  const whole = () => text.slice(0, text.lastIndexOf('\n\n') + 1);
  return {
    status: response?.statusCode,
    type: response?.headers['content-type'],
    ids: () => [...whole().matchAll(/^id: (.+)$/gm)].map(([, id]) => id ?? ''),
    clicks: () => [...whole().matchAll(/^data: (.+)$/gm)].map(([, json]) => JSON.parse(json ?? '{}')),
    close: () => request.destroy(),
  };
}

describe('clicks.csv', () => {
  it('streams every click once, over many pages, in order of time', async () => {
    const clicks = Array.from({ length: 2_500 }, () => sampleClick());
    await ingest.storeEvents(clicks);
    const { status, headers, lines, cell } = await csv();
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(lines.map((line) => cell(line, 'click_id'))).toEqual(
      clicks.map(({ event_id }) => event_id).sort(),
    );
  });

  it('keeps to its filters, and a header is all of what nothing fits', async () => {
    await ingest.storeEvents([
      sampleClick({ job_id: 'job-2', occurred_at: '2026-03-01T10:00:00.000Z' }),
      sampleClick({ link_function: 'LinkedIn' }),
      sampleClick({ user_id: 'jordan', user_agent: 'curl/8.5.0' }),
    ]);
    const found = async (query: string) => (await csv(query)).lines.length;
    expect(await found('')).toBe(3);
    expect(await found('?job_id=job-2')).toBe(1);
    expect(await found('?function=LinkedIn')).toBe(1);
    expect(await found('?class=machine,suspected')).toBe(1);
    expect(await found('?user_id=jordan')).toBe(1);
    expect(await found('?from=2026-03-01&to=2026-03-02')).toBe(1);
    expect(await found('?from=2026-03-01T10:00:00.001Z&to=2026-03-02')).toBe(0);
    expect(await found('?user_id=jordan&class=human')).toBe(0);
  });

  it.each(['?class=person', '?from=yesterday', '?job_id=a%20b', '?function=1', '?tracking_id=x'])(
    'refuses %s',
    async (query) => {
      expect((await csv(query)).status).toBe(400);
    },
  );

  it('holds hostile agents in their cells and runs none of them in a spreadsheet', async () => {
    await ingest.storeEvents([sampleClick({ user_agent: '=HYPERLINK("http://evil.example")\r\n,x' })]);
    expect((await csv()).payload).toContain(`"'=HYPERLINK(""http://evil.example"")\r\n,x"`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = writeRecord([text]).slice(0, -2);
        const plain = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        expect(plain.replace(/^'/, '')).toBe(text.replace(/^'/, ''));
        expect(plain).not.toMatch(/^[=+\-@\t\r]/);
        if (!cell.startsWith('"')) expect(cell).not.toMatch(/[",\r\n]/);
      }),
    );
  });
});

describe('the live feed', () => {
  it('brings clicks that are stored after it was opened, and those alone that fit', async () => {
    await ingest.storeEvents([sampleClick()]);
    await eventually(async () => {
      const [row] = await service.dataSource.query(
        'SELECT stored_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS is_past FROM link_clicks',
      );
      expect(row.is_past).toBe(true);
    });
    const stream = await listen('?class=human');
    expect([stream.status, stream.type]).toEqual([200, 'text/event-stream']);
    const clicks = [sampleClick({ user_agent: 'curl/8.5.0' }), sampleClick({ ip: '8.8.8.8' })];
    await ingest.storeEvents(clicks);
    await eventually(() => expect(stream.clicks()).toHaveLength(1));
    expect(stream.clicks()[0]).toMatchObject({
      click_id: clicks[1]?.event_id,
      class: 'human',
      country: 'US',
      link_function: 'Calendly',
    });
    stream.close();
  });

  it('goes on after the last event seen: none lost, none twice, while several writers store', async () => {
    const first = await listen();
    await ingest.storeEvents([sampleClick()]);
    await eventually(() => expect(first.ids()).toHaveLength(1));
    first.close();
    const clicks = Array.from({ length: 1_200 }, () => sampleClick());
    const writers = [0, 1, 2].map(async (writer) => {
      for (let i = writer * 40; i < 1_200; i += 120) await ingest.storeEvents(clicks.slice(i, i + 40));
    });
    const seen: string[] = [];
    for (let last = first.ids().at(-1); seen.length < 1_200; ) {
      const stream = await listen('', last);
      await eventually(() => expect(stream.ids()).not.toEqual([]));
      stream.close();
      seen.push(...stream.clicks().map(({ click_id }) => click_id));
      last = stream.ids().at(-1);
    }
    await Promise.all(writers);
    expect(seen.sort()).toEqual(clicks.map(({ event_id }) => event_id).sort());
  });

  it('misses no click whose transaction ends late, after others that began later', async () => {
    const [late, soon] = [sampleClick(), sampleClick()];
    await ingest.storeEvents([late]);
    const runner = service.dataSource.createQueryRunner();
    const stream = await listen();
    await runner.startTransaction();
    try {
      // As if its transaction had been held up for an hour.
      await runner.query(
        `WITH gone AS (DELETE FROM link_clicks RETURNING *)
         INSERT INTO link_clicks (click_id, clicked_at, tracking_id, user_id, link_function, answer, class, score, reasons,
           rules_version, click_source, recorded_at)
         SELECT click_id, clicked_at, tracking_id, user_id, link_function, answer, class, score, reasons, rules_version,
           click_source, recorded_at - interval '1 hour' FROM gone`,
      );
      await ingest.storeEvents([soon]);
    } finally {
      await runner.commitTransaction();
      await runner.release();
    }
    await eventually(() => expect(stream.ids()).toHaveLength(2));
    expect(stream.clicks().map(({ click_id }) => click_id)).toEqual([late.event_id, soon.event_id]);
    stream.close();
  });

  it('ends with the service, at once', async () => {
    const other = await runAnalyticsService();
    const response = await fetch(`${await other.app.getUrl()}/api/clicks/stream`);
    const ended = response.text();
    await other.stop();
    expect(await ended).toContain(': clicks follow');
  });

  it.each([
    'x',
    '2026-01-01 00:00:00+00_00000000-0000-0000-0000-000000000000',
    '1_00000000',
    '99999999999999999999_00000000-0000-0000-0000-000000000000',
  ])('refuses the Last-Event-ID %s', async (id) => {
    const stream = await listen('', id);
    expect(stream.status).toBe(400);
    stream.close();
  });
});
