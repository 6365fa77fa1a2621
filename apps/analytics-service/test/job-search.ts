import { v7 as uuidv7 } from 'uuid';
import type { ClickRecorded, DocumentGenerated, LinkChanged } from '#contracts';
import { sampleClick, sampleDocument, sampleLink } from './sample-events.js';

/** What happened, as only the one who made it up can know. */
export interface Truth {
  applicationId: string;
  company: string;
  jobBoard: string | null;
  functions: readonly string[];
  sentAtMs: number;
  /** Clicks of people, each counted once. */
  visits: { linkFunction: string; atMs: number }[];
  bookings: { linkFunction: string | null; atMs: number; status: 'active' | 'canceled' | 'no_show' }[];
  /** What a person sets by hand. */
  edit?: { job_board?: string; sent_at?: string; outcome: 'none' | 'interview' | 'offer' };
}

export interface JobSearch {
  truths: Truth[];
  documents: DocumentGenerated[];
  links: LinkChanged[];
  /** In the order in which they arrive, which is not that in which they happened. */
  clicks: ClickRecorded[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FUNCTIONS = ['Calendly', 'LinkedIn', 'Portfolio', 'GitHub'];
const BOARDS = ['LinkedIn', 'Indeed', 'StepStone', 'Wellfound', null];
const OFFICE = 'Microsoft Office Word 2014 (16.0.17328)';

type Random = () => number;
type Network = () => string;

/** A search for work whose every click is known to be a person's or not. The same seed makes the same search. */
export function simulateJobSearch({ applications, seed }: { applications: number; seed: number }): JobSearch {
  const random = seededRandom(seed);
  const nextNetwork = countNetworks();
  const search: JobSearch = { truths: [], documents: [], links: [], clicks: [] };
  // From a midnight on, so that no run has other clicks at the turn of a day than another.
  const start = (Math.floor(Date.now() / DAY_MS) - 25) * DAY_MS;
  for (let i = 0; i < applications; i++) {
    const truth = imagineApplication(i, { random, start });
    search.truths.push(truth);
    search.links.push(...truth.functions.map((linkFunction) => toLink(truth, linkFunction)));
    search.documents.push(...toDocuments(truth, random));
    search.clicks.push(...imaginePeople(truth, random, nextNetwork));
    search.clicks.push(...imagineMachines(truth, random, nextNetwork));
    imagineBookings(truth, random);
    if (random() < 0.4) editByHand(truth, random);
  }
  search.clicks = shuffle(search.clicks, random);
  search.documents = shuffle(search.documents, random);
  return search;
}

function imagineApplication(i: number, { random, start }: { random: Random; start: number }): Truth {
  const others = shuffle(FUNCTIONS.slice(1), random).slice(0, 1 + Math.floor(random() * 3));
  return {
    applicationId: `app-${i}`,
    company: `Company ${i % 23}`,
    jobBoard: BOARDS[Math.floor(random() * BOARDS.length)] ?? null,
    functions: random() < 0.9 ? ['Calendly', ...others] : [...others, 'Resume'],
    sentAtMs: Math.floor(start + random() * 15 * DAY_MS),
    visits: [],
    bookings: [],
  };
}

const trackingId = ({ applicationId }: Truth, linkFunction: string) =>
  `lt_${linkFunction.toLowerCase()}_${applicationId.replace('-', '_')}`;

function toLink(truth: Truth, linkFunction: string): LinkChanged {
  const { applicationId, sentAtMs } = truth;
  return sampleLink({
    tracking_id: trackingId(truth, linkFunction),
    job_id: `job-of-${applicationId}`,
    application_id: applicationId,
    link_function: linkFunction,
    created_at: new Date(sentAtMs - 500).toISOString(),
  });
}

function toDocuments({ applicationId, company, jobBoard, sentAtMs }: Truth, random: Random) {
  const document = (kind: 'resume' | 'cover_letter', atMs: number) =>
    sampleDocument({
      kind,
      occurred_at: new Date(atMs).toISOString(),
      job_id: `job-of-${applicationId}`,
      application_id: applicationId,
      company,
      job_board: jobBoard ?? undefined,
    });
  const letter = random() < 0.6 ? [document('cover_letter', sentAtMs + HOUR_MS)] : [];
  return [document('resume', sentAtMs), ...letter];
}

interface Hit {
  atMs: number;
  linkFunction: string;
  ip: string;
  overrides?: Partial<ClickRecorded>;
}

function toClick(truth: Truth, { atMs, linkFunction, ip, overrides }: Hit): ClickRecorded {
  return sampleClick({
    occurred_at: new Date(Math.floor(atMs)).toISOString(),
    tracking_id: trackingId(truth, linkFunction),
    job_id: `job-of-${truth.applicationId}`,
    application_id: truth.applicationId,
    link_function: linkFunction,
    link_created_at: new Date(truth.sentAtMs - 500).toISOString(),
    ip,
    ...overrides,
  });
}

/** People read at their own pace from places of their own; some click twice, use Word, or do not want to be tracked. */
function imaginePeople(truth: Truth, random: Random, nextNetwork: Network): ClickRecorded[] {
  const people = random() < 0.45 ? 1 + Math.floor(random() * 3) : 0;
  return Array.from({ length: people }).flatMap(() => {
    const ip = nextNetwork();
    const isAnonymous = random() < 0.1;
    let atMs = Math.floor(truth.sentAtMs + 5 * MINUTE_MS + random() * 72 * HOUR_MS);
    const read = shuffle(truth.functions, random).slice(0, 1 + Math.floor(random() * 2));
    return read.flatMap((linkFunction) => {
      atMs += Math.floor((1 + random() * 20) * MINUTE_MS);
      truth.visits.push({ linkFunction, atMs });
      if (isAnonymous) return [toClick(truth, { atMs, linkFunction, ip, overrides: ANONYMOUS })];
      const hit = { atMs, linkFunction, ip };
      return [
        toClick(truth, hit),
        ...(random() < 0.2 ? [toClick(truth, { ...hit, atMs: atMs + 3_000 })] : []),
        ...(random() < 0.3 ? [toClick(truth, { ...hit, atMs: atMs - 5_000, overrides: PREFLIGHT })] : []),
      ];
    });
  });
}

const ANONYMOUS = {
  do_not_track: true,
  class_hint: 'human',
  ip: undefined,
  user_agent: undefined,
  headers: undefined,
} as const;
const PREFLIGHT = { answer: 'preflight', method: 'HEAD', user_agent: OFFICE } as const;

/** None of these is a person, whatever they call themselves. */
function imagineMachines(truth: Truth, random: Random, nextNetwork: Network): ClickRecorded[] {
  const [first = 'Calendly'] = truth.functions;
  const sometime = () => Math.floor(truth.sentAtMs + 2 * MINUTE_MS + random() * 96 * HOUR_MS);
  const single = (overrides: Partial<ClickRecorded>) => [
    toClick(truth, { atMs: sometime(), linkFunction: first, ip: nextNetwork(), overrides }),
  ];
  const kinds: [probability: number, make: () => ClickRecorded[]][] = [
    [0.4, () => imagineScanner(truth, sometime(), nextNetwork())],
    [0.2, () => single({ user_agent: 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' })],
    [0.2, () => single({ user_agent: 'curl/8.5.0', headers: {} })],
    [0.25, () => single(PREFLIGHT)],
    [0.1, () => single({ answer: 'probe', method: 'HEAD' })],
    [0.1, () => single({ answer: 'prefetch' })],
    [0.15, () => single({ headers: { accept: 'text/html' } })],
    [0.1, () => single({ own_click: true })],
  ];
  return kinds.flatMap(([probability, make]) => (random() < probability ? make() : []));
}

/** With a browser's own headers: only its haste gives it away, and only beside its other clicks. */
function imagineScanner(truth: Truth, atMs: number, ip: string): ClickRecorded[] {
  return truth.functions.map((linkFunction, i) => toClick(truth, { atMs: atMs + i * 200, linkFunction, ip }));
}

function imagineBookings(truth: Truth, random: Random): void {
  const opened = truth.visits.find(({ linkFunction }) => linkFunction === 'Calendly');
  const book = (status: Truth['bookings'][number]['status'], linkFunction: string | null) =>
    truth.bookings.push({
      status,
      linkFunction,
      atMs: Math.floor((opened?.atMs ?? truth.sentAtMs) + (0.5 + random() * 40) * HOUR_MS),
    });
  if (opened && random() < 0.5) book(random() < 0.2 ? 'no_show' : 'active', 'Calendly');
  if (opened && random() < 0.2) book('canceled', 'Calendly');
  if (random() < 0.05) book('active', null);
}

/** Interviews come more often of applications that people opened. */
function editByHand(truth: Truth, random: Random): void {
  const isAsked = random() < (truth.visits.length > 0 ? 0.7 : 0.2);
  truth.edit = { outcome: isAsked ? (random() < 0.3 ? 'offer' : 'interview') : 'none' };
  if (random() < 0.5) return;
  truth.jobBoard = 'By hand';
  truth.sentAtMs -= 3 * HOUR_MS;
  truth.edit = { ...truth.edit, job_board: truth.jobBoard, sent_at: new Date(truth.sentAtMs).toISOString() };
}

export function toBookingRows(truth: Truth): unknown[][] {
  return truth.bookings.map(({ linkFunction, atMs, status }) => [
    uuidv7(),
    linkFunction && trackingId(truth, linkFunction),
    truth.applicationId,
    status,
    new Date(atMs),
  ]);
}

/** Everybody is somewhere else: clicks from one network are judged beside each other. */
function countNetworks(): Network {
  let n = 0;
  return () => `10.${Math.floor(++n / 250)}.${n % 250}.7`;
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** A linear congruential generator: plain, and the same everywhere. */
function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
