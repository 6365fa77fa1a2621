import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { digestOf, type ErasureKind } from '#contracts';
import { ANALYTICS_DATABASE } from '../database.js';
import type { ClickRow } from '../ingest/click-row.js';

interface Entry {
  kind: ErasureKind;
  key: string;
  digest: string;
  untilMs: number;
}

/** SQL of what changes when a visitor is erased: an insert that was prepared under another one must not be stored. */
export const VISITORS_VERSION = `(SELECT count(*) || ' ' || coalesce(max(erased_before)::text, '')
  FROM erasure_ledger WHERE kind IN ('address', 'session'))`;

/** Visitors who were erased, in memory: clicks of theirs that come late lose what could name them. */
@Injectable()
export class ErasedVisitors {
  version = '0 ';
  private entries: Entry[] = [];

  constructor(@Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource) {}

  async reload(): Promise<void> {
    const rows: (Entry & { version: string })[] = await this.dataSource.query(
      `SELECT ${VISITORS_VERSION} AS version, kind, key, digest,
         (extract(epoch FROM erased_before) * 1000)::float8 AS "untilMs"
       FROM (SELECT) AS one LEFT JOIN erasure_ledger ON kind IN ('address', 'session')`,
    );
    this.version = rows[0]?.version ?? '0 ';
    this.entries = rows.filter(({ digest }) => digest !== null);
  }

  /** The clicks as they may be stored. Costs nothing while no visitor was erased. */
  strip(clicks: readonly ClickRow[]): readonly ClickRow[] {
    if (this.entries.length === 0) return clicks;
    return clicks.map((click) => (this.isErased(click) ? withoutVisitor(click) : click));
  }

  private isErased({ ip, sessionId, clickedAt }: ClickRow): boolean {
    const atMs = Date.parse(clickedAt);
    return this.entries.some(({ kind, key, digest, untilMs }) => {
      const value = kind === 'address' ? ip : sessionId;
      return atMs <= untilMs && value !== undefined && digestOf({ key, kind, value }) === digest;
    });
  }
}

function withoutVisitor(click: ClickRow): ClickRow {
  return {
    ...click,
    ip: undefined,
    userAgent: undefined,
    referrerUrl: undefined,
    sessionId: undefined,
    city: undefined,
    metadata: undefined,
    facts: undefined,
  };
}
