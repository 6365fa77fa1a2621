import { Injectable } from '@nestjs/common';
import { CodedError } from '../coded-error.js';
import { MissingApiKeyError, SessionOverError, WrongApiKeyError } from './access.errors.js';
import { hashKey } from './key-file.js';
import { KnownKeys } from './known-keys.service.js';
import type { Presented } from './presented.js';
import { ANYBODY, type Principal } from './principal.js';
import { Sessions } from './sessions.service.js';

/** Finds out who calls. */
@Injectable()
export class Credentials {
  constructor(
    private readonly keys: KnownKeys,
    private readonly sessions: Sessions,
  ) {}

  /** Whether callers are asked who they are. */
  isRequired(): Promise<boolean> {
    return this.keys.exist();
  }

  /** @throws MissingApiKeyError, WrongApiKeyError or SessionOverError. */
  async identify({ key, session }: Presented): Promise<Principal> {
    if (!(await this.isRequired())) return ANYBODY;
    if (key !== undefined) {
      const known = await this.keys.find(hashKey(key));
      if (!known) throw new WrongApiKeyError();
      return known;
    }
    if (session === undefined) throw new MissingApiKeyError();
    const known = await this.sessions.find(session);
    if (!known) throw new SessionOverError();
    return known;
  }

  /** Undefined for whoever would not be let in. */
  async recognise(presented: Presented): Promise<Principal | undefined> {
    try {
      return await this.identify(presented);
    } catch (error) {
      if (error instanceof CodedError && error.kind === 'unauthenticated') return undefined;
      throw error;
    }
  }
}
