import type { z } from 'zod';
import type { MintRefusal } from '#contracts';
import { CodedError } from '#platform';

/** Code of a refusal whose URL is right but whose fallback URL is not. */
export const INVALID_FALLBACK_URL = 'invalid_fallback_url';

/** A destination that must not be linked to; `message` says what to do instead. */
export class InvalidUrlError extends CodedError {
  constructor(
    message: string,
    readonly path?: string,
  ) {
    const details = path ? [{ path, message }] : [];
    super({ code: 'invalid_url', kind: 'invalid', message: path ? `${path}: ${message}` : message, details });
  }

  /** The same refusal, naming the field that held the URL. */
  at(path: string): InvalidUrlError {
    return new InvalidUrlError(this.message, path);
  }
}

/** A field of a single link that cannot be stored. Alone it refuses the link, not its batch. */
export class InvalidLinkError extends CodedError {
  constructor(message: string) {
    super({ code: 'invalid_link', kind: 'invalid', message });
  }
}

/** The whole call cannot be served as it was asked. */
export class InvalidLinkRequestError extends CodedError {
  static of({ issues }: z.ZodError): InvalidLinkRequestError {
    const details = issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    const [first] = details;
    const message = first ? `${first.path}: ${first.message}` : 'The request is not valid.';
    return new InvalidLinkRequestError({ code: 'invalid_request', kind: 'invalid', message, details });
  }
}

export class LinkNotFoundError extends CodedError {
  constructor(message: 'Link not found' | 'Tracking ID not found' = 'Link not found') {
    super({ code: 'link_not_found', kind: 'not_found', message });
  }
}

export class LinkExpiredError extends CodedError {
  constructor() {
    super({ code: 'link_expired', kind: 'gone', message: 'This link has expired' });
  }
}

/** Two links of one owner would become the same link. */
export class LinkExistsError extends CodedError {
  constructor(cause: unknown) {
    super({
      code: 'link_exists',
      kind: 'conflict',
      message: 'The same job and application have such a link already: use that one.',
      cause,
    });
  }
}

export class LinkDeactivatedError extends CodedError {
  constructor() {
    super({ code: 'link_deactivated', kind: 'gone', message: 'This link has been deactivated' });
  }
}

/** The links were neither made nor found, because others remove them at the same moment. */
export class MintConflictError extends CodedError {
  constructor() {
    super({
      code: 'mint_conflict',
      kind: 'unavailable',
      message: 'The links could not be minted because they are being removed; try again.',
      retryAfterSeconds: 1,
    });
  }
}

/** Nobody waits for the links any more: the caller has gone away or its deadline has passed. */
export class MintCancelledError extends CodedError {
  constructor() {
    super({ code: 'call_cancelled', kind: 'unavailable', message: 'The call was given up by its caller.' });
  }
}

/** A refusal inside a batch as the error of a whole call; `path` names the field that held the URL. */
export function toRefusalError(refusal: MintRefusal | undefined, path: string): CodedError {
  if (refusal?.code === INVALID_FALLBACK_URL) return new InvalidUrlError(refusal.message).at('fallback_url');
  if (refusal?.code === 'invalid_url') return new InvalidUrlError(refusal.message).at(path);
  return new InvalidLinkError(refusal?.message ?? 'The link was refused.');
}
