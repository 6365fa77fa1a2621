import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  isTrackingId,
  LINK_CLIENT,
  type Link,
  type LinkClient,
  LinkServiceUnavailableError,
} from '#contracts';
import { CodedError } from '#platform';
import { ANALYTICS_DATABASE } from '../database.js';

/** What is answered of a link. Null is what is not known, or what the link does not have. */
export interface LinkInfo {
  tracking_id: string;
  user_id: string;
  original_url: string | null;
  redirect_url: string | null;
  link_function: string;
  link_type: string;
  job_id: string | null;
  application_id: string | null;
  description: string | null;
  is_active: boolean;
  created_at: Date | null;
}

export class TrackingIdNotFoundError extends CodedError {
  constructor() {
    super({ code: 'tracking_id_not_found', kind: 'not_found', message: 'Tracking ID not found' });
  }
}

/** Neither the read model nor link-service could say whether the link exists. */
export class LinkUnknownForNowError extends CodedError {
  constructor(cause: unknown) {
    super({
      code: 'link_service_unavailable',
      kind: 'unavailable',
      message: 'Whether this tracking ID exists cannot be told right now; try again shortly.',
      retryAfterSeconds: 2,
      cause,
    });
  }
}

const LINK_SERVICE_DEADLINE_MS = 1_000;
/** Questions to link-service at once. */
const MAX_QUESTIONS = 16;

/** Links by id, from the read model, or else from link-service when their event has not arrived yet. */
@Injectable()
export class LinkDirectory {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(LINK_CLIENT) private readonly links: LinkClient,
  ) {}

  /** @throws TrackingIdNotFoundError, LinkUnknownForNowError */
  async getLink(trackingId: string): Promise<LinkInfo> {
    const found = (await this.findLinks([trackingId])).get(trackingId);
    if (isOutage(found)) throw found;
    if (!found) throw new TrackingIdNotFoundError();
    return found;
  }

  /** Those of the ids that exist; an error in place of a link that cannot be told for now. */
  async findLinks(trackingIds: readonly string[]): Promise<Map<string, LinkInfo | LinkUnknownForNowError>> {
    const asked = [...new Set(trackingIds)].filter(isTrackingId);
    if (asked.length === 0) return new Map();
    const held = await this.query(HELD_LINKS, asked);
    const missing = asked.filter((trackingId) => !held.has(trackingId));
    if (missing.length === 0) return held;
    const answered = await this.askLinkService(missing);
    const clicked = await this.query(CLICKED_LINKS, missing);
    return new Map<string, LinkInfo | LinkUnknownForNowError>([
      ...held,
      ...[...answered].filter(([trackingId, answer]) => !isOutage(answer) || !clicked.has(trackingId)),
      ...[...clicked].filter(([trackingId]) => isOutage(answered.get(trackingId))),
    ]);
  }

  private async query(sql: string, trackingIds: readonly string[]): Promise<Map<string, LinkInfo>> {
    const rows: LinkInfo[] = await this.dataSource.query(sql, [trackingIds]);
    return new Map(rows.map((row) => [row.tracking_id, row]));
  }

  /** Away once is away for the rest: a large request must not wait out one deadline after another. */
  private async askLinkService(
    trackingIds: readonly string[],
  ): Promise<Map<string, LinkInfo | LinkUnknownForNowError>> {
    const answered = new Map<string, LinkInfo | LinkUnknownForNowError>();
    let outage: LinkUnknownForNowError | undefined;
    for (let i = 0; i < trackingIds.length; i += MAX_QUESTIONS) {
      const asked = trackingIds.slice(i, i + MAX_QUESTIONS);
      const answers = outage ? asked.map(() => outage) : await Promise.all(asked.map((id) => this.ask(id)));
      for (const [index, trackingId] of asked.entries()) {
        const answer = answers[index];
        if (answer) answered.set(trackingId, answer);
      }
      outage ??= answers.find(isOutage);
    }
    return answered;
  }

  private async ask(trackingId: string): Promise<LinkInfo | LinkUnknownForNowError | undefined> {
    try {
      const link = await this.links.findLink(trackingId, LINK_SERVICE_DEADLINE_MS);
      return link && toLinkInfo(link);
    } catch (error) {
      if (error instanceof LinkServiceUnavailableError) return new LinkUnknownForNowError(error);
      throw error;
    }
  }
}

function isOutage(answer: unknown): answer is LinkUnknownForNowError {
  return answer instanceof LinkUnknownForNowError;
}

const HELD_LINKS = `
SELECT tracking_id, user_id, original_url, redirect_url, link_function, link_type, job_id, application_id, description,
  is_active, created_at
FROM links WHERE tracking_id = ANY ($1)`;

/** What clicks say of links whose own event has not arrived: enough to answer while link-service is away. */
const CLICKED_LINKS = `
SELECT tracking_id, user_id, NULL AS original_url, NULL AS redirect_url, link_function, 'external' AS link_type, job_id,
  application_id, NULL AS description, true AS is_active, NULL AS created_at
FROM link_counters WHERE tracking_id = ANY ($1)`;

function toLinkInfo(link: Link): LinkInfo {
  return {
    tracking_id: link.trackingId,
    user_id: link.userId,
    original_url: link.originalUrl,
    redirect_url: link.redirectUrl,
    link_function: link.linkFunction,
    link_type: link.linkType,
    job_id: link.jobId ?? null,
    application_id: link.applicationId ?? null,
    description: link.description ?? null,
    is_active: link.isActive,
    created_at: link.createdAt ?? null,
  };
}
