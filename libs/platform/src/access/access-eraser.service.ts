import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessClock } from './access-clock.js';
import { ACCESS_DATABASE } from './access-database.js';

const TABLES = ['access.api_keys', 'access.sessions', 'access.audit_log'];

const USERS = `
SELECT user_id FROM api_keys UNION SELECT user_id FROM sessions UNION SELECT actor_user_id FROM audit_log`;

/** Keys that are over name nobody any more; that they were stays, so that callers are asked for one further on. */
const FORGET_KEYS = `
UPDATE api_keys SET name = '(erased)', user_id = NULL, revoked_at = coalesce(revoked_at, $2)
WHERE user_id = ANY ($1) AND (revoked_at IS NOT NULL OR expires_at <= $2)
RETURNING id`;

const FORGET_ACTORS = `
UPDATE audit_log SET actor_id = '(erased)', actor_name = '(erased)', actor_user_id = NULL
WHERE actor_user_id = ANY ($1)`;

/**
 * Removes what keys, sessions and the log say of users. Keys that are in use stay as they are: whoever asks for an
 * erasure with one must be able to follow it, and taking keys back is its owner's to do.
 */
@Injectable()
export class AccessEraser {
  constructor(
    @Optional() @Inject(ACCESS_DATABASE) private readonly database: DataSource | undefined,
    private readonly clock: AccessClock,
  ) {}

  /** Where rows are erased here: their bytes stay in the files until these tables are rewritten. */
  get scrubbed(): { dataSource: DataSource; tables: readonly string[] } | undefined {
    return this.database && { dataSource: this.database, tables: TABLES };
  }

  /** Answers how many of what are gone. */
  async eraseUsers(isErased: (userId: string) => boolean): Promise<Record<string, number>> {
    if (!this.database) return {};
    return this.database.transaction(async (manager) => {
      const known: { user_id: string | null }[] = await manager.query(USERS);
      const users = known.flatMap(({ user_id }) => (user_id !== null && isErased(user_id) ? [user_id] : []));
      if (users.length === 0) return {};
      const [keys] = await manager.query(FORGET_KEYS, [users, new Date(this.clock.now())]);
      const ids = keys.map(({ id }: { id: string }) => id);
      await manager.query(`UPDATE audit_log SET details = '{}' WHERE target = ANY ($1)`, [ids]);
      const [, entries] = await manager.query(FORGET_ACTORS, [users]);
      const sessions = await manager.query(
        'DELETE FROM sessions WHERE user_id = ANY ($1) AND expires_at <= $2',
        [users, new Date(this.clock.now())],
      );
      const erased = { api_keys: ids.length, audit_entries: entries, sessions: sessions[1] };
      return Object.fromEntries(Object.entries(erased).filter(([, count]) => count > 0));
    });
  }
}
