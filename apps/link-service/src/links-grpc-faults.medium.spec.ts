import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { GrpcLinkClient, type Link, LinkServiceUnavailableError } from '#contracts';
import { freePort } from '#platform';
import { eventually, type TestDatabase, testDatabase } from '#testing';
import { callRest } from '../test/rest-calls.js';
import { type RunningLinkService, runLinkService } from '../test/running-link-service.js';

let database: TestDatabase;
let sql: pg.Client;
let grpcPort: number;
let service: RunningLinkService;
let client: GrpcLinkClient;

beforeAll(async () => {
  database = await testDatabase();
  grpcPort = await freePort();
  service = await runLinkService(database.url, { grpcPort });
  client = new GrpcLinkClient({ address: service.grpcAddress });
  sql = new pg.Client({ connectionString: database.url, options: '-c search_path=links' });
  await sql.connect();
});

afterAll(async () => {
  client?.close();
  await service?.stop();
  await sql?.end();
  await database?.drop();
});

const links = [{ originalUrl: 'https://calendly.com/jordan', linkFunction: 'Calendly', linkType: '' }];

describe('minting', () => {
  afterEach(() => sql.query('DROP FUNCTION IF EXISTS vanish() CASCADE; DROP SEQUENCE IF EXISTS attempts'));

  /** Every row is gone again before it can be found, `lifeSeconds` after it came. `attempts` counts them. */
  async function letLinksVanish(lifeSeconds: number): Promise<() => Promise<number>> {
    await sql.query('CREATE SEQUENCE attempts');
    await sql.query(
      `CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM nextval('attempts'), pg_sleep(${lifeSeconds}); RETURN NULL; END $$`,
    );
    await sql.query(
      'CREATE TRIGGER vanish BEFORE INSERT ON link_tracking FOR EACH ROW EXECUTE FUNCTION vanish()',
    );
    return async () => Number((await sql.query('SELECT last_value FROM attempts')).rows[0].last_value);
  }

  it('gives up after three attempts when links are removed as fast as they are made', async () => {
    const attempts = await letLinksVanish(0);
    const call = { method: 'POST', path: '/create' } as const;
    const body = { original_url: 'https://calendly.com/jordan', link_function: 'Calendly' };
    const answer = await callRest(service, { ...call, body });
    expect([answer.status, answer.body]).toEqual([503, expect.objectContaining({ code: 'mint_conflict' })]);
    expect(await attempts()).toBe(3);
  });

  it('stops trying once its caller has given up', async () => {
    const attempts = await letLinksVanish(0.4);
    await expect(client.mintLinks({ links }, 100)).rejects.toThrow(/DEADLINE_EXCEEDED/);
    // The attempt under way ends after 0.4 s; the next would have begun at once and been counted.
    await sql.query('SELECT pg_sleep(0.6)');
    expect(await attempts()).toBe(1);
  });
});

describe('watching', () => {
  const LINKS = 20_000;

  beforeAll(async () => {
    await sql.query(
      `INSERT INTO link_state (tracking_id, revision, state)
       SELECT id, nextval('link_revision'), jsonb_build_object('tracking_id', id, 'user_id', 'default',
         'link_function', 'Link', 'link_type', 'external', 'original_url', 'https://example.com/',
         'redirect_url', 'https://go.example.com/track/' || id, 'description', repeat('x', 900),
         'is_active', true, 'created_at', '2026-01-01T00:00:00.000Z')
       FROM (SELECT 'lt_many_' || n AS id FROM generate_series(1, ${LINKS}) AS n) AS many`,
    );
  });

  /** Pages that link-service reads from the database from now on. */
  function countPages(): () => number {
    let pages = 0;
    const watch = service.links.watchLinks.bind(service.links);
    service.links.watchLinks = async function* (after: number) {
      for await (const page of watch(after)) {
        pages++;
        yield page;
      }
    };
    return () => pages;
  }

  it('goes on without a gap or a repeat after link-service was restarted in the middle', async () => {
    const seen: Link[] = [];
    let interruptions = 0;
    const read = async (onPage: () => Promise<void> | void) => {
      try {
        for await (const page of client.watchLinks(seen.at(-1)?.revision ?? 0)) {
          seen.push(...page);
          await onPage();
        }
      } catch (error) {
        if (!(error instanceof LinkServiceUnavailableError)) throw error;
        interruptions++;
      }
    };
    await read(() => service.stop());
    expect([interruptions, seen.length < LINKS]).toEqual([1, true]);

    await sql.query(
      `INSERT INTO link_tracking (tracking_id, original_url) VALUES ('lt_meanwhile', 'https://example.com/')`,
    );
    service = await runLinkService(database.url, { grpcPort });
    await eventually(async () => {
      await read(() => undefined);
      expect(seen.at(-1)?.trackingId).toBe('lt_meanwhile');
    });

    const { rows } = await sql.query('SELECT tracking_id FROM link_state ORDER BY revision');
    expect(seen.map((link) => link.trackingId)).toEqual(rows.map((row) => row.tracking_id));
  });

  it('reads no further once the reader has gone', async () => {
    const pagesRead = countPages();
    for await (const page of client.watchLinks(0)) {
      expect(page.length).toBeGreaterThan(0);
      break;
    }
    let before = -1;
    await eventually(
      () => {
        const progress = pagesRead() - before;
        before = pagesRead();
        expect(progress).toBe(0);
      },
      { intervalMs: 300 },
    );
    expect(pagesRead()).toBeLessThan(LINKS / 1_000);
  });
});
