import type { ClickClass, ClickFacts } from '../api/clicks.js';

/** What a click was judged as, short enough for a badge. */
export const CLASS_NAMES: Readonly<Record<ClickClass, string>> = {
  human: 'Person',
  suspected: 'Uncertain',
  machine: 'Machine',
  duplicate: 'Repeat',
  inferred: 'Opened in Word',
  self: 'You',
};

const WHO: Readonly<Record<ClickClass, string>> = {
  human: 'a person',
  suspected: 'a person or a machine',
  machine: 'a machine',
  duplicate: 'the same person again',
  inferred: 'somebody in Word',
  self: 'you',
};

const SOURCES: Readonly<Record<string, string>> = {
  email: 'from an e-mail',
  linkedin: 'from LinkedIn',
  ats: 'from an applicant tracking system',
  job_board: 'from a job board',
  search: 'from a search engine',
  social: 'from a social network',
  'document:word': 'from Word',
  'document-or-app': 'from a document or an app',
  'web-hidden': 'from a web page that hid itself',
  external: 'from another web page',
};

/** Says little: browsers freeze what they call their system. */
const VERSION = / [\d.]+$/;

const SOURCE_NAMES: Readonly<Record<string, string>> = {
  email: 'E-mail',
  linkedin: 'LinkedIn',
  ats: 'Applicant tracking systems',
  job_board: 'Job boards',
  search: 'Search engines',
  social: 'Social networks',
  'document:word': 'Word',
  'document-or-app': 'Documents and apps',
  'web-hidden': 'Web pages that hide themselves',
  external: 'Other web pages',
  unknown: 'Not known',
};

/** A source as a heading; a reported click may name one of its own. */
export function saySource(source: string): string {
  return SOURCE_NAMES[source] ?? source;
}

/** `A person, Safari on macOS, Canada, from an e-mail`. */
export function sayWho(click: ClickFacts): string {
  const software = [click.browser, click.os].flatMap((name) => name?.replace(VERSION, '') ?? []).join(' on ');
  const place = [click.city, sayCountry(click.country)].filter(Boolean).join(', ');
  const sentence = [WHO[click.class] ?? click.class, software, place, SOURCES[click.click_source]]
    .filter(Boolean)
    .join(', ');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What a hit was that is no click. */
export function sayHit(click: ClickFacts): string | undefined {
  if (click.answer === 'preflight') return 'Word asked for the link before opening it';
  if (click.answer === 'probe') return 'A machine looked whether the link is there';
  if (click.answer === 'prefetch') return 'A browser loaded the link ahead of need';
  return undefined;
}

function sayCountry(code: string | null): string | undefined {
  if (!code) return undefined;
  try {
    return new Intl.DisplayNames(['en'], { type: 'region' }).of(code);
  } catch {
    return code;
  }
}

/** `Company_Website` as people write it. */
export function sayFunction(name: string): string {
  return name.replaceAll('_', ' ');
}
