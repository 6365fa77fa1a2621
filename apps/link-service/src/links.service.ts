import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  isTrackingId,
  type Link,
  type LinkToMint,
  type MintLinks,
  type MintRefusal,
  type MintResult,
} from '#contracts';
import { currentRequestId, NotYourUserError } from '#platform';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';
import { parseDestinationUrl } from './destination-url.js';
import type { LinkEntity } from './link.entity.js';
import { LinkMetrics } from './link-metrics.service.js';
import { LinkRelayService } from './link-relay.service.js';
import { findLinkRow } from './link-rows.query.js';
import { destinationRules, parseLinkState, redirectUrlOf, rowToLink, toLink } from './link-state.js';
import { readStatesAfter } from './link-states.query.js';
import { INVALID_FALLBACK_URL, InvalidLinkRequestError, InvalidUrlError } from './links.errors.js';
import { linkDetailsSchema, mintRequestSchema } from './links.schemas.js';
import { getOrCreateLinks, identityOf, type LinkDraft } from './mint-links.query.js';
import { mintTrackingId } from './mint-tracking-id.js';

/** On whose behalf a call is made, and until when. */
export interface CallScope {
  /** Only this user's links; undefined: every user's. */
  ownerId?: string | undefined;
  /** Aborted when nobody waits for the answer any more: no further statement is begun. */
  signal?: AbortSignal | undefined;
}

/** Links in one page of {@link LinksService.watchLinks}. */
const WATCH_PAGE_SIZE = 1000;

/**
 * Mints, finds and watches links. Whatever calls it, REST, gRPC or another module, goes through here. `ownerId` limits
 * a call to one user's links: those of others do not exist for it.
 */
@Injectable()
export class LinksService {
  constructor(
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
    private readonly metrics: LinkMetrics,
    private readonly relay: LinkRelayService,
  ) {}

  /**
   * Mints or finds links; results stand in the order of the request. A link that cannot be stored is a refusal in
   * its place. A link that exists is answered as it stands, also switched off: minting must not undo what a person
   * did. Throws InvalidLinkRequestError when owner or number of links are wrong, NotYourUserError when the links are
   * to be another user's than `ownerId`.
   */
  async mintLinks(request: MintLinks, { ownerId, signal }: CallScope = {}): Promise<MintResult[]> {
    const parsed = mintRequestSchema.safeParse(request);
    if (!parsed.success) throw InvalidLinkRequestError.of(parsed.error);
    const { userId = ownerId ?? this.config.DEFAULT_USER_ID, jobId, applicationId, links } = parsed.data;
    if (ownerId !== undefined && userId !== ownerId) throw new NotYourUserError();

    const drafts = links.map((link) => this.draftOrRefuse(link));
    const wanted = new Map(drafts.filter(isDraft).map((draft) => [identityOf(draft), draft]));
    const minted = await getOrCreateLinks(this.dataSource, {
      owner: { userId, jobId, applicationId },
      drafts: [...wanted.values()],
      requestId: currentRequestId(),
      signal,
    });

    const announced = new Set<LinkEntity>();
    const results = drafts.map((draft): MintResult => {
      if (!isDraft(draft)) return { created: false, refusal: draft };
      const link = minted.get(identityOf(draft));
      if (!link) throw new Error('a stored link has no place in the answer');
      const created = link.created && !announced.has(link.row);
      announced.add(link.row);
      return { link: rowToLink(link.row, this.config), created };
    });
    this.count(results);
    if (results.some(({ created }) => created)) this.relay.wake();
    return results;
  }

  /** The link as gateways may use it, or undefined. A row made unusable by hand answers the state it had before. */
  async findLink(trackingId: string, ownerId?: string): Promise<Link | undefined> {
    if (!isTrackingId(trackingId)) return undefined;
    const found = await findLinkRow(this.dataSource, { trackingId, ownerId });
    if (!found) return undefined;
    try {
      return toLink({ state: parseLinkState(found.row, this.config), revision: found.known?.revision ?? 0 });
    } catch {
      // The relay has logged why; here only the consequence matters.
      return found.known && toLink(found.known);
    }
  }

  /** Every link changed after a revision, removed ones as inactive, in pages of ascending revision. */
  async *watchLinks(afterRevision: number): AsyncGenerator<Link[], void, undefined> {
    let revision = afterRevision;
    for (;;) {
      const states = await readStatesAfter(this.dataSource, { revision, limit: WATCH_PAGE_SIZE });
      if (states.length > 0) yield states.map(toLink);
      revision = states.at(-1)?.revision ?? revision;
      if (states.length < WATCH_PAGE_SIZE) return;
    }
  }

  /** Throws InvalidUrlError unless links may lead there; answers the URL as it would be stored. */
  checkDestination(url: string): string {
    return parseDestinationUrl(url, destinationRules(this.config));
  }

  private draftOrRefuse(link: LinkToMint): LinkDraft | MintRefusal {
    const parsed = linkDetailsSchema.safeParse(link);
    if (!parsed.success) {
      return { code: 'invalid_link', message: parsed.error.issues[0]?.message ?? 'The link is not valid.' };
    }
    const originalUrl = this.destinationOrRefusal(link.originalUrl, 'invalid_url');
    if (typeof originalUrl !== 'string') return originalUrl;
    const fallbackUrl =
      link.fallbackUrl === undefined
        ? undefined
        : this.destinationOrRefusal(link.fallbackUrl, INVALID_FALLBACK_URL);
    if (typeof fallbackUrl === 'object') return fallbackUrl;
    const trackingId = mintTrackingId(parsed.data.linkFunction);
    const redirectUrl = redirectUrlOf(trackingId, this.config);
    return { ...parsed.data, trackingId, redirectUrl, originalUrl, fallbackUrl };
  }

  private destinationOrRefusal(url: string, code: string): string | MintRefusal {
    try {
      return this.checkDestination(url);
    } catch (error) {
      if (error instanceof InvalidUrlError) return { code, message: error.message };
      throw error;
    }
  }

  private count(results: readonly MintResult[]): void {
    for (const { created, refusal } of results) {
      if (refusal) this.metrics.refused.inc({ code: refusal.code });
      else this.metrics.minted.inc({ outcome: created ? 'created' : 'found' });
    }
  }
}

function isDraft(draft: LinkDraft | MintRefusal): draft is LinkDraft {
  return 'trackingId' in draft;
}
