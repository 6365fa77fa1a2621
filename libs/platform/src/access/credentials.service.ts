import { Injectable } from '@nestjs/common';
import { CodedError } from '../coded-error.js';
import { MissingApiKeyError, SessionOverError, WrongApiKeyError, WrongTokenError } from './access.errors.js';
import { hashKey } from './key-file.js';
import { KnownKeys } from './known-keys.service.js';
import { OidcTokens } from './oidc-tokens.service.js';
import type { Presented } from './presented.js';
import { ANYBODY, type Principal } from './principal.js';
import { Sessions } from './sessions.service.js';

/** Finds out who calls. */
@Injectable()
export class Credentials {
  constructor(
    private readonly keys: KnownKeys,
    private readonly sessions: Sessions,
    private readonly tokens: OidcTokens,
  ) {}

  /** Whether callers are asked who they are. */
  async isRequired(): Promise<boolean> {
    return this.tokens.isOn || (await this.keys.exist());
  }

  /** @throws CodedError for whoever is not known, or cannot be known right now. */
  async identify({ key, session }: Presented): Promise<Principal> {
    if (!(await this.isRequired())) return ANYBODY;
    if (key !== undefined) return this.identifyByKey(key);
    if (session === undefined) throw new MissingApiKeyError();
    const known = await this.sessions.find(session);
    if (!known) throw new SessionOverError();
    return known;
  }

  private async identifyByKey(key: string): Promise<Principal> {
    const isToken = this.tokens.isToken(key);
    const known = await (isToken ? this.tokens.find(key) : this.keys.find(hashKey(key)));
    if (known) return known;
    throw isToken ? new WrongTokenError() : new WrongApiKeyError();
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
