import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openDataSource } from '../database.module.js';
import { accessDatabase } from './access-database.js';
import { ApiKeyEntity, stateOf } from './api-key.entity.js';
import { AuditLog } from './audit-log.service.js';
import { makeKey } from './make-key.js';

export interface BootstrapOptions {
  /** Database of the schema `access`, which is made when it is absent. */
  url: string;
  name: string;
  /** Also when there is an administrator's key already. */
  another: boolean;
}

const ACTOR = { kind: 'anonymous', id: 'bootstrap', name: 'npm run keys -- bootstrap' } as const;

/**
 * Makes an administrator's key past every guard: whoever may write to the database may do that anyway. Resolves to the
 * key, which is nowhere else, or to undefined when there is one and `another` was not asked for.
 */
export async function bootstrapAdminKey({
  url,
  name,
  another,
}: BootstrapOptions): Promise<string | undefined> {
  const database = await openDataSource({ ...accessDatabase(url), role: await findOwner(url) });
  try {
    return await database.transaction(async (manager) => {
      const now = new Date();
      const keys = await manager.find(ApiKeyEntity);
      const admins = keys.filter((key) => key.scopes.includes('admin') && stateOf(key, now) === 'active');
      if (admins.length > 0 && !another) return undefined;
      const { key, ...secret } = makeKey();
      const id = uuidv7();
      const made = { ...secret, id, name, scopes: ['admin'], created_at: now, created_by: ACTOR.name };
      await manager.insert(ApiKeyEntity, Object.assign(new ApiKeyEntity(), made));
      const details = { name, user_id: null, scopes: ['admin'] };
      await new AuditLog(database).record(
        { action: 'key.created', target: id, details, actor: ACTOR },
        manager,
      );
      return key;
    });
  } finally {
    await database.destroy();
  }
}

/** Whom the schema belongs to: an administrator of the database makes tables in that role's name, so that services may use them. */
async function findOwner(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ owner: string }>(
      `SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = 'access'`,
    );
    return rows[0]?.owner;
  } finally {
    await client.end();
  }
}
