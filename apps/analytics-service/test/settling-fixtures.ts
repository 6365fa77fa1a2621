import type { SettledClass } from '../src/classification/classify.js';

/** A hit of one visitor from one network, at a second, on one of a document's links. */
interface FixtureHit {
  second: number;
  link: string;
  reasons?: readonly string[];
  isAfterPreflight?: boolean;
  isFlagged?: boolean;
}

/** Clicks judged beside each other, and what the last of them is told to be. */
export interface SettlingFixture {
  what: string;
  hits: readonly FixtureHit[];
  /** Of the document. */
  links: number;
  class: SettledClass;
  score: number;
  reasons: readonly string[];
  why: string;
}

export const SETTLING_FIXTURES: readonly SettlingFixture[] = [
  {
    what: 'Two links within a second',
    hits: [
      { second: 0, link: 'a' },
      { second: 0.9, link: 'b' },
    ],
    links: 4,
    class: 'machine',
    score: 60,
    reasons: ['burst'],
    why: 'no hand is so quick',
  },
  {
    what: 'Two links within four seconds',
    hits: [
      { second: 0, link: 'a' },
      { second: 4, link: 'b' },
    ],
    links: 4,
    class: 'human',
    score: 0,
    reasons: [],
    why: 'a reader who opens two tabs',
  },
  {
    what: 'Three links within five seconds',
    hits: [
      { second: 0, link: 'a' },
      { second: 2, link: 'b' },
      { second: 5, link: 'c' },
    ],
    links: 5,
    class: 'machine',
    score: 60,
    reasons: ['burst'],
    why: 'a scanner walks the document',
  },
  {
    what: 'Every link within ten seconds',
    hits: [
      { second: 0, link: 'a' },
      { second: 3, link: 'b' },
      { second: 6, link: 'c' },
      { second: 9, link: 'd' },
    ],
    links: 4,
    class: 'machine',
    score: 60,
    reasons: ['burst'],
    why: 'a slower one',
  },
  {
    what: 'The same link twice within ten seconds',
    hits: [
      { second: 0, link: 'a' },
      { second: 6, link: 'a' },
    ],
    links: 4,
    class: 'duplicate',
    score: 0,
    reasons: ['repeated'],
    why: 'a double click counts once',
  },
  {
    what: 'The same link again after a minute',
    hits: [
      { second: 0, link: 'a' },
      { second: 60, link: 'a' },
    ],
    links: 4,
    class: 'human',
    score: 0,
    reasons: [],
    why: 'came back',
  },
  {
    what: 'A click from a network with a burst a quarter of an hour ago at most',
    hits: [{ second: 0, link: 'a', isFlagged: true }],
    links: 4,
    class: 'suspected',
    score: 40,
    reasons: ['flagged_network'],
    why: 'perhaps the scanner, perhaps the person it works for',
  },
  {
    what: 'The same after Word’s own request',
    hits: [{ second: 0, link: 'a', isFlagged: true, isAfterPreflight: true }],
    links: 4,
    class: 'human',
    score: 0,
    reasons: ['flagged_network', 'office_preflight_before'],
    why: 'somebody has the document open in Word',
  },
  {
    what: 'A Windows 365 desktop after Word’s own request',
    hits: [{ second: 0, link: 'a', reasons: ['microsoft_network:microsoft'], isAfterPreflight: true }],
    links: 4,
    class: 'human',
    score: 0,
    reasons: ['microsoft_network:microsoft', 'office_preflight_before'],
    why: 'scanners do not open Word',
  },
];
