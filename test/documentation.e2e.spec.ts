import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '#testing';
import { runDocumentation, type Substitution } from './documentation/run-documentation.js';
import { TypeScriptPrograms } from './documentation/typescript-programs.js';
import { BROWSER } from './main-job.js';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

const ROOT = join(import.meta.dirname, '..');
const OLD_LINK = 'lt_calendly_abc123';
const dataDir = newDataDir();
let system: RunningSystem;

beforeAll(async () => {
  const port = await freePort([0, 1000]);
  system = await startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: { PORT: String(port), GRPC_PORT: String(port + 1000), DATA_DIR: dataDir },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 60_000,
  });
  await seedOldLink();
}, 90_000);
afterAll(async () => {
  await system?.stop();
}, 60_000);

function running() {
  const databaseUrl = readFileSync(join(dataDir, 'postgres/connection-url'), 'utf8').trim();
  return { url: system.url, databaseUrl, env: { ENABLE_URL_TRACKING: 'true' } };
}

async function send(method: string, path: string, body: object) {
  const response = await fetch(system.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
}

/** An application of before, whose link the texts take as their example: five clicks of three people. */
async function seedOldLink() {
  const { Client } = await import('pg');
  const database = new Client({ connectionString: running().databaseUrl });
  await database.connect();
  await database.query(
    `INSERT INTO link_tracking (tracking_id, link_function, link_type, original_url, redirect_url, job_id, created_at)
     VALUES ($1, 'Calendly', 'external', 'https://calendly.com/jordan-avery/30min', $2, 'job-0', '2025-10-01T00:00:00Z')`,
    [OLD_LINK, `${system.url}/track/${OLD_LINK}`],
  );
  await database.end();
  for (const [index, visitor] of ['a', 'a', 'b', 'c', 'c'].entries()) {
    await send('POST', '/api/link-tracking/record-click', {
      tracking_id: OLD_LINK,
      clicked_at: `2025-10-09T15:${String(index * 7).padStart(2, '0')}:00Z`,
      ip_address: '203.0.113.7',
      user_agent: BROWSER,
      session_id: visitor,
      metadata: {},
    });
  }
}

const PERSON = '{"full_name": "Jordan Avery", "email": "jordan@example.com"}';
const LETTER =
  '{"opening_paragraph": "Hello.", "body_paragraphs": ["More."], "closing_paragraph": "Thanks."}';

/** What a reader fills in. */
const substitutions = (): Substitution[] => [
  ['http://localhost:5000', system.url],
  ['"personal": {...}', `"personal": ${PERSON}`],
  ['"content": {...}', `"content": ${LETTER}`],
  ["requests.post('/", `requests.post('${system.url}/`],
  ['json={..., ', `json={"personal": ${PERSON}, `],
  ['application_id = f"app_{datetime', 'from datetime import datetime\napplication_id = f"app_{datetime'],
];

/** SQL by hand changes candidates that are there. */
async function addCandidatesOf(text: string) {
  for (const [, userId] of text.matchAll(/WHERE user_id = '(\w+)'/g))
    await send('PUT', `/api/candidates/${userId}`, {});
}

/** The product's own guide, and the one of the system that it replaces where that lies beside this repository. */
const GUIDES = ['docs/guide.md', '../shared/guide.md'].filter((path) => existsSync(join(ROOT, path)));

it.each(GUIDES)(
  'every program of %s runs and prints what the text shows',
  async (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    await addCandidatesOf(text);
    const { ran, faults } = await runDocumentation(text, running(), substitutions());
    expect(faults).toEqual([]);
    for (const language of ['bash', 'python', 'sql']) expect(ran[language]).toBeGreaterThan(3);
  },
  60_000,
);

it.each([
  ['quick-start', 'Calendly clicks for this job: 0'],
  ['errors', '404 link_not_found: Tracking ID not found\n400 invalid_url'],
])(
  'the client, installed as a package, runs its example %s',
  async (name, printed) => {
    const programs = await TypeScriptPrograms.create();
    try {
      const code = readFileSync(join(ROOT, `libs/client/examples/${name}.ts`), 'utf8');
      expect(await programs.run(code, { FOOTFALL_URL: system.url })).toContain(printed);
    } finally {
      programs.remove();
    }
  },
  60_000,
);
