import { CodedError, isReservedHost } from '#platform';

const MAX_URL_LENGTH = 2_000;
/** Below this, ports belong to services that are no receivers of webhooks. */
const FIRST_FREE_PORT = 1_024;

export class InvalidWebhookUrlError extends CodedError {
  constructor(message: string) {
    super({ code: 'invalid_webhook_url', kind: 'invalid', message: `url: ${message}` });
  }
}

/**
 * The address of a receiver as it is stored and called. Names are not resolved here: where one leads is looked at every
 * time that something is sent.
 *
 * @param allowPrivate for tests: also http, and hosts and ports of the own machine and network
 * @throws InvalidWebhookUrlError with one sentence that says what to do
 */
export function parseWebhookUrl(input: string, allowPrivate: boolean): string {
  const url = input.isWellFormed() && input.length <= MAX_URL_LENGTH ? URL.parse(input) : null;
  if (!url || /[\p{Cc}\s]/u.test(input)) {
    throw new InvalidWebhookUrlError('Give a complete URL such as https://example.com/hooks.');
  }
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    throw new InvalidWebhookUrlError('Use a URL that starts with https://.');
  }
  if (url.username || url.password) {
    throw new InvalidWebhookUrlError('Remove the user name and password: the signature says who is calling.');
  }
  if (!allowPrivate && isReservedHost(url.hostname)) {
    throw new InvalidWebhookUrlError('Use a public host; private, local and reserved addresses are refused.');
  }
  if (!allowPrivate && url.port !== '' && Number(url.port) < FIRST_FREE_PORT) {
    throw new InvalidWebhookUrlError(`Use port 443, or one from ${FIRST_FREE_PORT} on.`);
  }
  url.hash = '';
  if (url.href.length > MAX_URL_LENGTH) throw new InvalidWebhookUrlError('Shorten the URL.');
  return url.href;
}
