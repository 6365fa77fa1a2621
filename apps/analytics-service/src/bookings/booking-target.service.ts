import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CodedError } from '#platform';
import { ANALYTICS_DATABASE } from '../database.js';
import { LinkDirectory, TrackingIdNotFoundError } from '../read-models/link-directory.js';
import type { Attribution } from './bookings.schemas.js';
import type { BookingTarget } from './bookings.service.js';

/** Whose application it is: what is known of it through documents and links. $2 a user, or null for any. */
const OWNERS = `
SELECT user_id, (array_agg(job_id ORDER BY job_id) FILTER (WHERE job_id IS NOT NULL))[1] AS job_id
FROM (
  SELECT user_id, job_id FROM applications WHERE application_id = $1
  UNION ALL SELECT user_id, job_id FROM links WHERE application_id = $1
) AS known
WHERE user_id = coalesce($2, user_id) GROUP BY user_id LIMIT 2`;

/** Finds what a person says that a booking belongs to. */
@Injectable()
export class BookingTargets {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly directory: LinkDirectory,
  ) {}

  /**
   * @param ownerId only what is this user's exists
   * @throws TrackingIdNotFoundError, LinkUnknownForNowError, ApplicationNotFoundError, AmbiguousApplicationError
   */
  async find(attribution: Attribution, ownerId: string | undefined): Promise<BookingTarget> {
    const userId = ownerId ?? attribution.user_id;
    return attribution.tracking_id === undefined
      ? this.findApplication(attribution.application_id ?? '', userId)
      : this.findLink(attribution.tracking_id, userId);
  }

  private async findLink(trackingId: string, userId: string | undefined): Promise<BookingTarget> {
    const link = await this.directory.getLink(trackingId);
    if (userId !== undefined && link.user_id !== userId) throw new TrackingIdNotFoundError();
    const { tracking_id, application_id, job_id, user_id } = link;
    return { tracking_id, application_id, job_id, user_id };
  }

  private async findApplication(applicationId: string, userId: string | undefined): Promise<BookingTarget> {
    const owners: { user_id: string; job_id: string | null }[] = await this.dataSource.query(OWNERS, [
      applicationId,
      userId ?? null,
    ]);
    const [owner] = owners;
    if (!owner) throw new ApplicationNotFoundError();
    if (owners.length > 1) throw new AmbiguousApplicationError();
    return { ...owner, tracking_id: null, application_id: applicationId };
  }
}

class ApplicationNotFoundError extends CodedError {
  constructor() {
    super({ code: 'application_not_found', kind: 'not_found', message: 'Application not found' });
  }
}

class AmbiguousApplicationError extends CodedError {
  constructor() {
    super({
      code: 'ambiguous_application',
      kind: 'conflict',
      message: 'Several users have an application of this name: add user_id.',
    });
  }
}
