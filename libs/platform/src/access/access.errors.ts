import { CodedError } from '../coded-error.js';
import type { KeyState } from './api-key.entity.js';
import type { Scope } from './scopes.js';

export class MissingApiKeyError extends CodedError {
  constructor() {
    super({
      code: 'missing_api_key',
      kind: 'unauthenticated',
      message: 'This call needs an API key: send it as "Authorization: Bearer <key>" or "X-API-Key".',
    });
  }
}

/** One and the same for keys that never were, that are over and that were taken back: nobody learns which existed. */
export class WrongApiKeyError extends CodedError {
  constructor() {
    super({ code: 'wrong_api_key', kind: 'unauthenticated', message: 'The API key is not known here.' });
  }
}

export class WrongTokenError extends CodedError {
  constructor() {
    super({
      code: 'wrong_token',
      kind: 'unauthenticated',
      message:
        'The token is not taken here: it must be a current one of the identity provider, for this audience.',
    });
  }
}

export class SessionOverError extends CodedError {
  constructor() {
    super({ code: 'session_over', kind: 'unauthenticated', message: 'Your session is over: log in again.' });
  }
}

/** A browser was made to call by a page that is not Footfall's. */
export class CrossSiteError extends CodedError {
  constructor(what: string) {
    super({ code: 'cross_site_request', kind: 'forbidden', message: `This call ${what}.` });
  }
}

export class ForeignNameError extends CodedError {
  constructor() {
    super({
      code: 'foreign_name',
      kind: 'forbidden',
      message:
        'While nobody is asked for a key, calls are answered at localhost and at IP addresses only: use one of those, or make a first key.',
    });
  }
}

export class ServiceKeyNeededError extends CodedError {
  constructor() {
    super({
      code: 'service_key_needed',
      kind: 'forbidden',
      message: 'This call takes no key that is bound to one user: use a key without a user.',
    });
  }
}

export class ScopeNeededError extends CodedError {
  constructor(needed: Scope, held: readonly Scope[]) {
    super({
      code: 'scope_needed',
      kind: 'forbidden',
      message: `This call needs the scope ${needed}; your key has ${held.join(', ') || 'none'}.`,
    });
  }
}

/** A caller bound to one user asked to act for another. */
export class NotYourUserError extends CodedError {
  constructor() {
    super({
      code: 'not_your_user',
      kind: 'forbidden',
      message: 'This API key is bound to another user: leave user_id out, or give your own.',
    });
  }
}

export class KeyNotFoundError extends CodedError {
  constructor() {
    super({ code: 'key_not_found', kind: 'not_found', message: 'There is no such key.' });
  }
}

export class KeyNotActiveError extends CodedError {
  constructor(state: KeyState) {
    super({ code: 'key_not_active', kind: 'conflict', message: `This key is ${state}: make another.` });
  }
}

/** From the first key on keys are asked for: it must be one with which others can be made. */
export class FirstKeyNotAdminError extends CodedError {
  constructor() {
    super({
      code: 'first_key_must_be_admin',
      kind: 'conflict',
      message:
        'The first key must have the scope admin and no user_id: from then on every call needs a key, and no other could make more.',
    });
  }
}
