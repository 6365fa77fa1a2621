import type { ClickRecorded } from '#contracts';
import { classify } from '../classification/classify.js';
import { findSource } from '../classification/source.js';
import type { ClickRow } from './click-row.js';
import type { Visitor } from './session-ids.js';
import { toCleanJson } from './text-column.js';

export type NameSession = (day: string, visitor: Visitor) => string | undefined;

/** Turns the gateway's event into a row: judged, with its source and session. Pure but for the salts behind `nameSession`. */
export function judgeClick(event: ClickRecorded, nameSession: NameSession): ClickRow {
  const {
    class: clickClass,
    score,
    reasons,
  } = classify({
    answer: event.answer,
    clickedAtMs: Date.parse(event.occurred_at),
    linkCreatedAtMs: event.link_created_at === undefined ? undefined : Date.parse(event.link_created_at),
    secure: event.secure,
    doNotTrack: event.do_not_track,
    ownClick: event.own_click,
    classHint: event.class_hint,
    ip: event.ip,
    userAgent: event.user_agent,
    headers: event.headers ?? {},
  });
  return {
    clickId: event.event_id,
    clickedAt: event.occurred_at,
    trackingId: event.tracking_id,
    userId: event.user_id,
    jobId: event.job_id,
    applicationId: event.application_id,
    linkFunction: event.link_function,
    answer: event.answer,
    class: clickClass,
    score,
    reasons,
    clickSource: findSource({
      answer: event.answer,
      doNotTrack: event.do_not_track,
      referrer: event.referrer,
      userAgent: event.user_agent,
      headers: event.headers,
    }),
    facts: keepFacts(event),
    requestId: event.request_id,
    ...keepVisitor(event, nameSession),
  };
}

/** Nothing of a visitor who asked not to be tracked, whatever the event carries. */
function keepVisitor(event: ClickRecorded, nameSession: NameSession) {
  if (event.do_not_track) return {};
  const visitor = { ip: event.ip, userAgent: event.user_agent, owner: event.user_id };
  return {
    ip: event.ip,
    userAgent: event.user_agent,
    referrerUrl: event.referrer,
    sessionId: nameSession(dayOf(event.occurred_at), visitor),
  };
}

/** The facts that the rules read and no other column holds, so that a click can be judged again. */
function keepFacts({
  method,
  secure,
  do_not_track,
  own_click,
  class_hint,
  link_created_at,
  headers,
}: ClickRecorded): string {
  return toCleanJson({
    method,
    secure,
    do_not_track,
    own_click,
    class_hint,
    link_created_at,
    headers: do_not_track ? undefined : headers,
  });
}

/** UTC day, `YYYY-MM-DD`, of an ISO moment with `Z`. */
export function dayOf(moment: string): string {
  return moment.slice(0, 10);
}
