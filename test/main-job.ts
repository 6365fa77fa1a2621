import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import PizZip from 'pizzip';
// Not fetch: it says `Sec-Fetch-Mode: cors`, which no browser does that opens a page.
import { request } from 'undici';
import { eventually } from '#testing';

const JSON_HEADERS = { 'content-type': 'application/json' };
const DESTINATIONS = {
  calendly_url: 'https://calendly.com/jordan-avery/30min',
  linkedin_url: 'https://www.linkedin.com/in/jordan-avery-example',
  portfolio_url: 'https://jordan-avery.example/work?tab=cases&view=grid',
};

interface DocumentAnswer {
  download_url: string;
  links: { variable: string; tracking_id: string; redirect_url: string }[];
}

interface LinkAnswer {
  click_statistics: { total_clicks: number };
}

async function send<Answer>(method: string, url: string, body?: unknown) {
  const response = await fetch(url, {
    method,
    headers: body ? JSON_HEADERS : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

/** The path of `url` on another origin: links carry the configured public address, tests another port. */
function onOrigin(url: string, origin: string): string {
  return origin + new URL(url, origin).pathname;
}

/**
 * The guide's quick start against a running system, each answer held against what the guide and the API promise.
 * Answers the ids it used, for tests that go on from there.
 */
export async function runMainJob(origin: string) {
  const userId = `jordan_${randomUUID().slice(0, 8)}`;
  const ids = { user_id: userId, job_id: randomUUID(), application_id: randomUUID() };
  const profile = { first_name: 'Jordan', last_name: 'Avery', email: 'jordan@example.com', ...DESTINATIONS };
  expect((await send('PUT', `${origin}/api/candidates/${userId}`, profile)).status).toBeLessThan(300);

  const personal = (await send('GET', `${origin}/api/candidates/${userId}`)).body;
  const resume = await send<DocumentAnswer>('POST', `${origin}/resume`, {
    personal,
    ...ids,
    professional_summary: 'Twelve years of marketing.',
    target_position: 'Marketing Manager',
  });
  expect(resume).toMatchObject({
    status: 200,
    body: { success: true, filename: expect.stringMatching(/^resume_Jordan_Avery_\d{8}.*\.docx$/) },
  });
  const letter = await send<DocumentAnswer>('POST', `${origin}/cover-letter`, {
    personal,
    ...ids,
    recipient: { name: 'Morgan Ellis', company: 'Harbour & Pine' },
    position: { title: 'Marketing Manager' },
    content: {
      opening_paragraph: 'Hello.',
      body_paragraphs: ['More: {{calendly_url}}'],
      closing_paragraph: 'Thanks.',
    },
  });
  expect(letter).toMatchObject({ status: 200, body: { success: true, tracking: { enabled: true } } });

  for (const document of [resume.body, letter.body]) {
    const targets = await hyperlinkTargets(onOrigin(document.download_url, origin));
    expect(targets).toEqual(expect.arrayContaining([expect.stringMatching(/\/track\/lt_calendly_/)]));
    expect(targets).toEqual(expect.arrayContaining(document.links.map(({ redirect_url }) => redirect_url)));
  }
  // The second document of an application carries the links of the first.
  expect(trackingIds(letter.body)).toEqual(expect.arrayContaining([trackingIds(resume.body)[0]]));

  const calendly = resume.body.links.find(({ variable }) => variable === 'calendly_url');
  if (!calendly) throw new Error('The resume answered no Calendly link.');
  const click = await request(onOrigin(calendly.redirect_url, origin), {
    headers: { 'user-agent': BROWSER, accept: 'text/html,*/*;q=0.8', 'accept-language': 'en-CA' },
  });
  expect(click).toMatchObject({
    statusCode: 302,
    headers: {
      location: `${DESTINATIONS.calendly_url}?utm_source=footfall&utm_medium=document&utm_content=${calendly.tracking_id}`,
    },
  });

  await eventually(async () => {
    const { body } = await send('GET', `${origin}/api/link-tracking/analytics/${calendly.tracking_id}`);
    // A browser's click, but within three seconds of minting: kept, counted, and suspected of being a scanner's.
    const counted = { total_clicks: 1, suspected_clicks: 1, machine_clicks: 0 };
    expect(body).toMatchObject({ click_statistics: counted });
  });
  const job = await send('GET', `${origin}/api/link-tracking/job/${ids.job_id}/links`);
  expect(job.body).toMatchObject({ total_clicks: 1, Calendly: { click_count: 1 } });
  // Events of links and of clicks travel apart.
  await eventually(async () => {
    const path = `/api/link-tracking/application/${ids.application_id}/links`;
    const { body } = await send('GET', origin + path);
    expect(body).toMatchObject({ total_clicks: 1, total_tracked_links: 3 });
  });
  const report = await send('GET', `${origin}/api/link-tracking/report?days=7`);
  expect(report.body).toMatchObject({
    overall_statistics: { total_clicks: expect.any(Number) },
    function_performance: expect.arrayContaining([expect.objectContaining({ function: 'Calendly' })]),
  });
  return { ...ids, calendly };
}

export const BROWSER =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15';

function trackingIds(document: { links: { tracking_id: string }[] }): string[] {
  return document.links.map((link) => link.tracking_id).sort();
}

/** Where the hyperlink relationships of a downloaded document lead; also proves that runs really use them. */
async function hyperlinkTargets(url: string): Promise<string[]> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const zip = new PizZip(Buffer.from(await response.arrayBuffer()));
  const body = zip.file('word/document.xml')?.asText() ?? '';
  expect(body).not.toContain('{{');
  const relationships = zip.file('word/_rels/document.xml.rels')?.asText() ?? '';
  const targets: string[] = [];
  for (const [relationship] of relationships.matchAll(/<Relationship [^>]*\/hyperlink"[^>]*>/g)) {
    const id = /Id="([^"]+)"/.exec(relationship)?.[1];
    expect(relationship).toContain('TargetMode="External"');
    expect(body).toContain(`<w:hyperlink r:id="${id}"`);
    targets.push((/Target="([^"]+)"/.exec(relationship)?.[1] ?? '').replaceAll('&amp;', '&'));
  }
  return targets;
}

/** What one link's analytics answer as its total. */
export async function totalClicks(origin: string, trackingId: string): Promise<number> {
  const { body } = await send<LinkAnswer>('GET', `${origin}/api/link-tracking/analytics/${trackingId}`);
  return body.click_statistics.total_clicks;
}
