import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, LessThanOrEqual } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { isDatabaseOutage } from '../database-errors.js';
import { WrongApiKeyError } from './access.errors.js';
import { AccessClock } from './access-clock.js';
import { ACCESS_DATABASE } from './access-database.js';
import { AuditLog } from './audit-log.service.js';
import { hashKey } from './key-file.js';
import { KnownKeys } from './known-keys.service.js';
import { LookupCache } from './lookup-cache.js';
import type { Principal } from './principal.js';
import { SessionEntity } from './session.entity.js';

const HOUR_MS = 3_600_000;
/** A session ends with its key at the latest, which can be taken back. */
const KEY_SESSION_MS = 7 * 24 * HOUR_MS;
/** What an identity provider has said of a person is believed so long. */
const OIDC_SESSION_MS = 12 * HOUR_MS;

/** A session that has just begun, and what the browser is to keep. */
export interface NewSession {
  token: string;
  principal: Principal;
  expiresAt: Date;
}

/** Logins of browsers. Nobody gets more by one than by the key that it was begun with, nor for longer. */
@Injectable()
export class Sessions {
  private readonly known: LookupCache<SessionEntity>;

  constructor(
    @Optional() @Inject(ACCESS_DATABASE) private readonly database: DataSource | undefined,
    private readonly keys: KnownKeys,
    private readonly audit: AuditLog,
    private readonly clock: AccessClock,
  ) {
    this.known = new LookupCache({
      load: async (hash) =>
        (await this.database?.getRepository(SessionEntity).findOneBy({ hash })) ?? undefined,
      isOutage: isDatabaseOutage,
      now: () => clock.now(),
    });
  }

  /** Undefined when it is over, was ended, or its key is not taken any more. */
  async find(token: string): Promise<Principal | undefined> {
    const session = await this.known.find(hashKey(token));
    if (!session || session.expires_at.getTime() <= this.clock.now()) return undefined;
    const { id, key_hash, name, user_id, scopes } = session;
    if (key_hash === null) return { kind: 'session', id, name, userId: user_id ?? undefined, scopes };
    const owner = await this.keys.find(key_hash);
    return owner && { ...owner, kind: 'session', id };
  }

  /** @throws WrongApiKeyError */
  async beginByKey(key: string): Promise<NewSession> {
    const keyHash = hashKey(key);
    const owner = await this.keys.find(keyHash);
    if (!owner) throw new WrongApiKeyError();
    return this.begin(owner, { keyHash, lifetimeMs: KEY_SESSION_MS });
  }

  /** Of a person whom the identity provider has just vouched for. */
  beginFor(person: Principal): Promise<NewSession> {
    return this.begin(person, { keyHash: null, lifetimeMs: OIDC_SESSION_MS });
  }

  async end(token: string): Promise<void> {
    const hash = hashKey(token);
    await this.database?.transaction(async (manager) => {
      const session = await manager.findOneBy(SessionEntity, { hash });
      if (!session) return;
      await manager.delete(SessionEntity, { id: session.id });
      await this.audit.record(
        { action: 'session.ended', target: session.id, actor: actorOf(session) },
        manager,
      );
    });
    this.known.forget(hash);
  }

  private async begin(
    owner: Principal,
    { keyHash, lifetimeMs }: { keyHash: string | null; lifetimeMs: number },
  ): Promise<NewSession> {
    const token = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    const session = Object.assign(new SessionEntity(), {
      id: uuidv7(),
      hash: hashKey(token),
      key_hash: keyHash,
      name: owner.name,
      user_id: owner.userId ?? null,
      scopes: [...owner.scopes],
      created_at: new Date(now),
      expires_at: new Date(now + lifetimeMs),
    });
    await this.database?.transaction(async (manager) => {
      await manager.delete(SessionEntity, { expires_at: LessThanOrEqual(new Date(now)) });
      await manager.insert(SessionEntity, session);
      await this.audit.record({ action: 'session.begun', target: session.id, actor: owner }, manager);
    });
    return { token, principal: { ...owner, kind: 'session', id: session.id }, expiresAt: session.expires_at };
  }
}

function actorOf({ id, name, user_id }: SessionEntity) {
  return { kind: 'session', id, name, userId: user_id ?? undefined } as const;
}
