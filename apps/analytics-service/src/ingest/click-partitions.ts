import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ANALYTICS_DATABASE } from '../database.js';

/** Months made before they begin. */
const MONTHS_AHEAD = 3;
/** Months back for which arriving clicks get a partition of their own; older ones, or later ones, lie in the default partition. */
const MONTHS_BACK = 120;
/** Rows counted in the default partition at most: the metric says that there are some, not how many millions. */
const COUNT_LIMIT = 10_000;

/** Monthly partitions of `link_clicks` (UTC). */
@Injectable()
export class ClickPartitions {
  private known = new Set<string>();

  constructor(@Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource) {}

  /** Makes this month's partition and the next ones; answers those it made, `YYYY-MM`. */
  async createAhead(now = new Date()): Promise<string[]> {
    const made: string[] = [];
    for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
      const month = monthOf(addMonths(now, ahead));
      if (await this.create(month)) made.push(month);
    }
    return made;
  }

  /** Makes the partitions that clicks of these moments (ISO with `Z`) need, as far as they are plausible. */
  async createFor(moments: Iterable<string>, now = new Date()): Promise<void> {
    const oldest = monthOf(addMonths(now, -MONTHS_BACK));
    const newest = monthOf(addMonths(now, MONTHS_AHEAD));
    for (const month of new Set(Array.from(moments, (moment) => moment.slice(0, 7)))) {
      if (!this.known.has(month) && month >= oldest && month <= newest) await this.create(month);
    }
  }

  /** Forgets which partitions exist, because some may have been dropped. */
  forget(): void {
    this.known = new Set();
  }

  /** How many clicks lie in the default partition, up to a limit: each of them is one too old or from the future. */
  async countDefaultRows(): Promise<number> {
    const [row] = await this.dataSource.query(
      `SELECT count(*)::int AS rows FROM (SELECT 1 FROM link_clicks_default LIMIT ${COUNT_LIMIT}) AS strays`,
    );
    return row.rows;
  }

  /** When the last monthly partition ends, in seconds since 1970; 0 when there is none. */
  async findEnd(): Promise<number> {
    const [row] = await this.dataSource.query(
      `SELECT coalesce(extract(epoch FROM max(to_date(right(child.relname, 7), 'YYYY_MM')) + interval '1 month'), 0)::float8
         AS "end"
       FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
       WHERE inhparent = 'link_clicks'::regclass AND child.relname ~ '^link_clicks_[0-9]{4}_[0-9]{2}$'`,
    );
    return row.end;
  }

  private async create(month: string): Promise<boolean> {
    const [row] = await this.dataSource.query('SELECT ensure_click_partition($1::date) AS made', [
      `${month}-01`,
    ]);
    this.known.add(month);
    return row.made;
  }
}

function addMonths(moment: Date, months: number): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + months, 1));
}

function monthOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}
