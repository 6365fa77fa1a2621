import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, LessThan } from 'typeorm';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { currentPrincipal } from '../request-context.js';
import { FirstKeyNotAdminError, KeyNotActiveError, KeyNotFoundError } from './access.errors.js';
import { AccessClock } from './access-clock.js';
import { ACCESS_DATABASE } from './access-database.js';
import { ApiKeyEntity, stateOf } from './api-key.entity.js';
import { AuditLog } from './audit-log.service.js';
import type { ChangeKey, CreateKey, ListKeys } from './keys.schemas.js';
import { KnownKeys } from './known-keys.service.js';
import { makeKey } from './make-key.js';
import { ANYBODY } from './principal.js';

const HOUR_MS = 3_600_000;
/** Keys of the database. Whoever may call this is an administrator. */
@Injectable()
export class ApiKeys {
  constructor(
    @Inject(ACCESS_DATABASE) private readonly database: DataSource,
    private readonly known: KnownKeys,
    private readonly audit: AuditLog,
    private readonly clock: AccessClock,
  ) {}

  /** @throws FirstKeyNotAdminError for a first key with which nobody could make another. */
  async create({
    name,
    user_id,
    scopes,
    expires_at,
  }: CreateKey): Promise<{ key: string; made: ApiKeyEntity }> {
    const actor = currentPrincipal() ?? ANYBODY;
    const isFirst = actor.kind === 'anonymous';
    if (isFirst && !scopes.includes('admin')) throw new FirstKeyNotAdminError();
    const { key, ...secret } = makeKey();
    const made = Object.assign(new ApiKeyEntity(), {
      ...secret,
      id: uuidv7(),
      name,
      user_id: user_id ?? null,
      scopes,
      created_at: new Date(this.clock.now()),
      created_by: actor.name,
      expires_at: expires_at ?? null,
    });
    await this.database.transaction(async (manager) => {
      await manager.insert(ApiKeyEntity, made);
      const details = { name, user_id: user_id ?? null, scopes };
      await this.audit.record({ action: 'key.created', target: made.id, details }, manager);
    });
    this.known.forget(made);
    return { key, made };
  }

  /** Newest first. */
  list({ user_id, cursor, limit }: ListKeys): Promise<ApiKeyEntity[]> {
    return this.database.getRepository(ApiKeyEntity).find({
      where: { ...(user_id && { user_id }), ...(cursor && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** @throws KeyNotFoundError */
  async get(id: string): Promise<ApiKeyEntity> {
    const found = isUuid(id) ? await this.database.getRepository(ApiKeyEntity).findOneBy({ id }) : null;
    if (!found) throw new KeyNotFoundError();
    return found;
  }

  /** @throws KeyNotFoundError, KeyNotActiveError */
  change(id: string, { name, expires_at }: ChangeKey): Promise<ApiKeyEntity> {
    return this.edit(id, 'key.changed', (key) => {
      // What is over may be given more time; what was taken back stays away.
      if (key.revoked_at) throw new KeyNotActiveError('revoked');
      if (name !== undefined) key.name = name;
      if (expires_at !== undefined) key.expires_at = expires_at;
      return { name, expires_at };
    });
  }

  /** Also of a key that was. @throws KeyNotFoundError */
  revoke(id: string): Promise<ApiKeyEntity> {
    return this.edit(id, 'key.revoked', (key) => {
      key.revoked_at ??= new Date(this.clock.now());
      return {};
    });
  }

  /** The key in use goes on for some hours beside its successor. @throws KeyNotFoundError, KeyNotActiveError */
  async rotate(id: string, overlapHours: number): Promise<{ key: string; made: ApiKeyEntity }> {
    const { key, ...secret } = makeKey();
    const made = await this.edit(id, 'key.rotated', (rotated) => {
      const state = stateOf(rotated, new Date(this.clock.now()));
      if (state !== 'active') throw new KeyNotActiveError(state);
      Object.assign(rotated, {
        ...secret,
        previous_hash: rotated.hash,
        previous_expires_at: new Date(this.clock.now() + overlapHours * HOUR_MS),
        previous_last_used_at: rotated.last_used_at,
        last_used_at: null,
      });
      return { overlap_hours: overlapHours };
    });
    return { key, made };
  }

  private async edit(
    id: string,
    action: string,
    apply: (key: ApiKeyEntity) => Record<string, unknown>,
  ): Promise<ApiKeyEntity> {
    if (!isUuid(id)) throw new KeyNotFoundError();
    const { before, after } = await this.database.transaction(async (manager) => {
      const key = await lockKey(manager, id);
      const before = { ...key };
      const details = apply(key);
      await manager.save(key);
      await this.audit.record({ action, target: id, details: { key: key.name, ...details } }, manager);
      return { before, after: key };
    });
    this.known.forget(before);
    this.known.forget(after);
    return after;
  }
}

async function lockKey(manager: EntityManager, id: string): Promise<ApiKeyEntity> {
  const found = await manager.findOne(ApiKeyEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!found) throw new KeyNotFoundError();
  return found;
}
