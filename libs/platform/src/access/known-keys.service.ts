import { Inject, Injectable, Optional } from '@nestjs/common';
import { ArrayContains, DataSource, IsNull } from 'typeorm';
import { isDatabaseOutage } from '../database-errors.js';
import { AccessClock } from './access-clock.js';
import { ACCESS_DATABASE } from './access-database.js';
import { ApiKeyEntity, stateOf } from './api-key.entity.js';
import { KeyUse } from './key-use.service.js';
import { LookupCache } from './lookup-cache.js';
import type { Principal } from './principal.js';

/** Injection token of the callers by the hashes of their keys, see `readKeyFile`. */
export const KEY_FILE = Symbol('KEY_FILE');

interface KnownKey {
  principal: Principal;
  /** The key before the last rotation. */
  isPrevious: boolean;
  /** First moment at which it is not taken any more, ms. */
  endsAt: number;
}

/** Whose key it is, by its hash: of the key file, or of the database. */
@Injectable()
export class KnownKeys {
  private readonly keys: LookupCache<KnownKey>;
  private readonly existence: LookupCache<true>;

  constructor(
    @Inject(KEY_FILE) private readonly file: ReadonlyMap<string, Principal>,
    @Optional() @Inject(ACCESS_DATABASE) private readonly database: DataSource | undefined,
    private readonly clock: AccessClock,
    private readonly use: KeyUse,
  ) {
    const options = { isOutage: isDatabaseOutage, now: () => clock.now() };
    this.keys = new LookupCache({ ...options, load: (hash) => this.loadKey(hash) });
    this.existence = new LookupCache({ ...options, load: () => this.loadExistence() });
  }

  /** Whether there is any key, be it over: once keys are asked for, they always are. */
  async exist(): Promise<boolean> {
    return this.file.size > 0 || ((await this.existence.find('any')) ?? false);
  }

  /** Undefined for keys that never were, that are over and that were taken back. */
  async find(hash: string): Promise<Principal | undefined> {
    const filed = this.file.get(hash);
    if (filed || !this.database) return filed;
    const known = await this.keys.find(hash);
    if (!known || known.endsAt <= this.clock.now()) return undefined;
    this.use.note(known.principal.id, known.isPrevious);
    return known.principal;
  }

  /** Whether somebody could make further keys now. */
  async holdsAdmin(): Promise<boolean> {
    if (this.file.size > 0) return true;
    const admins = await this.database
      ?.getRepository(ApiKeyEntity)
      .find({ where: { scopes: ArrayContains(['admin']), revoked_at: IsNull() } });
    return (admins ?? []).some((key) => stateOf(key, new Date(this.clock.now())) === 'active');
  }

  /** What this process knows of a key that has just been changed by it. */
  forget({ hash, previous_hash }: Pick<ApiKeyEntity, 'hash' | 'previous_hash'>): void {
    this.keys.forget(hash);
    if (previous_hash !== null) this.keys.forget(previous_hash);
    this.existence.forget('any');
  }

  private async loadKey(hash: string): Promise<KnownKey | undefined> {
    const found = await this.database
      ?.getRepository(ApiKeyEntity)
      .findOne({ where: [{ hash }, { previous_hash: hash }] });
    if (!found || found.revoked_at) return undefined;
    const isPrevious = found.hash !== hash;
    const ends = [found.expires_at, isPrevious ? found.previous_expires_at : null];
    return {
      principal: {
        kind: 'key',
        id: found.id,
        name: found.name,
        userId: found.user_id ?? undefined,
        scopes: found.scopes,
      },
      isPrevious,
      endsAt: Math.min(...ends.map((end) => end?.getTime() ?? Number.POSITIVE_INFINITY)),
    };
  }

  private async loadExistence(): Promise<true | undefined> {
    return (await this.database?.getRepository(ApiKeyEntity).exists()) || undefined;
  }
}
