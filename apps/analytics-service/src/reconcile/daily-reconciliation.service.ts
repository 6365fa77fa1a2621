import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { AnalyticsMetrics } from '../analytics-metrics.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { listDiscrepancies } from './reconcile.query.js';

const MARK = 'reconciled_at';
const LISTED = 20;

/** Takes the day's turn, unless a process of this service took it within 24 hours. $1 mark, $2 now. */
const TAKE_TURN = `
INSERT INTO maintenance_marks AS held (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE held.value <= excluded.value - interval '24 hours'
RETURNING value`;

/** Compares counters with rows once a day, in one of the service's processes. Repairs nothing: a person should know first. */
@Injectable()
export class DailyReconciliation {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly metrics: AnalyticsMetrics,
    private readonly logger: PinoLogger,
  ) {}

  /** Answers how many counters differ; undefined when it is not due. A check that fails gives its turn back. */
  async runIfDue(now = new Date()): Promise<number | undefined> {
    const [turn] = await this.dataSource.query(TAKE_TURN, [MARK, now]);
    if (!turn) return undefined;
    try {
      return await this.check();
    } catch (error) {
      await this.dataSource.query('DELETE FROM maintenance_marks WHERE name = $1', [MARK]);
      throw error;
    }
  }

  private async check(): Promise<number> {
    const discrepancies = await listDiscrepancies(this.dataSource);
    this.metrics.discrepancies.set(discrepancies.length);
    if (discrepancies.length > 0) {
      const fields = { discrepancies: discrepancies.length, first: discrepancies.slice(0, LISTED) };
      this.logger.error(
        fields,
        'counters differ from rows: "npm run reconcile -- --repair" counts them anew',
      );
    }
    return discrepancies.length;
  }
}
