// npm run demo: the quick start against a running system, each step printed with what came back. The documents stay
// in ./demo-output. FOOTFALL_URL names another system, FOOTFALL_API_KEY its key.
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import PizZip from 'pizzip';
import { request } from 'undici';

const base = (process.env.FOOTFALL_URL ?? 'http://localhost:5000').replace(/\/$/, '');
const apiKey = process.env.FOOTFALL_API_KEY;
const outputDir = './demo-output';
const userId = 'jordan_avery';
const jobId = randomUUID();
const applicationId = randomUUID();
const say = (line = '') => process.stdout.write(`${line}\n`);

const candidate = {
  first_name: 'Jordan',
  last_name: 'Avery',
  email: 'jordan@example.com',
  phone: '+1 555 010 0199',
  mailing_address: 'Edmonton, Canada',
  calendly_url: 'https://calendly.com/jordan-avery/30min',
  linkedin_url: 'https://www.linkedin.com/in/jordan-avery-example',
  portfolio_url: 'https://jordan-avery.example/work?tab=case-studies&view=grid',
};
const ids = { user_id: userId, job_id: jobId, application_id: applicationId };
const resume = {
  professional_summary:
    'Marketing lead with twelve years in regional media: brand campaigns, audience research and a team of six.',
  experience: [
    {
      company: 'Prairie Ledger',
      title: 'Marketing Lead',
      start_date: '2019-03',
      end_date: 'Present',
      description:
        'Grew paid readership by 38 % in three years with a referral programme built from reader interviews.',
    },
    {
      company: 'Northlight Studio',
      title: 'Campaign Coordinator',
      start_date: '2014-06',
      end_date: '2019-02',
      description: 'Ran forty product launches for local makers, from brief to report.',
    },
  ],
  education: [
    { institution: 'Lakeshore College', degree: 'BCom', field: 'Marketing', graduation_year: '2013' },
  ],
  skills: { technical: ['SQL', 'Analytics', 'Figma'], soft: ['Interviewing', 'Writing'] },
  target_position: 'Marketing Manager',
  company: 'Harbour & Pine',
};
const coverLetter = {
  recipient: { name: 'Morgan Ellis', title: 'Head of Growth', company: 'Harbour & Pine' },
  position: { title: 'Marketing Manager', reference: 'HP-204' },
  content: {
    opening_paragraph: 'Your opening for a marketing manager describes the work I like best.',
    body_paragraphs: [
      'At Prairie Ledger I turned interviews with readers into a programme that still grows by itself.',
      'I would gladly walk you through it: {{calendly_url}}',
    ],
    closing_paragraph: 'Thank you for reading; I look forward to hearing from you.',
  },
};

/** As a person's browser asks, so that the click counts as a person's. */
const browser = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'accept-language': 'en-CA,en;q=0.7',
};

async function call(method, path, body) {
  say(`\n$ ${method} ${path}`);
  const response = await fetch(base + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(apiKey ? { 'x-api-key': apiKey } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
  }).catch((error) => {
    throw new Error(
      `Nothing answers at ${base} (${error.cause?.code ?? error.message}). Start it with "npm start", then run the demo again.`,
    );
  });
  if (response.status >= 400) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

async function callJson(method, path, body) {
  const answer = await (await call(method, path, body)).json();
  say(JSON.stringify(answer, null, 2));
  return answer;
}

async function download(document) {
  const response = await call('GET', new URL(document.download_url, base).pathname);
  const bytes = Buffer.from(await response.arrayBuffer());
  const path = join(outputDir, document.filename);
  writeFileSync(path, bytes);
  say(`${bytes.length} bytes → ${path}`);
  const zip = new PizZip(bytes);
  for (const [name, file] of Object.entries(zip.files)) {
    if (!name.endsWith('.rels')) continue;
    for (const [, target] of file.asText().matchAll(/Type="[^"]*\/hyperlink"[^>]*Target="([^"]*)"/g)) {
      say(`  real hyperlink in ${name}: ${target}`);
    }
  }
}

/** Counting is asynchronous and takes milliseconds; two seconds is the promise. */
async function untilCounted(trackingId) {
  const path = `/api/link-tracking/analytics/${trackingId}`;
  const headers = apiKey ? { 'x-api-key': apiKey } : {};
  const deadline = Date.now() + 2_000;
  while (Date.now() < deadline) {
    const response = await fetch(base + path, { headers });
    if (response.ok && (await response.json()).click_statistics.total_clicks > 0) return path;
    await sleep(50);
  }
  throw new Error(`The click did not show at ${path} within two seconds.`);
}

async function main() {
  mkdirSync(outputDir, { recursive: true });
  say('1. The candidate’s links');
  await callJson('PUT', `/api/candidates/${userId}`, candidate);

  say('\n2. A resume and a cover letter for one application');
  const personal = await callJson('GET', `/api/candidates/${userId}`);
  const documents = [
    await callJson('POST', '/resume', { personal, ...ids, ...resume }),
    await callJson('POST', '/cover-letter', { personal, ...ids, ...coverLetter }),
  ];
  for (const document of documents) await download(document);

  say('\n3. Somebody opens the Calendly link');
  say('(After four seconds: a click within three of minting would be suspected of being a scanner’s.)');
  await sleep(4_000);
  const link = documents[0].links.find(({ variable }) => variable === 'calendly_url');
  if (!link) throw new Error('The resume holds no tracked Calendly link.');
  const path = new URL(link.redirect_url).pathname;
  say(`\n$ GET ${path}`);
  // Not fetch: it says `Sec-Fetch-Mode: cors`, which no browser does that opens a page.
  const { statusCode, headers } = await request(base + path, { headers: browser });
  say(`${statusCode} → ${headers.location}`);
  if (statusCode !== 302) throw new Error('The tracked link did not redirect.');

  say('\n4. What the candidate learns');
  await callJson('GET', await untilCounted(link.tracking_id));
  await callJson('GET', `/api/link-tracking/job/${jobId}/links`);
  await callJson('GET', `/api/link-tracking/application/${applicationId}/links`);
  await callJson('GET', '/api/link-tracking/report?days=7');
  say(`\nDone. The documents are in ${outputDir}; click the links in them and ask again.`);
}

main().catch((error) => {
  process.stderr.write(`\nThe demo stopped: ${error.message}\n`);
  process.exitCode = 1;
});
