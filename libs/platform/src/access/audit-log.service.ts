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
  /** To what, mostly an id. Names nobody whose data was erased. */
  target?: string | undefined;
  details?: object;
  /** Default: who makes the call being served. */
  actor?: Pick<Principal, 'kind' | 'id' | 'name'>;
}

export interface AuditFilter {
  action?: string | undefined;
  actor_id?: string | undefined;
  target?: string | undefined;
  /** Older than the entry of this id. */
  before?: string | undefined;
  limit: number;
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
