import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FIXTURE_DAY, REQUEST_FIXTURES, type RequestFixture } from '../../test/request-fixtures.js';
import { sampleClick } from '../../test/sample-events.js';
import { SETTLING_FIXTURES, type SettlingFixture } from '../../test/settling-fixtures.js';
import { judgeClick } from '../ingest/judge-click.js';
import { type Hit, settleHits } from '../settling/settle-hits.js';
import { scoreOf } from './rules.js';

const DOCS = readFileSync(join(import.meta.dirname, '../../../../docs/classification.md'), 'utf8');

function render({ what, class: verdict, score, reasons, why }: RequestFixture | SettlingFixture): string {
  const list = reasons.map((reason) => `\`${reason}\``).join(', ') || '–';
  return `| ${what} | ${verdict} | ${score} | ${list} | ${why} |`;
}

function toHits(fixture: SettlingFixture): Hit[] {
  return fixture.hits.map(
    ({ second, link, reasons = [], isAfterPreflight = false, isFlagged = false }, i) => ({
      clickId: String(i),
      clickedAtMs: second * 1_000,
      trackingId: link,
      document: 'one',
      answer: 'redirect',
      class: 'human',
      score: scoreOf(reasons),
      reasons,
      clickSource: 'document-or-app',
      sessionId: 'one',
      isAfterPreflight,
      isFlagged,
    }),
  );
}

describe('the documented table of requests', () => {
  it.each(REQUEST_FIXTURES)('$what: $class', ({ event, source, ...expected }) => {
    const row = judgeClick(
      sampleClick({ occurred_at: FIXTURE_DAY, secure: true, ...event }),
      () => undefined,
    );
    const { class: verdict, score, reasons } = row;
    expect({ class: verdict, score, reasons }).toEqual({
      class: expected.class,
      score: expected.score,
      reasons: expected.reasons,
    });
    if (source) expect(row.clickSource).toBe(source);
  });

  it.each(SETTLING_FIXTURES)('$what: $class', (fixture) => {
    const hits = toHits(fixture);
    const last = String(hits.length - 1);
    const settled = settleHits(hits, () => fixture.links).changed.get(last) ?? hits.at(-1);
    expect(settled).toMatchObject({ class: fixture.class, score: fixture.score, reasons: fixture.reasons });
  });

  it('holds every one of them, as the rules judge it', () => {
    const rows = DOCS.split('\n').filter((line) => /^\| [^-]/.test(line) && line.split('|').length === 7);
    const documented = rows.filter((line) => !line.includes('| class |'));
    expect(documented).toEqual([...REQUEST_FIXTURES, ...SETTLING_FIXTURES].map(render));
    expect(REQUEST_FIXTURES.length).toBeGreaterThanOrEqual(40);
  });
});
