import { digestOf, type ErasureKind, type ErasureRequested, type ErasureSubject } from '#contracts';
import type { SqlRunner } from './outbox.js';

/**
 * DDL of a service's erasure ledger, for a migration; `table` is a trusted name, best with its schema. A row says that
 * everything of a subject from before a moment is gone, and names nobody: see contracts' `digestOf`.
 */
export function erasureLedgerSql(table: string): string {
  return `
    CREATE TABLE IF NOT EXISTS ${table} (
      erasure_id uuid PRIMARY KEY,
      kind text NOT NULL,
      key text NOT NULL,
      digest text NOT NULL,
      owner text,
      erased_before timestamptz NOT NULL
    )`;
}

/**
 * Notes in the caller's transaction what is erased from now on. Whoever consults the ledger holds a lock on it to the
 * end of its transaction, and this waits for all of them and lets no new one begin before the commit: afterwards
 * nothing of the subject is on its way into the tables, and what had come before can be deleted.
 */
export async function recordErasure(
  transaction: SqlRunner,
  { table, request }: { table: string; request: ErasureRequested },
): Promise<void> {
  const { erasure_id, until, subject } = request;
  await transaction.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  await transaction.query(
    `INSERT INTO ${table} AS held (erasure_id, kind, key, digest, owner, erased_before) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (erasure_id) DO UPDATE SET erased_before = greatest(held.erased_before, excluded.erased_before)`,
    [erasure_id, subject.kind, subject.key, subject.digest, subject.owner, until],
  );
}

/** SQL of the digest of a value under the key that another expression gives. */
export function digestSql(key: string, kind: ErasureKind, value: string): string {
  return `encode(sha256(convert_to(${key} || '${kind}:' || ${value}, 'UTF8')), 'hex')`;
}

/** SQL expressions of what a record says of itself. */
export interface RecordSql {
  user: string;
  application?: string;
  /** When it came about. */
  at: string;
}

/** SQL condition: the ledger says that this record is gone. Records come late from journals, dead letters, backups. */
export function isErasedSql(table: string, { user, application, at }: RecordSql): string {
  const userDigest = digestSql('ledger.key', 'user', user);
  const matches = [`ledger.kind = 'user' AND ledger.digest = ${userDigest}`];
  if (application) {
    const applicationDigest = digestSql('ledger.key', 'application', application);
    matches.push(
      `ledger.kind = 'application' AND ledger.digest = ${applicationDigest}
         AND (ledger.owner IS NULL OR ledger.owner = ${userDigest})`,
    );
  }
  return `EXISTS (SELECT FROM ${table} AS ledger WHERE ${at} <= ledger.erased_before AND (${matches.map((match) => `(${match})`).join(' OR ')}))`;
}

/** Fields of events by which they are recognised, also in texts that are no longer JSON. */
const FIELDS: Readonly<Record<string, ErasureKind>> = {
  user_id: 'user',
  application_id: 'application',
  ip: 'address',
  session_id: 'session',
};
const FIELD = new RegExp(`"(${Object.keys(FIELDS).join('|')})"\\s*:\\s*"([^"\\\\]{1,200})"`, 'g');
const TRACKING_ID = /lt_[A-Za-z0-9_]{1,97}/g;

/** Whether an event's text, whole or broken, is about the subject or one of its links. */
export function concerns(
  { kind, key, digest, owner }: ErasureSubject,
  trackingIds: ReadonlySet<string>,
): (text: string) => boolean {
  return (text) => {
    for (const [id] of text.matchAll(TRACKING_ID)) if (trackingIds.has(id)) return true;
    const found = new Set<string>();
    for (const [, field = '', value = ''] of text.matchAll(FIELD)) {
      const fieldKind = FIELDS[field];
      if (fieldKind) found.add(digestOf({ key, kind: fieldKind, value }));
    }
    return found.has(digest) && (kind !== 'application' || !owner || found.has(owner));
  };
}
