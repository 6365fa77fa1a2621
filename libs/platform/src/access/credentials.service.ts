import { Injectable } from '@nestjs/common';
import { MissingApiKeyError, WrongApiKeyError } from './access.errors.js';
import { hashKey } from './key-file.js';
import { KnownKeys } from './known-keys.service.js';
import { ANYBODY, type Principal } from './principal.js';

/** What a caller shows to be let in. */
export interface Presented {
  /** From `Authorization: Bearer` or `X-API-Key`. */
  key?: string | undefined;
}

/** Finds out who calls. */
@Injectable()
export class Credentials {
  constructor(private readonly keys: KnownKeys) {}

  /** Whether callers are asked who they are. */
  isRequired(): Promise<boolean> {
    return this.keys.exist();
  }

  /** @throws MissingApiKeyError or WrongApiKeyError. */
  async identify({ key }: Presented): Promise<Principal> {
    if (!(await this.isRequired())) return ANYBODY;
    if (!key) throw new MissingApiKeyError();
    const known = await this.keys.find(hashKey(key));
    if (!known) throw new WrongApiKeyError();
    return known;
  }
}
