import type { DataSource } from 'typeorm';
import { z } from 'zod';
import type { HitClass } from '../answers/answer-filter.js';
import type { BookingProvider, BookingStatus } from '../bookings/booking.entity.js';
import { explainReason } from '../classification/reason-words.js';
import type { ClickRow } from '../ingest/click-row.js';
import type { Application } from './application.js';
import { isMoment } from './application-sorts.js';

interface Occurrence {
  at: Date;
  /** Of the document, the click or the booking. */
  id: string;
}

export interface DocumentEntry extends Occurrence {
  kind: 'document';
  document: 'resume' | 'cover_letter';
}

export interface ClickEntry extends Occurrence {
  kind: 'click';
  link_function: string;
  tracking_id: string;
  answer: ClickRow['answer'];
  class: HitClass;
  score: number;
  reasons: string[];
  /** The reasons in words. */
  explanations: string[];
  click_source: string;
  device: string | null;
  browser: string | null;
  os: string | null;
  country: string | null;
  /** Known only where `GEO_DB` has cities. */
  city: string | null;
}

export interface BookingEntry extends Occurrence {
  kind: 'booking';
  provider: BookingProvider;
  status: BookingStatus;
  starts_at: string | null;
  tracking_id: string | null;
  link_function: string | null;
}

/** Something that happened to an application. */
export type TimelineEntry = DocumentEntry | ClickEntry | BookingEntry;

export interface Timeline {
  /** Newest first. */
  entries: TimelineEntry[];
  next_cursor: string | null;
}

interface Row {
  at: Date;
  position: string;
  kind: TimelineEntry['kind'];
  id: string;
  details: Record<string, unknown> & { reasons?: string[] };
}

/**
 * Each source is read newest first and only as far as a page goes, along its index: a page of an application with a
 * million clicks costs what any page costs. Nothing of a visitor's address or agent is in it.
 * $1 user, $2 application, $3 and $4 moment and id to go on after, $5 rows.
 */
const TIMELINE = `
WITH known AS (
  SELECT tracking_id, link_function FROM links WHERE user_id = $1 AND application_id = $2
  UNION
  SELECT tracking_id, link_function FROM link_counters WHERE user_id = $1 AND application_id = $2
),
documents AS (
  SELECT generated_at AS at, document_id AS id, 'document' AS kind, jsonb_build_object('document', kind) AS details
  FROM application_documents
  WHERE user_id = $1 AND application_id = $2 AND (generated_at, document_id) < ($3::timestamptz, $4::uuid)
  ORDER BY generated_at DESC, document_id DESC LIMIT $5
),
clicks AS (
  SELECT clicked_at AS at, click_id AS id, 'click' AS kind, jsonb_build_object('link_function', known.link_function,
    'tracking_id', known.tracking_id, 'answer', answer, 'class', class, 'score', score, 'reasons', reasons,
    'click_source', click_source, 'device', device, 'browser', browser, 'os', os, 'country', country, 'city', city)
  FROM known CROSS JOIN LATERAL (
    SELECT * FROM link_clicks AS click
    WHERE click.tracking_id = known.tracking_id AND click.clicked_at <= $3::timestamptz
      AND (click.clicked_at, click.click_id) < ($3::timestamptz, $4::uuid)
    ORDER BY clicked_at DESC, click_id DESC LIMIT $5
  ) AS newest
),
booked AS (
  SELECT booked_at AS at, booking_id AS id, 'booking' AS kind, jsonb_build_object('provider', provider,
    'status', status, 'starts_at', to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'tracking_id', tracking_id,
    'link_function', (SELECT link_function FROM known WHERE known.tracking_id = bookings.tracking_id LIMIT 1))
  FROM bookings
  WHERE user_id = $1 AND application_id = $2 AND (booked_at, booking_id) < ($3::timestamptz, $4::uuid)
  ORDER BY booked_at DESC, booking_id DESC LIMIT $5
)
SELECT at, at::text AS position, id, kind, details
FROM (SELECT * FROM documents UNION ALL SELECT * FROM clicks UNION ALL SELECT * FROM booked) AS entries
ORDER BY at DESC, id DESC LIMIT $5`;

const START: Position = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
type Position = readonly [moment: string, id: string];

/** A page of what happened. */
export async function listTimeline(
  dataSource: DataSource,
  { user_id, application_id }: Application,
  { after = START, limit }: { after?: Position | undefined; limit: number },
): Promise<Timeline> {
  const rows: Row[] = await dataSource.query(TIMELINE, [user_id, application_id, ...after, limit + 1]);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    entries: page.map(toEntry),
    next_cursor: last ? Buffer.from(JSON.stringify([last.position, last.id])).toString('base64url') : null,
  };
}

function toEntry({ at, kind, id, details }: Row): TimelineEntry {
  const explanations = details.reasons && { explanations: details.reasons.map(explainReason) };
  return { at, kind, id, ...details, ...explanations } as TimelineEntry;
}

const positionTuple = z.tuple([z.string().refine(isMoment), z.guid()]);

/** The query parameter `cursor` of a timeline. */
export const timelineCursor = z.string().transform((text, context): Position => {
  try {
    return positionTuple.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    context.addIssue('is not the next_cursor of an earlier answer');
    return z.NEVER;
  }
});
