import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from '../config.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { scopeWithLinks } from '../privacy/personal-clicks.js';
import { ROWS_COMPLETE_SINCE } from '../reconcile/reconcile.query.js';
import { anonymizeClicks, deleteClicks, dropOldPartitions } from './old-clicks.query.js';

const DAY_MS = 86_400_000;
/** Identities of reported clicks are kept so long: a retry comes within days, not months. */
const REPORT_IDENTITY_DAYS = 90;

interface SoonerOrder {
  /** Undefined: everybody's. */
  userId: string | undefined;
  /** One at least. */
  olderThanDays: number;
}

/** What an age brings: addresses removed, clicks deleted. Each step does all that is due, however long it was due. */
@Injectable()
export class OldClicks {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(ANALYTICS_CONFIG) private readonly config: AnalyticsServiceConfig,
  ) {}

  /** Answers how many clicks lost their address. */
  anonymize(now: Date): Promise<number> {
    return anonymizeClicks(this.dataSource, daysBefore(now, this.config.IP_ANONYMIZE_AFTER_DAYS));
  }

  /**
   * The same sooner, of one user's clicks or of everybody's. A day or older they have settled: nothing judges them by
   * their address again.
   */
  async anonymizeSooner({ userId, olderThanDays }: SoonerOrder): Promise<number> {
    const before = daysBefore(new Date(), olderThanDays);
    if (userId === undefined) {
      const clicks = await anonymizeClicks(this.dataSource, before);
      await this.deleteFlagsBefore(before);
      return clicks;
    }
    const { trackingIds } = await scopeWithLinks(this.dataSource, userId);
    return anonymizeClicks(this.dataSource, before, trackingIds);
  }

  /** Flags of networks go with the addresses of their clicks, which are then never judged again. */
  deleteNetworkFlags(now: Date): Promise<void> {
    return this.deleteFlagsBefore(daysBefore(now, this.config.IP_ANONYMIZE_AFTER_DAYS));
  }

  private async deleteFlagsBefore(before: Date): Promise<void> {
    await this.dataSource.query('DELETE FROM flagged_networks WHERE flagged_at < $1', [before]);
  }

  /**
   * Erased visitors are forgotten when no click could carry their address any more: it can be found from its digest by
   * trying all there are.
   */
  async forgetErasedVisitors(now: Date): Promise<void> {
    const before = [daysBefore(now, this.config.IP_ANONYMIZE_AFTER_DAYS)];
    await this.dataSource.query(
      "DELETE FROM erasure_ledger WHERE kind IN ('address', 'session') AND erased_before < $1",
      before,
    );
    await this.dataSource.query(
      "UPDATE erasures SET digest = '' WHERE kind IN ('address', 'session') AND stage = 'done' AND until < $1",
      before,
    );
  }

  async deleteReportIdentities(now: Date): Promise<void> {
    await this.dataSource.query('DELETE FROM reported_clicks WHERE created_at < $1', [
      daysBefore(now, REPORT_IDENTITY_DAYS),
    ]);
  }

  /**
   * Deletes clicks past the retention, if one is set. Whole UTC days, so that a day's counters never stand beside half
   * of its rows. The mark goes first: from then on rows may be missing.
   */
  async deleteExpired(now: Date): Promise<{ clicks_deleted: number; partitions_dropped: string[] }> {
    const days = this.config.CLICK_RETENTION_DAYS;
    if (days === undefined) return { clicks_deleted: 0, partitions_dropped: [] };
    const cutoff = new Date(Math.floor(daysBefore(now, days).getTime() / DAY_MS) * DAY_MS);
    await this.dataSource.query(
      `INSERT INTO maintenance_marks AS held (name, value) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET value = greatest(held.value, excluded.value)`,
      [ROWS_COMPLETE_SINCE, cutoff],
    );
    const partitions = await dropOldPartitions(this.dataSource, cutoff);
    return { clicks_deleted: await deleteClicks(this.dataSource, cutoff), partitions_dropped: partitions };
  }
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
