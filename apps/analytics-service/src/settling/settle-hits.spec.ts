import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Hit, settleHits } from './settle-hits.js';

let ids = 0;
function hit(overrides: Partial<Hit> = {}): Hit {
  return {
    clickId: `click-${++ids}`,
    clickedAtMs: 0,
    trackingId: 'lt_calendly_1',
    document: 'jordan a:app-1',
    answer: 'redirect',
    class: 'human',
    score: 0,
    reasons: [],
    clickSource: 'document-or-app',
    sessionId: 'session-1',
    isAfterPreflight: false,
    isFlagged: false,
    ...overrides,
  };
}

/** Hits on different links of one document at these moments. */
function hitsAt(...moments: number[]): Hit[] {
  return moments.map((clickedAtMs, i) => hit({ clickedAtMs, trackingId: `lt_link_${i}` }));
}

function classes(hits: readonly Hit[], links = 100) {
  const { changed } = settleHits(hits, () => links);
  return hits.map(({ clickId, class: held }) => changed.get(clickId)?.class ?? held);
}

describe('settleHits', () => {
  it.each([
    ['two links within a second', [0, 1_000], 100, true],
    ['two links in more than a second', [0, 1_001], 100, false],
    ['three links within five seconds', [0, 2_500, 5_000], 100, true],
    ['three links in more than five seconds', [0, 2_500, 5_001], 100, false],
    ['all four links within ten seconds', [0, 3_000, 6_500, 10_000], 4, true],
    ['four of five links within ten seconds', [0, 3_000, 6_500, 10_000], 5, false],
    ['both links within ten seconds', [0, 9_000], 2, true],
    ['one link of a document of one', [0], 1, false],
  ])('%s: a burst is %s', (_name, moments, links, isBurst) => {
    const expected = moments.map(() => (isBurst ? 'machine' : 'human'));
    expect(classes(hitsAt(...moments), links)).toEqual(expected);
  });

  it('takes links of different documents, or of none, for no burst', () => {
    const [first, second] = hitsAt(0, 10);
    expect(classes([{ ...hit(), ...first }, hit({ ...second, document: 'jordan a:app-2' })])).toEqual([
      'human',
      'human',
    ]);
    expect(classes(hitsAt(0, 10).map((each) => ({ ...each, document: undefined })))).toEqual([
      'human',
      'human',
    ]);
  });

  it('does not take the number of links for known where it is not', () => {
    const hits = hitsAt(0, 9_000);
    expect(settleHits(hits, () => undefined).changed.size).toBe(0);
  });

  it('lets a probe take part in a burst without judging it', () => {
    const [probe, click] = hitsAt(0, 500);
    const hits = [
      hit({ ...probe, answer: 'probe', class: 'machine', reasons: ['answer:probe'] }),
      hit(click),
    ];
    const { changed } = settleHits(hits, () => 100);
    expect([...changed.values()]).toMatchObject([{ class: 'machine', score: 60, reasons: ['burst'] }]);
  });

  it('counts a repeated click of a visitor once, and clicks of another visitor or link by themselves', () => {
    const hits = [
      hit({ clickedAtMs: 0 }),
      hit({ clickedAtMs: 10_000 }),
      hit({ clickedAtMs: 20_001 }),
      hit({ clickedAtMs: 20_001, sessionId: 'session-2' }),
      hit({ clickedAtMs: 25_000, trackingId: 'lt_linkedin_1', document: undefined }),
    ];
    expect(classes(hits)).toEqual(['human', 'duplicate', 'human', 'human', 'human']);
  });

  it('counts a person’s click although a machine’s with the same session came before', () => {
    const machine = hit({ class: 'machine', score: 100, reasons: ['isbot'] });
    expect(classes([machine, hit({ clickedAtMs: 500 })])).toEqual(['machine', 'human']);
  });

  it('holds a flagged network against a click, but not twice against a burst', () => {
    const alone = settleHits([hit({ isFlagged: true })], () => 100).changed;
    expect([...alone.values()]).toMatchObject([
      { class: 'suspected', score: 40, reasons: ['flagged_network'] },
    ]);
    const burst = hitsAt(0, 10).map((each) => ({ ...each, isFlagged: true }));
    const { changed } = settleHits(burst, () => 100);
    expect([...changed.values()]).toMatchObject([{ score: 60 }, { score: 60 }]);
  });

  it('holds a burst against what follows it in the same reading, for a quarter of an hour', () => {
    const burst = hitsAt(1, 15);
    const later = [999, 1_000, 900_999, 901_000].map((clickedAtMs, i) =>
      hit({ clickedAtMs, document: `other-${i}`, sessionId: `session-${i}` }),
    );
    expect(classes([...burst, ...later])).toEqual([
      ...['machine', 'machine', 'human', 'suspected', 'suspected', 'human'],
    ]);
    const { flags } = settleHits(burst, () => 100);
    expect(flags).toEqual([1_000]);
    expect(settleHits(later, () => 100, flags).changed.size).toBe(2);
  });

  it('believes a click after Office’s own request, and says that it came from Word', () => {
    const reasons = ['microsoft_network:microsoft', 'no_accept_language'];
    const remote = hit({ class: 'machine', score: 65, reasons, isAfterPreflight: true });
    const { changed } = settleHits([remote], () => 100);
    expect([...changed.values()]).toEqual([
      {
        class: 'suspected',
        score: 25,
        reasons: [...reasons, 'office_preflight_before'],
        clickSource: 'document:word',
      },
    ]);
    const named = settleHits([hit({ clickSource: 'email', isAfterPreflight: true })], () => 100).changed;
    expect([...named.values()]).toMatchObject([{ clickSource: 'email' }]);
  });

  it('changes no click that named itself a machine', () => {
    const bot = hit({ class: 'machine', score: 100, reasons: ['isbot'], isAfterPreflight: true });
    const { changed } = settleHits([bot], () => 100);
    expect([...changed.values()]).toMatchObject([{ class: 'machine', score: 100, reasons: ['isbot'] }]);
  });

  it('takes back what no longer holds, and changes nothing when asked again', () => {
    const anyHit = fc.record({
      clickedAtMs: fc.nat(30_000),
      trackingId: fc.constantFrom('lt_a', 'lt_b', 'lt_c'),
      document: fc.constantFrom('d1', 'd2', undefined),
      answer: fc.constantFrom('redirect' as const, 'redirect' as const, 'probe' as const),
      reasons: fc.subarray(['no_accept_language', 'hosting_network:amazon', 'isbot', 'reported']),
      sessionId: fc.constantFrom('s1', 's2', undefined),
      isAfterPreflight: fc.boolean(),
      isFlagged: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyHit, { maxLength: 30 }), (records) => {
        const hits = records.map((each) => hit(each)).sort((a, b) => a.clickedAtMs - b.clickedAtMs);
        const apply = (held: readonly Hit[]) => {
          const { changed } = settleHits(held, () => 3);
          return held.map((each) => ({ ...each, ...changed.get(each.clickId) }));
        };
        const once = apply(hits);
        expect(apply(once)).toEqual(once);
        const again = apply(once.map((each) => ({ ...each, isFlagged: false, isAfterPreflight: false })));
        const fresh = apply(hits.map((each) => ({ ...each, isFlagged: false, isAfterPreflight: false })));
        expect(again.map((each) => [each.class, each.score, each.reasons])).toEqual(
          fresh.map((each) => [each.class, each.score, each.reasons]),
        );
      }),
      { numRuns: 500 },
    );
  });
});
