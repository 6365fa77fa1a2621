import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isTrackingId } from '#contracts';
import { currentRequestId } from '#platform';
import { LINKS_DATA_SOURCE } from './config.js';
import {
  editLinkRow,
  type LinkEdit,
  type SwitchedLinks,
  type SwitchFilter,
  switchLinkRows,
} from './edit-links.query.js';
import type { LinkEntity } from './link.entity.js';
import { LinkRelayService } from './link-relay.service.js';
import { InvalidLinkError, LinkExistsError } from './links.errors.js';
import { NO_PROFILE_FUNCTION } from './profile-functions.js';

/** SQLSTATEs, see PostgreSQL's appendix A. */
const UNIQUE_VIOLATION = '23505';
const CHECK_VIOLATION = '23514';

/**
 * Changes links that exist; the trigger carries every change to the gateways. `ownerId` limits a call to one user's
 * links: those of others do not exist for it.
 */
@Injectable()
export class LinkEditingService {
  constructor(
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly relay: LinkRelayService,
  ) {}

  /**
   * Answers the link after the edit, or undefined when there is none. Safe to repeat. `edit.fallbackUrl` must have
   * passed the destination rules. Throws LinkExistsError when the owner has the link that this one would become.
   */
  async editLink(trackingId: string, edit: LinkEdit, ownerId?: string): Promise<LinkEntity | undefined> {
    if (!isTrackingId(trackingId)) return undefined;
    try {
      const requestId = currentRequestId();
      const row = await editLinkRow(this.dataSource, { trackingId, edit, ownerId, requestId });
      if (row) this.relay.wake();
      return row;
    } catch (error) {
      if (sqlStateOf(error) === UNIQUE_VIOLATION) throw new LinkExistsError(error);
      if (sqlStateOf(error) === CHECK_VIOLATION) throw new InvalidLinkError(NO_PROFILE_FUNCTION);
      throw error;
    }
  }

  /** Switches every link of a job or application on or off; safe to repeat: a repeat switches none. */
  async switchLinks(filter: SwitchFilter, isActive: boolean, ownerId?: string): Promise<SwitchedLinks> {
    const requestId = currentRequestId();
    const switched = await switchLinkRows(this.dataSource, { filter, isActive, ownerId, requestId });
    if (switched.count > 0) this.relay.wake();
    return switched;
  }
}

function sqlStateOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
