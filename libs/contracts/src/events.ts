import { z } from 'zod';
import { erasureCompleted, erasureRequested } from './erasure.js';
import { defineEvent, type EventOf, envelope } from './event-definition.js';
import { isCallerReference, isLinkFunction, isTrackingId } from './tracking-id.js';

const trackingId = z.string().refine(isTrackingId, 'not a tracking id');
const linkFunction = z.string().refine(isLinkFunction, 'not a link function');
const reference = z.string().refine(isCallerReference, 'not an id of 1-100 characters [A-Za-z0-9._:-]');

/**
 * What the gateway answered, which decides how a hit counts: `redirect` is a navigation, also one that found its
 * link off; `preflight` an Office or WebDAV agent that was answered 200, `probe` a HEAD, `prefetch` a speculative
 * load answered 503.
 */
export const CLICK_ANSWERS = ['redirect', 'preflight', 'probe', 'prefetch'] as const;

/**
 * A hit on a known link, stamped and journaled by the gateway before its answer leaves. `event_id` (UUIDv7)
 * and `occurred_at` together are the click's identity everywhere: `link_clicks.click_id`, `.clicked_at`.
 * What the link belongs to travels along, so that a consumer needs no other service to count it.
 */
export const clickRecorded = defineEvent(
  'click.recorded.v1',
  z.object({
    ...envelope,
    tracking_id: trackingId,
    user_id: reference,
    job_id: reference.optional(),
    application_id: reference.optional(),
    link_function: linkFunction,
    link_created_at: z.iso.datetime().optional(),
    answer: z.enum(CLICK_ANSWERS),
    method: z.string().max(20),
    /** Only over HTTPS do browsers send `Sec-Fetch-*`: rules on their absence need to know. */
    secure: z.boolean(),
    /** True when DNT: 1 or Sec-GPC: 1 came along: then no visitor fact below is present. */
    do_not_track: z.boolean(),
    /** The visitor is the link's owner, by a cookie or an address; absent: not that anybody knows. */
    own_click: z.boolean().optional(),
    /** Judged at the gateway only when `do_not_track` leaves the consumer nothing to judge by. */
    class_hint: z.enum(['human', 'machine', 'suspected']).optional(),
    ip: z.union([z.ipv4(), z.ipv6()]).optional(),
    user_agent: z.string().max(1000).optional(),
    referrer: z.string().max(2000).optional(),
    /**
     * Request headers that the classification rules read, by lower-case name and cut to 500 characters:
     * accept, accept-language, sec-fetch-{site,mode,dest,user}, sec-ch-ua, sec-ch-ua-platform. Never raw
     * forwarding headers.
     */
    headers: z.record(z.string().max(60), z.string().max(500)).optional(),
  }),
);
export type ClickRecorded = EventOf<typeof clickRecorded>;

/** Whether a link keeps its destination or moves with the candidate's own URL of the same function. */
export const LINK_DESTINATIONS = ['fixed', 'follow_profile'] as const;
export type LinkDestination = (typeof LINK_DESTINATIONS)[number];

/** A link was minted or changed, by the service or by hand in the database. Carries the whole new state. */
export const linkChanged = defineEvent(
  'link.changed.v1',
  z.object({
    ...envelope,
    /** Grows with every committed change of any link: apply an event only when newer than what is held. */
    revision: z.int().positive(),
    tracking_id: trackingId,
    user_id: reference,
    job_id: reference.optional(),
    application_id: reference.optional(),
    link_function: linkFunction,
    link_type: z.string().max(50),
    original_url: z.string().max(2000),
    redirect_url: z.string().max(2200),
    description: z.string().max(1000).optional(),
    is_active: z.boolean(),
    created_at: z.iso.datetime(),
    /** From then on the link is off, whatever `is_active` says. */
    expires_at: z.iso.datetime().optional(),
    /** Where a link that is off leads, by 302; without one it answers 410. Either way the hit counts. */
    fallback_url: z.string().max(2000).optional(),
    /** `fixed` when absent. */
    destination: z.enum(LINK_DESTINATIONS).optional(),
    /** True: erased for good. Only `tracking_id` and `revision` mean anything then; its hits are not recorded. */
    erased: z.boolean().optional(),
  }),
);
export type LinkChanged = EventOf<typeof linkChanged>;

/** A resume or cover letter was rendered and stored. */
export const documentGenerated = defineEvent(
  'document.generated.v1',
  z.object({
    ...envelope,
    document_id: z.uuid(),
    kind: z.enum(['resume', 'cover_letter']),
    user_id: reference,
    job_id: reference.optional(),
    application_id: reference.optional(),
    company: z.string().max(300).optional(),
    position: z.string().max(300).optional(),
    job_board: z.string().max(100).optional(),
    tracking_ids: z.array(trackingId).max(100),
  }),
);
export type DocumentGenerated = EventOf<typeof documentGenerated>;

const profileUrl = z.string().max(2000).nullable();

/**
 * One of a candidate's own URLs was set, changed or taken away, by the service or by hand in the database. Carries all
 * three as they are now, null where there is none. Unchecked: whoever follows one applies the rules of a destination.
 * `occurred_at` has microseconds and orders the changes of one candidate.
 */
export const candidateChanged = defineEvent(
  'candidate.changed.v1',
  z.object({
    ...envelope,
    user_id: reference,
    calendly_url: profileUrl,
    linkedin_url: profileUrl,
    portfolio_url: profileUrl,
  }),
);
export type CandidateChanged = EventOf<typeof candidateChanged>;

/** Every kind of event that services exchange. */
export const EVENTS = [
  clickRecorded,
  linkChanged,
  documentGenerated,
  candidateChanged,
  erasureRequested,
  erasureCompleted,
] as const;
