import type { DataSource, EntityManager } from 'typeorm';
import { asBooked, BOOKED } from '../bookings/booked-verdict.js';
import { type ClickFacts, classify } from '../classification/classify.js';
import { RULES_VERSION, SETTLING_SIGNS } from '../classification/rules.js';
import {
  announceClassChanges,
  asRead,
  type ChangedVerdict,
  changeClasses,
} from '../settling/change-classes.query.js';
import { laneOf } from '../settling/settling.query.js';

/** Clicks judged by one transaction. */
const PAGE_CLICKS = 1_000;

export interface Reclassification {
  /** Clicks of the period. */
  clicks: number;
  /** Clicks whose class, score or reasons changed by the rules of arrival; settling may change more. */
  changed: number;
  /** Clicks past the age at which their facts went: their classes stay. */
  without_facts: number;
  rules_version: number;
}

interface KeptClick {
  clickId: string;
  clickedAt: string;
  clickedAtMs: number;
  answer: ClickFacts['answer'];
  class: ChangedVerdict['class'];
  score: number;
  reasons: string[];
  clickSource: string;
  rulesVersion: number;
  ip: string | null;
  userAgent: string | null;
  facts: {
    secure?: boolean;
    do_not_track?: boolean;
    own_click?: boolean;
    class_hint?: ClickFacts['classHint'];
    link_created_at?: string;
    headers?: Record<string, string>;
  } | null;
}

/** In the order of the primary key, so that no page reads more than itself. $3, $4 the click before. */
const PAGE = `
SELECT click_id AS "clickId", clicked_at::text AS "clickedAt",
  (extract(epoch FROM clicked_at) * 1000)::float8 AS "clickedAtMs", answer, class, score, reasons,
  click_source AS "clickSource", host(ip_address) AS ip, user_agent AS "userAgent", facts,
  rules_version AS "rulesVersion"
FROM link_clicks
WHERE clicked_at >= $1 AND clicked_at < $2 AND (click_id, clicked_at) > ($3::uuid, $4::timestamptz)
ORDER BY click_id, clicked_at LIMIT ${PAGE_CLICKS}`;

/** Puts the networks of these clicks down to settle again, at once. $1 click ids, $2 and $3 their first and last moment. */
const SETTLE_AGAIN = `
INSERT INTO settling (lane, due_at, networks, firsts, lasts)
SELECT ${laneOf('network')}, now(), array_agg(network), array_agg(first), array_agg(last)
FROM (
  SELECT network_of(ip_address) AS network, min(clicked_at) AS first, max(clicked_at) AS last
  FROM link_clicks
  WHERE click_id = ANY ($1) AND clicked_at BETWEEN $2::timestamptz AND $3::timestamptz AND ip_address IS NOT NULL
  GROUP BY 1
) AS networks GROUP BY 1`;

/**
 * Judges the clicks of a period again, from the facts that were kept, under the rules of this version; their counters
 * follow in the same transactions. Networks' clicks then settle anew through the queue, in the running service. Page by
 * page: safe to stop and to run again, and clicks may arrive meanwhile.
 *
 * @param from inclusive
 * @param to exclusive
 */
export async function reclassify(
  dataSource: DataSource,
  { from, to }: { from: Date; to: Date },
): Promise<Reclassification> {
  const result: Reclassification = { clicks: 0, changed: 0, without_facts: 0, rules_version: RULES_VERSION };
  let last = { clickedAt: '-infinity', clickId: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const page = await dataSource.transaction((manager) => judgePage(manager, { from, to, last, result }));
    const end = page.at(-1);
    if (!end) return result;
    last = end;
  }
}

interface Progress {
  from: Date;
  to: Date;
  last: { clickedAt: string; clickId: string };
  result: Reclassification;
}

async function judgePage(manager: EntityManager, { from, to, last, result }: Progress): Promise<KeptClick[]> {
  // Settling works on the same clicks: one of the two at a time, so that neither stores what the other took back.
  await manager.query("SELECT pg_advisory_xact_lock(hashtext('footfall-analytics-settling'))");
  await announceClassChanges(manager);
  const page: KeptClick[] = await manager.query(PAGE, [from, to, last.clickId, last.clickedAt]);
  if (page.length === 0) return page;
  const judged = page.filter(isJudgeable).map((click) => ({ click, verdict: judgeAgain(click) }));
  const changed = judged.filter(({ click, verdict }) => differs(click, verdict));
  const isNew = ({ click }: (typeof judged)[number]) => click.rulesVersion !== RULES_VERSION;
  await changeClasses(
    manager,
    judged.filter((each) => isNew(each) || changed.includes(each)).map(({ verdict }) => verdict),
  );
  await manager.query(SETTLE_AGAIN, [page.map(({ clickId }) => clickId), from, to]);
  result.clicks += page.length;
  result.changed += changed.length;
  result.without_facts += page.length - judged.length;
  return page;
}

/** Of an outside redirector's click no facts are kept besides its address and agent; of an old click none at all. */
function isJudgeable({ facts, reasons, ip, userAgent }: KeptClick): boolean {
  return facts !== null || (reasons.includes('reported') && (ip !== null || userAgent !== null));
}

/** Where arrival says what it said before, what settling made of the click stays; else settling judges it anew. */
function judgeAgain(click: KeptClick): ChangedVerdict {
  const { clickId, clickedAt, clickedAtMs, clickSource, facts } = click;
  const isReported = click.reasons.includes('reported');
  const fresh = classify({
    answer: click.answer,
    clickedAtMs,
    linkCreatedAtMs: facts?.link_created_at ? Date.parse(facts.link_created_at) : undefined,
    secure: facts?.secure ?? false,
    doNotTrack: facts?.do_not_track ?? false,
    ownClick: facts?.own_click,
    classHint: facts?.class_hint,
    ip: click.ip ?? undefined,
    userAgent: click.userAgent ?? undefined,
    headers: isReported ? undefined : (facts?.headers ?? {}),
  });
  const verdict = isReported ? { ...fresh, reasons: [...fresh.reasons, 'reported'] } : fresh;
  const hasSettled = click.reasons.some((reason) => !isArrivalReason(reason));
  const isSame = verdict.reasons.join() === click.reasons.filter(isArrivalReason).join();
  const judged = click.reasons.includes(BOOKED) ? asBooked(verdict) : verdict;
  const { class: clickClass, score, reasons } = hasSettled && isSame ? click : judged;
  const was = asRead(click);
  return { clickId, clickedAt, clickedAtMs, clickSource, class: clickClass, score, reasons, was };
}

function differs(click: KeptClick, verdict: ChangedVerdict): boolean {
  return (
    click.class !== verdict.class ||
    click.score !== verdict.score ||
    click.reasons.join() !== verdict.reasons.join()
  );
}

const LATER_REASONS: readonly string[] = [...SETTLING_SIGNS, 'repeated', 'no_browser_followed', BOOKED];

function isArrivalReason(reason: string): boolean {
  return !LATER_REASONS.includes(reason);
}
