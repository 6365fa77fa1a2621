import { z } from 'zod';
import { isCallerReference } from '#contracts';
import { accessEnv, amqpUrl, databaseEnv, flag, port, serviceEnv } from '#platform';

/** Longest base: a tracking id is added to it, and the whole must fit the contracts' `redirect_url`. */
const MAX_BASE_LENGTH = 2_000;

/** An http or https address without query and fragment; a trailing slash is dropped. */
export const baseRedirectUrl = () =>
  z
    .url({
      protocol: /^https?$/,
      error: 'must be an http or https address such as https://go.example.com/track.',
    })
    .max(MAX_BASE_LENGTH, `must have at most ${MAX_BASE_LENGTH} characters.`)
    .refine((url) => !/[?#@]/.test(url), 'must hold no query, fragment or user name.')
    .transform((url) => url.replace(/\/+$/, ''));

/** What link-service reads from the environment, alone or inside standalone. */
export const linkServiceEnv = {
  ...databaseEnv,
  /** Where tracked links live: `<this>/<tracking id>`. The default is the edge's, or standalone's, own port. */
  BASE_REDIRECT_URL: baseRedirectUrl().default('http://localhost:5000/track'),
  /** Owner of links that are minted without a user id. */
  DEFAULT_USER_ID: z
    .string()
    .refine(isCallerReference, 'must be 1 to 100 characters of A-Z, a-z, 0-9 and . _ : -')
    .default('default'),
  /** Lets links lead into private networks: for tests only. */
  ALLOW_PRIVATE_DESTINATIONS: flag().default(false),
} as const;

export type LinkServiceConfig = z.output<z.ZodObject<typeof linkServiceEnv>>;

/** Settings of link-service as a process of its own. */
export const linkServiceProcessEnv = z.object({
  ...serviceEnv,
  ...accessEnv,
  ...linkServiceEnv,
  PORT: port().default(5002),
  GRPC_PORT: port().default(6002),
  AMQP_URL: amqpUrl(),
});

/** Injection token of {@link LinkServiceConfig}. */
export const LINK_SERVICE_CONFIG = Symbol('LINK_SERVICE_CONFIG');

/** Injection token of the DataSource on the schema `links`. */
export const LINKS_DATA_SOURCE = Symbol('LINKS_DATA_SOURCE');
