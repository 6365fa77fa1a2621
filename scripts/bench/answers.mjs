/**
 * What analytics' answers cost at BENCH_CLICKS clicks (10,000,000) beside a hundredth of them: p95 over HTTP, each
 * question about many different links, jobs and users in turn, one after another. The rows are the product's own in
 * every column, the counters are built by its repair. Last come the bytes that a click takes on disk, with its indexes
 * and its share of the counters.
 */
import { startBenchDatabase } from './answers/bench-database.mjs';
import { JOBS, LINKS, openAnswers, USERS, VIRAL } from './answers/open-answers.mjs';

const CLICKS = Number(process.env.BENCH_CLICKS ?? 10_000_000);
const ASKED = Number(process.env.BENCH_QUESTIONS ?? 100);
const WARM = 10;
/** A table that nobody reads on has its next rows under way: they are none of the next answer's. */
const PAUSE_MS = 100;

const LINK = '/api/link-tracking/analytics';
const JOB = '/api/link-tracking/job';
const REPORT = '/api/link-tracking/report';
const INSIGHTS = '/api/analytics';
const dayAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const MONTH = `&from=${dayAgo(29)}&to=${dayAgo(-1)}`;
/** Another answer is one more line. `n` counts up. */
const QUESTIONS = {
  link: (n) => `${LINK}/${linkOf(n)}`,
  'link, the one in twenty clicks': () => `${LINK}/${VIRAL}`,
  'link, its suspected clicks': (n) => `${LINK}/${linkOf(n)}?class=suspected`,
  'link, 30 days in Berlin': (n) => `${LINK}/${linkOf(n)}?days=30&timezone=Europe/Berlin`,
  job: (n) => `${JOB}/job-${n % JOBS}/links`,
  'job, 30 days': (n) => `${JOB}/job-${n % JOBS}/links?days=30`,
  'job, 30 days in Kolkata': (n) => `${JOB}/job-${n % JOBS}/links?days=30&timezone=Asia/Kolkata`,
  application: (n) => `/api/link-tracking/application/app-${n % JOBS}/links`,
  report: () => `${REPORT}?days=30`,
  'report, 90 days in Kolkata': () => `${REPORT}?days=90&timezone=Asia/Kolkata`,
  'report, of a user': (n) => `${REPORT}?days=30&user_id=user-${n % USERS}`,
  'report, of a job': (n) => `${REPORT}?days=30&job_id=job-${n % JOBS}`,
  funnel: () => '/api/analytics/funnel?group_by=function',
  'engagement summary': () => '/api/analytics/engagement-summary',
  'engagement to outcome': () => '/api/analytics/engagement-to-outcome',
  'link function effectiveness': () => '/api/analytics/link-function-effectiveness',
  'application engagement': (n) => `/api/analytics/application-engagement/app-${n % JOBS}`,
  'funnel, by company, with the period before': () =>
    `${INSIGHTS}/funnel?group_by=company&compare=previous${MONTH}`,
  'funnel, by job board': () => `${INSIGHTS}/funnel?group_by=job_board`,
  'funnel, by company': () => `${INSIGHTS}/funnel?group_by=company`,
  'funnel, by job': () => `${INSIGHTS}/funnel?group_by=job`,
  'funnel, of a user': (n) => `${INSIGHTS}/funnel?group_by=company&user_id=user-${n % USERS}`,
  'best jobs': () => `${INSIGHTS}/jobs`,
  sources: () => `${INSIGHTS}/sources`,
  'sources, 30 days in Kolkata, with the period before': () =>
    `${INSIGHTS}/sources?compare=previous&timezone=Asia/Kolkata${MONTH}`,
  'timeline of an application': (n) => `/api/applications/app-${n % JOBS}/timeline`,
  applications: () => '/api/applications?limit=50',
  'applications, by company': () => '/api/applications?limit=50&sort=company',
  'applications, by score': () => '/api/applications?limit=50&sort=score',
  'applications, searched': (n) => `/api/applications?limit=50&q=company%20${n % 700}`,
  'applications, opened, of a board': () => '/api/applications?limit=50&opened=true&job_board=indeed',
  'applications, of a user, by clicks': (n) =>
    `/api/applications?limit=50&sort=clicks&user_id=user-${n % USERS}`,
  bookings: () => '/api/bookings?limit=50',
  'applications as CSV, first rows': () => '/api/applications.csv',
  'clicks as CSV, first rows': () => '/api/clicks.csv',
  'clicks of a link as CSV, first rows': (n) => `/api/clicks.csv?tracking_id=${linkOf(n)}`,
  'clicks of a user as CSV, first rows': (n) => `/api/clicks.csv?user_id=user-${n % USERS}${MONTH}`,
};

export async function run() {
  const server = await startBenchDatabase();
  try {
    const few = await measure(server.url, Math.max(1, Math.round(CLICKS / 100)));
    const many = await measure(server.url, CLICKS);
    const rows = Object.keys(QUESTIONS).map((name) => ({
      bench: `${name}, p95`,
      value: many.p95[name],
      unit: 'ms',
      floor: few.p95[name],
      floor_name: `at ${few.clicks.toLocaleString('en')} clicks, not ${many.clicks.toLocaleString('en')}`,
      ratio: many.p95[name] / few.p95[name],
    }));
    return [
      ...rows,
      {
        bench: 'storage',
        value: many.bytes,
        unit: 'bytes/click',
        floor: many.rowBytes,
        floor_name: 'the rows alone',
        ratio: many.bytes / many.rowBytes,
      },
    ];
  } finally {
    await server.stop();
  }
}

async function measure(url, clicks) {
  const service = await openAnswers(url, clicks);
  try {
    const p95 = {};
    for (const toPath of Object.values(QUESTIONS)) await ask(service, toPath, WARM);
    for (const [name, toPath] of Object.entries(QUESTIONS)) {
      const times = await ask(service, toPath, ASKED);
      p95[name] = times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)];
      console.error(`  ${clicks.toLocaleString('en')} clicks: ${name} p95 ${p95[name].toFixed(1)} ms`);
    }
    return { clicks, p95, ...(await service.measureStorage()) };
  } finally {
    await service.close();
  }
}

/** How long each answer took, ms; of a table that is streamed, until its first rows came. */
async function ask(service, toPath, times) {
  const took = [];
  for (let n = 0; n < times; n++) {
    const path = toPath(n * 7);
    const started = performance.now();
    const isTable = path.includes('.csv');
    const { statusCode, payload } = await (isTable ? service.getRows(path) : service.get(path));
    took.push(performance.now() - started);
    if (isTable) await new Promise((go) => setTimeout(go, PAUSE_MS));
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${payload}`);
  }
  return took;
}

function linkOf(n) {
  return `lt_link_${(n % (LINKS - 1)) + 1}`;
}
