import { SOURCE_TABLE } from './source-table.js';

export interface SourceFacts {
  answer: 'redirect' | 'preflight' | 'probe' | 'prefetch';
  doNotTrack: boolean;
  referrer?: string;
  userAgent?: string;
  headers?: Readonly<Record<string, string>>;
}

const OFFICE_AGENT = /ms-?office|Microsoft Office/i;
const EXACT = new Map<string, string>();
const ANY_TOP_LEVEL = new Map<string, string>();
const PATTERNS: { pattern: RegExp; source: string }[] = [];
const AGENTS: { part: string; source: string }[] = [];
for (const { source, hosts, agents = [] } of SOURCE_TABLE) {
  for (const host of hosts) registerHost(host, source);
  for (const part of agents) AGENTS.push({ part, source });
}

function registerHost(host: string, source: string): void {
  if (host.endsWith('.*')) ANY_TOP_LEVEL.set(host.slice(0, -2), source);
  else if (host.includes('*')) PATTERNS.push({ pattern: toPattern(host), source });
  else EXACT.set(host, source);
}

function toPattern(host: string): RegExp {
  const escaped = host.replaceAll('.', '\\.').replaceAll('*', '[^.]*');
  return new RegExp(`(?:^|\\.)${escaped}$`);
}

/**
 * Where a click came from: `email`, `linkedin`, `ats`, `job_board`, `search`, `social`, `external` (another site),
 * `document:word` (Office itself asked), `document-or-app` (nothing named: an app or an address bar),
 * `web-hidden` (a web viewer that hides itself), `unknown` (the visitor asked not to be tracked). Pure.
 */
export function findSource({ answer, doNotTrack, referrer, userAgent, headers }: SourceFacts): string {
  if (doNotTrack) return 'unknown';
  if (answer === 'preflight' && OFFICE_AGENT.test(userAgent ?? '')) return 'document:word';
  const host = referrer ? findHost(referrer) : undefined;
  if (host) return findHostSource(host) ?? 'external';
  const app = AGENTS.find(({ part }) => userAgent?.includes(part));
  if (app) return app.source;
  const site = headers?.['sec-fetch-site'];
  return site && site !== 'none' ? 'web-hidden' : 'document-or-app';
}

/** Host of an `http(s)` referrer or package of an `android-app://` one; undefined when it is neither. */
function findHost(referrer: string): string | undefined {
  const match = /^(?:https?|android-app):\/\/([^/?#\s]+)/i.exec(referrer);
  const authority = match?.[1]?.toLowerCase();
  return authority?.replace(/^.*@/, '').replace(/:\d*$/, '').replace(/\.$/, '') || undefined;
}

function findHostSource(host: string): string | undefined {
  const labels = host.split('.');
  for (let i = 0; i < labels.length; i++) {
    const exact = EXACT.get(labels.slice(i).join('.'));
    if (exact) return exact;
  }
  const pattern = PATTERNS.find((candidate) => candidate.pattern.test(host));
  if (pattern) return pattern.source;
  // "indeed.com" or "indeed.co.uk": the name stands one or two labels before the end.
  return ANY_TOP_LEVEL.get(labels.at(-2) ?? '') ?? findSecondLevelSource(labels);
}

function findSecondLevelSource(labels: readonly string[]): string | undefined {
  const [name = '', second = '', top = ''] = labels.slice(-3);
  return second.length <= 3 && top.length === 2 ? ANY_TOP_LEVEL.get(name) : undefined;
}
