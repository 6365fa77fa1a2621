import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { CodedError, currentRequestId } from '#platform';
import { classify } from '../classification/classify.js';
import { findSource } from '../classification/source.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import type { ClickRow } from '../ingest/click-row.js';
import { dayOf, type NameSession } from '../ingest/judge-click.js';
import { SessionIds } from '../ingest/session-ids.js';
import { LinkDirectory, type LinkInfo, TrackingIdNotFoundError } from '../read-models/link-directory.js';
import { type ReportedClick, toKeptMetadata } from './reported-click.js';

export interface Report {
  click: ReportedClick;
  /** The caller's own id of the click: reported again under it, the click is stored once. */
  eventId?: string;
  /** Refuse the id with another body, instead of taking it for the click that it named first. */
  strict?: boolean;
}

export interface RecordedClick {
  click_id: string;
  tracking_id: string;
  clicked_at: string;
  click_source: string;
  status: 'recorded';
}

/** The id was used before for another click. */
export class IdempotencyConflictError extends CodedError {
  constructor() {
    super({
      code: 'idempotency_conflict',
      kind: 'conflict',
      message: 'This Idempotency-Key was already used with another body.',
    });
  }
}

interface Identity {
  click_id: string;
  clicked_at: string;
  body_hash: string;
}

/** Stores clicks that outside redirectors report. */
@Injectable()
export class ClickReports {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly ingest: ClickIngest,
    private readonly sessions: SessionIds,
    private readonly directory: LinkDirectory,
  ) {}

  /** Outcomes in the order of the reports: a bad one fails alone. Throws when the database is away. */
  async record(reports: readonly Report[]): Promise<(RecordedClick | CodedError)[]> {
    const links = await this.directory.findLinks(reports.map(({ click }) => click.tracking_id));
    const identities = await this.reserve(
      reports.filter(
        ({ click }) => !(links.get(click.tracking_id) instanceof CodedError) && links.has(click.tracking_id),
      ),
    );
    const nameSession = await this.sessions.load(
      [...identities.values()].map(({ clicked_at }) => dayOf(clicked_at)),
    );
    const outcomes = reports.map((report) => {
      const link = links.get(report.click.tracking_id);
      if (!link) return new TrackingIdNotFoundError();
      if (link instanceof CodedError) return link;
      const identity = identities.get(report) ?? newIdentity(report);
      if (report.strict && identity.body_hash !== hashBody(report.click))
        return new IdempotencyConflictError();
      return toRow({ report, link, identity, nameSession });
    });
    return this.store(outcomes);
  }

  private async store(outcomes: readonly (ClickRow | CodedError)[]): Promise<(RecordedClick | CodedError)[]> {
    const rows = outcomes.filter((outcome): outcome is ClickRow => !(outcome instanceof CodedError));
    const refused = new Set((await this.ingest.store(rows)).map(({ index }) => rows[index]));
    return outcomes.map((outcome) => {
      if (outcome instanceof CodedError) return outcome;
      return refused.has(outcome) ? new ClickRefusedError() : toRecorded(outcome);
    });
  }

  /**
   * Gives every report its identity. One with an id of its own gets it durably before its click is stored, so that a
   * retry, also after a crash in between, finds the same identity and stores nothing twice.
   */
  private async reserve(reports: readonly Report[]): Promise<Map<Report, Identity>> {
    const offered = reports.map((report) => ({ report, identity: newIdentity(report) }));
    const named = offered.filter(({ report }) => report.eventId !== undefined);
    const reserved = named.length > 0 ? await this.reserveNamed(named) : new Map<string, Identity>();
    return new Map(
      offered.map(({ report, identity }) => [report, reserved.get(nameOf(report)) ?? identity] as const),
    );
  }

  private async reserveNamed(offered: readonly { report: Report; identity: Identity }[]) {
    const trackingIds = offered.map(({ report }) => report.click.tracking_id);
    const eventIds = offered.map(({ report }) => report.eventId);
    await this.dataSource.query(RESERVE, [
      trackingIds,
      eventIds,
      offered.map(({ identity }) => identity.click_id),
      offered.map(({ identity }) => identity.clicked_at),
      offered.map(({ identity }) => identity.body_hash),
    ]);
    const rows: {
      tracking_id: string;
      event_id: string;
      click_id: string;
      clicked_at: Date;
      body_hash: string;
    }[] = await this.dataSource.query(RESERVED, [trackingIds, eventIds]);
    return new Map(
      rows.map(({ tracking_id, event_id, click_id, clicked_at, body_hash }) => [
        `${tracking_id} ${event_id}`,
        { click_id, clicked_at: clicked_at.toISOString(), body_hash },
      ]),
    );
  }
}

class ClickRefusedError extends CodedError {
  constructor() {
    super({
      code: 'invalid_click',
      kind: 'unprocessable',
      message: 'The click holds a value that cannot be stored.',
    });
  }
}

const RESERVE = `
INSERT INTO reported_clicks (tracking_id, event_id, click_id, clicked_at, body_hash)
SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[])
  AS offered (tracking_id, event_id, click_id, clicked_at, body_hash)
ORDER BY tracking_id, event_id ON CONFLICT DO NOTHING`;

const RESERVED = `
SELECT tracking_id, event_id, click_id, clicked_at, body_hash FROM reported_clicks
JOIN unnest($1::text[], $2::text[]) AS asked (tracking_id, event_id) USING (tracking_id, event_id)`;

function nameOf({ click, eventId }: Report): string {
  return `${click.tracking_id} ${eventId}`;
}

function newIdentity({ click }: Report): Identity {
  return {
    click_id: uuidv7(),
    clicked_at: click.clicked_at,
    body_hash: hashBody(click),
  };
}

function hashBody(click: ReportedClick): string {
  return createHash('sha256').update(JSON.stringify(click)).digest('hex');
}

interface Judged {
  report: Report;
  link: LinkInfo;
  identity: Identity;
  nameSession: NameSession;
}

function toRow({ report: { click }, link, identity, nameSession }: Judged): ClickRow {
  const { click_id: clickId, clicked_at: clickedAt } = identity;
  const userAgent = click.user_agent ?? undefined;
  const ip = click.ip_address ?? undefined;
  const referrer = click.referrer_url ?? undefined;
  const {
    class: clickClass,
    score,
    reasons,
  } = classify({
    answer: 'redirect',
    clickedAtMs: Date.parse(clickedAt),
    secure: false,
    doNotTrack: false,
    ip,
    userAgent,
  });
  return {
    clickId,
    clickedAt,
    trackingId: link.tracking_id,
    userId: link.user_id,
    jobId: link.job_id ?? undefined,
    applicationId: link.application_id ?? undefined,
    linkFunction: link.link_function,
    answer: 'redirect',
    class: clickClass,
    score,
    reasons: [...reasons, 'reported'],
    ip,
    userAgent,
    referrerUrl: referrer,
    sessionId: click.session_id ?? nameSession(dayOf(clickedAt), { ip, userAgent, owner: link.user_id }),
    clickSource:
      click.click_source ?? findSource({ answer: 'redirect', doNotTrack: false, referrer, userAgent }),
    metadata: toKeptMetadata(click.metadata),
    requestId: currentRequestId(),
  };
}

function toRecorded({ clickId, trackingId, clickedAt, clickSource }: ClickRow): RecordedClick {
  return {
    click_id: clickId,
    tracking_id: trackingId,
    clicked_at: clickedAt,
    click_source: clickSource,
    status: 'recorded',
  };
}
