import { credentials, makeClientConstructor, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { service as healthService } from 'grpc-health-check';
import {
  GrpcLinkClient,
  LINK_CLIENT,
  type Link,
  type LinkClient,
  LinkServiceUnavailableError,
  linksV1,
} from '#contracts';
import { eventually, type TestDatabase, testDatabase } from '#testing';
import { type RunningLinkService, runLinkService } from '../test/running-link-service.js';

let database: TestDatabase;
let service: RunningLinkService;
let overGrpc: GrpcLinkClient;
let generated: linksV1.LinkServiceClient;

beforeAll(async () => {
  database = await testDatabase();
  service = await runLinkService(database.url);
  overGrpc = new GrpcLinkClient({ address: service.grpcAddress });
  generated = new linksV1.LinkServiceClient(service.grpcAddress, credentials.createInsecure());
});

afterAll(async () => {
  overGrpc?.close();
  generated?.close();
  await service?.stop();
  await database?.drop();
});

/** A unary call of the generated client as a promise. */
function ask<R>(call: (done: (error: Error | null, response: R) => void) => unknown): Promise<R> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}

const links = [
  { originalUrl: 'https://calendly.com/jordan?a&b=*', linkFunction: 'Calendly', linkType: 'networking' },
];

const clients: [string, () => LinkClient][] = [
  ['over gRPC', () => overGrpc],
  ['in process', () => service.app.get<LinkClient>(LINK_CLIENT, { strict: false })],
];

describe.each(clients)('the link client %s', (name, client) => {
  const jobId = `job-${name.replace(/ /g, '-')}`;

  it('mints, finds again and refuses in place', async () => {
    const bad = { originalUrl: 'http://[::ffff:10.0.0.1]/', linkFunction: 'Portfolio', linkType: '' };
    const [made, refused] = await client().mintLinks({ jobId, links: [...links, bad] }, 5_000);
    const [found] = await client().mintLinks({ jobId, links }, 5_000);
    expect(made?.created).toBe(true);
    expect(found).toEqual({ ...made, created: false, refusal: undefined });
    expect(refused?.refusal).toEqual({ code: 'invalid_url', message: expect.stringMatching(/public host/) });
    expect(made?.link).toMatchObject({
      originalUrl: 'https://calendly.com/jordan?a&b=*',
      userId: 'default',
      jobId,
    });
    expect(made?.link?.createdAt).toBeInstanceOf(Date);
  });

  it('answers a link, and undefined for one that does not exist', async () => {
    const [made] = await client().mintLinks({ jobId, links }, 5_000);
    const trackingId = made?.link?.trackingId ?? '';
    expect(await client().findLink(trackingId, 5_000)).toMatchObject({ trackingId, isActive: true });
    expect(await client().findLink('lt_unknown', 5_000)).toBeUndefined();
    expect(await client().findLink('hostile\n', 5_000)).toBeUndefined();
  });

  it('streams every link by revision, then only what changed since', async () => {
    const [made] = await client().mintLinks({ jobId: `${jobId}-watch`, links }, 5_000);
    const trackingId = made?.link?.trackingId;
    const collect = async (after: number) => {
      const all: Link[] = [];
      for await (const page of client().watchLinks(after)) all.push(...page);
      return all;
    };
    const everything = await eventually(async () => {
      const all = await collect(0);
      expect(all.at(-1)).toMatchObject({ trackingId });
      return all;
    });
    const last = everything.at(-1)?.revision ?? 0;
    expect(last).toBeGreaterThan(0);
    expect(await collect(last)).toEqual([]);
  });

  it('rejects a call that is refused as a whole', async () => {
    const call = client().mintLinks({ jobId: 'not an id', links }, 5_000);
    await expect(call).rejects.toThrow(LinkServiceUnavailableError);
    await expect(call).rejects.toThrow(/jobId/);
  });

  it('rejects in time when the database does not answer', async () => {
    const runner = service.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query('LOCK TABLE link_tracking IN ACCESS EXCLUSIVE MODE');
    try {
      // The lock is held until further down: that the call ends at all is the deadline's doing.
      await expect(client().findLink('lt_any', 300)).rejects.toThrow(LinkServiceUnavailableError);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  });
});

describe('the health service', () => {
  const healthOf = (name: string) => {
    const Client = makeClientConstructor(healthService, 'grpc.health.v1.Health');
    const client = new Client(service.grpcAddress, credentials.createInsecure());
    return ask<{ status: string }>((done) => client.check?.({ service: name }, done)).finally(() =>
      client.close(),
    );
  };

  it.each(['', 'footfall.links.v1.LinkService'])('answers SERVING for %j', async (name) => {
    expect(await healthOf(name)).toEqual({ status: 'SERVING' });
  });

  it('knows no service that is not here', async () => {
    await expect(healthOf('footfall.analytics.v1.AnalyticsService')).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
  });
});

describe('LinkService over gRPC', () => {
  it('switches, resolves and lists', async () => {
    const [made] = await overGrpc.mintLinks({ jobId: 'job-rpc', links }, 5_000);
    const trackingId = made?.link?.trackingId ?? '';
    const off = await ask<linksV1.DeactivateLinkResponse>((done) =>
      generated.deactivateLink({ trackingId }, done),
    );
    expect(off.link).toMatchObject({ trackingId, isActive: false });
    expect(
      await ask<linksV1.ResolveLinkResponse>((done) => generated.resolveLink({ trackingId }, done)),
    ).toEqual({
      originalUrl: 'https://calendly.com/jordan?a&b=*',
      isActive: false,
    });
    const on = await ask<linksV1.ReactivateLinkResponse>((done) =>
      generated.reactivateLink({ trackingId }, done),
    );
    expect(on.link?.isActive).toBe(true);
    const page = await ask<linksV1.ListLinksResponse>((done) =>
      generated.listLinks({ jobId: 'job-rpc', pageToken: '', pageSize: 0 }, done),
    );
    expect(page.links.map((link) => link.trackingId)).toEqual([trackingId]);
    expect(page.nextPageToken).toBe('');
  });

  it('resolves an expired link as off, with its fallback', async () => {
    const [link] = links;
    const expiresAt = new Date(Date.now() + 60_000);
    const expiring = { ...link, expiresAt, fallbackUrl: 'https://jordan.example/' } as linksV1.LinkToMint;
    const [made] = await overGrpc.mintLinks({ jobId: 'job-expiring', links: [expiring] }, 5_000);
    const trackingId = made?.link?.trackingId ?? '';
    expect(made?.link).toMatchObject({ expiresAt, fallbackUrl: 'https://jordan.example/', isActive: true });
    await service.database.query('UPDATE link_tracking SET expires_at = now() WHERE tracking_id = $1', [
      trackingId,
    ]);
    expect(
      await ask<linksV1.ResolveLinkResponse>((done) => generated.resolveLink({ trackingId }, done)),
    ).toEqual({ originalUrl: link?.originalUrl, isActive: false, fallbackUrl: 'https://jordan.example/' });
  });

  it('pages through a list', async () => {
    const many = Array.from({ length: 5 }, (_, i) => ({
      ...links[0],
      originalUrl: `https://example.com/${i}`,
    }));
    await overGrpc.mintLinks({ jobId: 'job-pages', links: many as linksV1.LinkToMint[] }, 5_000);
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await ask<linksV1.ListLinksResponse>((done) =>
        generated.listLinks({ jobId: 'job-pages', pageToken, pageSize: 2 }, done),
      );
      seen.push(...page.links.map((link) => link.trackingId));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });

  it('answers NOT_FOUND and INVALID_ARGUMENT where they are due', async () => {
    const codeOf = (call: Promise<unknown>) =>
      call.then(
        () => status.OK,
        (error) => error.code,
      );
    expect(
      await codeOf(
        ask<linksV1.GetLinkResponse>((done) => generated.getLink({ trackingId: 'lt_unknown' }, done)),
      ),
    ).toBe(status.NOT_FOUND);
    expect(
      await codeOf(
        ask<linksV1.ResolveLinkResponse>((done) => generated.resolveLink({ trackingId: '' }, done)),
      ),
    ).toBe(status.NOT_FOUND);
    expect(
      await codeOf(
        ask<linksV1.DeactivateLinkResponse>((done) => generated.deactivateLink({ trackingId: "lt_'" }, done)),
      ),
    ).toBe(status.NOT_FOUND);
    expect(
      await codeOf(
        ask<linksV1.MintLinksResponse>((done) => generated.mintLinks({ userId: '', links: [] }, done)),
      ),
    ).toBe(status.INVALID_ARGUMENT);
    expect(
      await codeOf(
        ask<linksV1.ListLinksResponse>((done) => generated.listLinks({ pageToken: 'x', pageSize: 9 }, done)),
      ),
    ).toBe(status.INVALID_ARGUMENT);
    expect(
      await codeOf(
        ask<linksV1.ListLinksResponse>((done) => generated.listLinks({ pageToken: '', pageSize: -1 }, done)),
      ),
    ).toBe(status.INVALID_ARGUMENT);
  });

  it('holds the stream back while its reader is slow', async () => {
    await service.database.query(
      `INSERT INTO link_state (tracking_id, revision, state)
       SELECT id, nextval('link_revision'), jsonb_build_object('tracking_id', id, 'user_id', 'default',
         'link_function', 'Link', 'link_type', 'external', 'original_url', 'https://example.com/',
         'redirect_url', 'https://go.example.com/track/' || id, 'description', repeat('x', 900),
         'is_active', true, 'created_at', '2026-01-01T00:00:00.000Z')
       FROM (SELECT 'lt_many_' || n AS id FROM generate_series(1, 60000) AS n) AS many`,
    );
    let pagesRead = 0;
    const read = service.links.watchLinks.bind(service.links);
    service.links.watchLinks = async function* (after: number) {
      for await (const page of read(after)) {
        pagesRead++;
        yield page;
      }
    };
    const pages = overGrpc.watchLinks(0)[Symbol.asyncIterator]();
    await pages.next();
    await eventually(() => expect(pagesRead).toBeGreaterThan(5));
    let before = -1;
    await eventually(
      () => {
        const progress = pagesRead - before;
        before = pagesRead;
        expect(progress).toBe(0);
      },
      { intervalMs: 500 },
    );
    expect(pagesRead).toBeLessThan(50);
    let total = 1000;
    for (let next = await pages.next(); !next.done; next = await pages.next()) total += next.value.length;
    expect(pagesRead).toBeGreaterThan(60);
    expect(total).toBeGreaterThan(60_000);
    service.links.watchLinks = read;
  }, 60_000);
});
