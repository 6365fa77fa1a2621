import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
// Not fetch: it says `Sec-Fetch-Mode: cors`, which no browser does that opens a page.
import { request } from 'undici';
import { eventually } from '#testing';
import { type ExportedSpan, printTrace, type startCollector } from './otlp-collector.js';

type Collector = Awaited<ReturnType<typeof startCollector>>;

const VISITOR = {
  'x-forwarded-for': '203.0.113.77',
  'user-agent': 'Netscape 4.7',
  referer: 'https://mail.example/jordan',
};

/**
 * Makes a document and clicks its link on a system that tells the collector everything. Holds what the collector got
 * against the traces that docs/telemetry.md shows, and looks for people in it.
 */
export async function checkTraces(origin: string, collector: Collector): Promise<void> {
  const begin = collector.spans.length;
  const link = await makeDocument(origin);
  await spanNamed(collector, 'POST /resume', begin);
  await expectAsDocumented(collector, 'POST /resume', () => makeDocument(origin));
  const url = origin + new URL(link.redirect_url).pathname;
  const click = async () => {
    expect((await request(url, { headers: VISITOR })).statusCode).toBe(302);
  };
  // The first click may have to ask link-service for a link that is so new.
  const beforeClick = collector.spans.length;
  await click();
  await spanNamed(collector, 'GET /track/:id', beforeClick);
  await expectAsDocumented(collector, 'GET /track/:id', click);
  await expectBatchesToLink(collector, url);

  await request(`${origin}/download/resume_Jordan_Avery_of_old.docx`);
  await spanNamed(collector, 'GET /download/:filename');
  const exported = collector.everything().toLowerCase();
  const personal = [
    '203.0.113.77',
    '127.0.0.1',
    'netscape',
    'mail.example',
    'jordan',
    'avery',
    'calendly',
    link.tracking_id.toLowerCase(),
  ];
  expect(personal.filter((text) => exported.includes(text))).toEqual([]);
}

async function makeDocument(origin: string): Promise<{ tracking_id: string; redirect_url: string }> {
  const response = await fetch(`${origin}/resume`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      user_id: 'jordan_traced',
      application_id: 'traced-application',
      personal: {
        full_name: 'Jordan Avery',
        email: 'jordan@example.com',
        calendly_url: 'https://calendly.com/jordan-avery/30min',
      },
      professional_summary: 'Twelve years of marketing.',
    }),
  });
  const body = (await response.json()) as { links: { tracking_id: string; redirect_url: string }[] };
  const [link] = body.links.filter(({ tracking_id }) => tracking_id);
  if (!link) throw new Error(`the document got no tracked link: ${JSON.stringify(body)}`);
  return link;
}

/** Clicks that are stored together: each batch links to the redirects it was made of. */
async function expectBatchesToLink(collector: Collector, url: string): Promise<void> {
  const before = collector.spans.length;
  await Promise.all(Array.from({ length: 20 }, () => request(url, { headers: VISITOR })));
  await eventually(
    () => {
      const fresh = collector.spans.slice(before);
      const redirects = fresh.filter(({ name }) => name === 'GET /track/:id').map(({ spanId }) => spanId);
      expect(redirects).toHaveLength(20);
      for (const name of ['publish click.recorded.v1', 'process analytics.click-recorded']) {
        const linked = fresh.filter((span) => span.name === name).flatMap(({ links = [] }) => links);
        expect(linked.map(({ spanId }) => spanId)).toEqual(expect.arrayContaining(redirects));
      }
    },
    { timeoutMs: 30_000 },
  );
}

function spanNamed(collector: Collector, wanted: string, from = 0): Promise<ExportedSpan> {
  return eventually(
    () => {
      const span = collector.spans.slice(from).find(({ name }) => name === wanted);
      if (!span) throw new Error(`no span ${wanted}`);
      return span;
    },
    { timeoutMs: 30_000 },
  );
}

/**
 * What is done leaves the trace that docs/telemetry.md shows, but for its times. Tried three times: a machine that is very
 * busy may have to do something twice.
 */
async function expectAsDocumented(
  collector: Collector,
  root: string,
  act: () => Promise<unknown>,
): Promise<void> {
  const docs = readFileSync(join(import.meta.dirname, '../docs/telemetry.md'), 'utf8');
  const blocks = [...docs.matchAll(/```text\n(.*?)\n```/gs)].map(([, block]) => block ?? '');
  const documented = blocks.find((block) => block.split('\n')[0]?.includes(root)) ?? 'no trace at all';
  let printed = '';
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = collector.spans.length;
    await act();
    const { traceId } = await spanNamed(collector, root, before);
    const isSame = eventually(() => {
      printed = printTrace(collector.spans, traceId);
      if (withoutTimes(printed) !== withoutTimes(documented)) throw new Error('another trace');
      return true;
    });
    if (await isSame.catch(() => false)) return;
  }
  throw new Error(`the trace was\n${printed}`);
}

const withoutTimes = (trace: string) => trace.replaceAll(/ +[\d.]+ ms$/gm, '');
