import { createHash } from 'node:crypto';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager, LessThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { currentPrincipal, currentRequestId } from '../request-context.js';
import { ACCESS_DATABASE } from './access-database.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { ANYBODY, type Principal } from './principal.js';

export interface AuditedAction {
  /** For example `key.created`. */
  action: string;
  /** To what, mostly an id; for what is held of a user, {@link auditedUser}. */
  target?: string | undefined;
  details?: object;
  /** Default: who makes the call being served. */
  actor?: Pick<Principal, 'kind' | 'id' | 'name' | 'userId'>;
}

export interface AuditFilter {
  action?: string | undefined;
  actor_id?: string | undefined;
  target?: string | undefined;
  /** Older than the entry of this id. */
  before?: string | undefined;
  limit: number;
}

/** Stands for a user in the log, which is to name nobody: whoever knows the user finds the entries, and only they. */
export function auditedUser(userId: string): string {
  return `user:${createHash('sha256').update(userId).digest('hex').slice(0, 32)}`;
}

/** Who did what to keys, to what is held of people, and as an administrator. Without a database nothing is kept. */
@Injectable()
export class AuditLog {
  constructor(@Optional() @Inject(ACCESS_DATABASE) private readonly database: DataSource | undefined) {}

  /**
   * Within the transaction of `manager`, so that an action and its entry stand together or not at all; without one, call
   * it before handing anything out, and do nothing unrecorded when it rejects.
   */
  async record(
    { action, target, details = {}, actor = currentPrincipal() ?? ANYBODY }: AuditedAction,
    manager: EntityManager | undefined = this.database?.manager,
  ): Promise<void> {
    await manager?.insert(AuditEntryEntity, {
      id: uuidv7(),
      occurred_at: new Date(),
      action,
      actor_kind: actor.kind,
      actor_id: actor.id,
      actor_name: actor.name,
      actor_user_id: actor.userId ?? null,
      target: target ?? null,
      details,
      request_id: currentRequestId() ?? null,
    });
  }

  /** Newest first. */
  async list({ before, limit, action, actor_id, target }: AuditFilter): Promise<AuditEntryEntity[]> {
    const given = Object.entries({ action, actor_id, target }).filter(([, value]) => value !== undefined);
    return (
      this.database?.getRepository(AuditEntryEntity).find({
        where: { ...Object.fromEntries(given), ...(before && { id: LessThan(before) }) },
        order: { id: 'DESC' },
        take: limit,
      }) ?? []
    );
  }
}
