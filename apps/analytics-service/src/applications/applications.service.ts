import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { currentUserId, NotYourUserError } from '#platform';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from '../config.js';
import { ANALYTICS_DATABASE } from '../database.js';
import {
  AmbiguousApplicationError,
  APPLICATION_COLUMNS,
  type Application,
  ApplicationNotFoundError,
} from './application.js';
import type { ApplicationEdit } from './application.schemas.js';
import { editApplication } from './edit-application.query.js';

/** Finds and edits single applications, within what the call's key may see. */
@Injectable()
export class Applications {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(ANALYTICS_CONFIG) private readonly config: AnalyticsServiceConfig,
  ) {}

  /** @throws ApplicationNotFoundError, also for another user's; AmbiguousApplicationError */
  async getApplication(applicationId: string, userId: string | undefined): Promise<Application> {
    const found = await this.findApplication(applicationId, narrowOwner(userId));
    if (!found) throw new ApplicationNotFoundError();
    return found;
  }

  /**
   * Sets what a person says of an application. One that is not known yet begins to exist: the key's user's, the named
   * user's, else the default user's.
   */
  async edit(
    applicationId: string,
    { edit, userId }: { edit: ApplicationEdit; userId: string | undefined },
  ): Promise<{ application: Application; isNew: boolean }> {
    const named = narrowOwner(userId);
    const known = named ?? (await this.findApplication(applicationId, undefined))?.user_id;
    const owner = known ?? this.config.DEFAULT_USER_ID;
    const isNew = await editApplication(this.dataSource, { userId: owner, applicationId, edit });
    return { application: await this.getApplication(applicationId, owner), isNew };
  }

  private async findApplication(
    applicationId: string,
    userId: string | undefined,
  ): Promise<Application | undefined> {
    const rows: Application[] = await this.dataSource.query(
      `SELECT ${APPLICATION_COLUMNS} FROM applications
       WHERE application_id = $1 AND ($2::text IS NULL OR user_id = $2) LIMIT 2`,
      [applicationId, userId ?? null],
    );
    if (rows.length > 1) throw new AmbiguousApplicationError();
    return rows[0];
  }
}

/** The user that a call is about: its key's, who may also be named, else the one named. */
export function narrowOwner(userId: string | undefined): string | undefined {
  const owner = currentUserId();
  if (owner !== undefined && userId !== undefined && userId !== owner) throw new NotYourUserError();
  return owner ?? userId;
}
