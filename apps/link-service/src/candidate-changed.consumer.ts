import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type CandidateChanged, candidateChanged } from '#contracts';
import { EVENT_BUS, type EventBus, RetryLaterError } from '#events';
import { isDatabaseOutage } from '#platform';
import { LINKS_DATA_SOURCE } from './config.js';
import { claimProfileChange, listFollowingFunctions, moveFollowingLinks } from './follow-profile.query.js';
import { LinkRelayService } from './link-relay.service.js';
import { InvalidUrlError } from './links.errors.js';
import { LinksService } from './links.service.js';
import { canFollowProfile, PROFILE_FUNCTIONS, type ProfileUrls } from './profile-functions.js';

const BATCH = { maxEvents: 100, maxWaitMs: 50 };

/**
 * Moves links that follow the profile to the candidate's new URL. A URL that was taken away, or that no link may lead
 * to, moves nothing: a document out there had better lead to the old page than to none.
 */
@Injectable()
export class CandidateChangedConsumer implements OnApplicationBootstrap {
  constructor(
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly links: LinksService,
    private readonly relay: LinkRelayService,
    private readonly logger: PinoLogger,
  ) {}

  /** Does not wait for the broker: links are served while it is away, and the bus keeps trying by itself. */
  onApplicationBootstrap(): void {
    const queue = 'links.candidate-changed';
    this.bus
      .subscribe({ queue, event: candidateChanged, batch: BATCH, handle: (events) => this.handle(events) })
      .catch((error: unknown) => this.logger.warn({ err: error, queue }, 'consumer did not start'));
  }

  private async handle(events: readonly CandidateChanged[]): Promise<undefined> {
    try {
      for (const event of events) {
        await this.dataSource.transaction((manager) => this.follow(event, manager));
      }
    } catch (cause) {
      if (isDatabaseOutage(cause))
        throw new RetryLaterError('follow profile: the database is away', { cause });
      throw cause;
    }
    this.relay.wake();
  }

  private async follow(event: CandidateChanged, manager: EntityManager): Promise<void> {
    const urls = this.usableUrls(event);
    if (!(await claimProfileChange(manager, event, urls))) return;
    const { user_id: userId, request_id: requestId } = event;
    for (const linkFunction of await listFollowingFunctions(manager, userId)) {
      const url = canFollowProfile(linkFunction) && urls[linkFunction];
      if (url) await moveFollowingLinks(manager, { userId, linkFunction, url, requestId });
      else {
        this.logger.warn(
          { user_id: userId, link_function: linkFunction },
          'profile has no URL to follow, its links keep the one they had',
        );
      }
    }
  }

  private usableUrls(event: CandidateChanged): ProfileUrls {
    return Object.fromEntries(
      Object.entries(PROFILE_FUNCTIONS).flatMap(([linkFunction, field]) => {
        const url = this.usable(event[field]);
        return url ? [[linkFunction, url]] : [];
      }),
    );
  }

  private usable(url: string | null): string | undefined {
    if (url === null) return undefined;
    try {
      return this.links.checkDestination(url);
    } catch (error) {
      if (error instanceof InvalidUrlError) return undefined;
      throw error;
    }
  }
}
