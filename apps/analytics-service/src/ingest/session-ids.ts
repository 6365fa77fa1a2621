import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ANALYTICS_DATABASE } from '../database.js';

/** Clicks older than this get no session: their day's salt is long gone, and a new one would tell nothing. */
const OLDEST_DAYS = 30;
const DAY_MS = 86_400_000;

/** A salt lives this long after its first use, then nobody can tell whose session an id was. */
const SALT_LIFETIME_MS = 48 * 3_600_000;
const SESSION_ID_HEX_DIGITS = 16;

export interface Visitor {
  ip?: string;
  userAgent?: string;
  /** The candidate whose link it is: one visitor of two candidates is two sessions. */
  owner: string;
}

/**
 * Session ids without cookies: 64 bits of HMAC-SHA256 over address, agent and owner, under a random salt of the
 * UTC day. They tell visitors of one day apart and nothing else; daily figures cannot be summed into monthly ones.
 */
@Injectable()
export class SessionIds {
  private readonly salts = new Map<string, { salt: KeyObject; expiresAtMs: number }>();

  constructor(@Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource) {}

  /**
   * Salts of these days (`YYYY-MM-DD`) as a function that names sessions; makes the salts that do not exist. Days far
   * from today have none, so that odd moments in events can neither fail a batch nor fill the table.
   */
  async load(days: Iterable<string>): Promise<(day: string, visitor: Visitor) => string | undefined> {
    const salts = new Map<string, KeyObject>();
    const oldest = toDay(Date.now() - OLDEST_DAYS * DAY_MS);
    const newest = toDay(Date.now() + DAY_MS);
    for (const day of new Set(days)) {
      if (day >= oldest && day <= newest) salts.set(day, await this.getSalt(day));
    }
    return (day, visitor) => nameSession(salts.get(day), visitor);
  }

  /** Deletes salts past their lifetime; answers how many. */
  async deleteExpired(nowMs = Date.now()): Promise<number> {
    for (const [day, { expiresAtMs }] of this.salts) {
      if (expiresAtMs <= nowMs) this.salts.delete(day);
    }
    const [, deleted] = await this.dataSource.query('DELETE FROM session_salts WHERE created_at <= $1', [
      new Date(nowMs - SALT_LIFETIME_MS),
    ]);
    return deleted;
  }

  private async getSalt(day: string): Promise<KeyObject> {
    const held = this.salts.get(day);
    if (held && held.expiresAtMs > Date.now()) return held.salt;
    // Also what expired while the service was down: consumers may be ahead of the maintenance.
    await this.dataSource.query('DELETE FROM session_salts WHERE day = $1 AND created_at <= $2', [
      day,
      new Date(Date.now() - SALT_LIFETIME_MS),
    ]);
    await this.dataSource.query(
      'INSERT INTO session_salts (day, salt) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING',
      [day, randomBytes(32)],
    );
    const [row] = await this.dataSource.query('SELECT salt, created_at FROM session_salts WHERE day = $1', [
      day,
    ]);
    // Deleted between the two statements: the next one makes it anew.
    if (!row) return this.getSalt(day);
    // A KeyObject, because createHmac takes six times as long with a plain buffer.
    const salt = createSecretKey(row.salt);
    this.salts.set(day, { salt, expiresAtMs: row.created_at.getTime() + SALT_LIFETIME_MS });
    return salt;
  }
}

function toDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Undefined when nothing is known of the visitor: strangers must not share a session. */
function nameSession(salt: KeyObject | undefined, { ip, userAgent, owner }: Visitor): string | undefined {
  if (!salt || (ip === undefined && userAgent === undefined)) return undefined;
  return createHmac('sha256', salt)
    .update(`${ip ?? ''}|${userAgent ?? ''}|${owner}`)
    .digest('hex')
    .slice(0, SESSION_ID_HEX_DIGITS);
}
