import { join, resolve } from 'node:path';
import { z } from 'zod';
import { amqpUrl, hostAndPort, integer, networks, port, serviceEnv } from '#platform';

/** What the gateway reads from the environment, alone or inside standalone. */
export const redirectGatewayEnv = {
  DATA_DIR: serviceEnv.DATA_DIR,
  /** Clicks that are not yet relayed; `<DATA_DIR>/journal` when unset. One gateway, with its workers, per folder. */
  JOURNAL_DIR: z.string().optional(),
  /** `none` leaves syncing to the kernel: a power cut may then lose clicks that got their 302. */
  JOURNAL_SYNC: z.enum(['fdatasync', 'none'], { error: 'must be fdatasync or none.' }).default('fdatasync'),
  /** Beyond this many bytes clicks are handled as with a full disk: redirected, counted as unjournaled. */
  JOURNAL_MAX_BYTES: integer({ min: 1_048_576, max: 1_000_000_000_000 }).default(2_147_483_648),
  TRUSTED_PROXIES: serviceEnv.TRUSTED_PROXIES,
  /** Addresses from which every click is the links' owner's. */
  OWN_ADDRESSES: networks().optional(),
  /** Visitors who send DNT or Sec-GPC are counted without any fact of theirs, or not counted at all. */
  DNT_POLICY: z
    .enum(['aggregate', 'ignore-click'], { error: 'must be aggregate or ignore-click.' })
    .default('aggregate'),
  /** Unknown links that one address (IPv6: one /64) may ask for a minute, and at once; known ones are never limited. */
  UNKNOWN_LINKS_PER_MINUTE: integer({ min: 1, max: 1_000_000 }).default(60),
  /** Connections at once; further ones are refused. */
  MAX_CONNECTIONS: integer({ min: 1, max: 1_000_000 }).default(10_000),
  /** After so many requests a connection ends, so that long-lived ones spread over gateways again. */
  MAX_REQUESTS_PER_CONNECTION: integer({ min: 1, max: 1_000_000_000 }).default(10_000),
  /** How long an idle connection stays open: longer than any proxy in front keeps its own. */
  KEEP_ALIVE_SECONDS: integer({ min: 1, max: 3_600 }).default(72),
  /** Address and headers of a request together. */
  MAX_HEADER_BYTES: integer({ min: 1_024, max: 1_048_576 }).default(16_384),
  /** Time for a request's headers to arrive. */
  REQUEST_HEADERS_SECONDS: integer({ min: 1, max: 600 }).default(10),
  /** Time for a whole request to arrive. */
  REQUEST_SECONDS: integer({ min: 1, max: 3_600 }).default(60),
} as const;

export type RedirectGatewayConfig = z.output<z.ZodObject<typeof redirectGatewayEnv>>;

/** Settings of the gateway as a process of its own. */
export const redirectGatewayProcessEnv = z.object({
  ...serviceEnv,
  ...redirectGatewayEnv,
  PORT: port().default(5001),
  AMQP_URL: amqpUrl(),
  /** link-service's gRPC address. */
  LINK_SERVICE_URL: hostAndPort().default('localhost:6002'),
  /** Processes that share the port, each with a journal and a copy of the links of its own. */
  WORKERS: integer({ min: 1, max: 256 }).default(1),
  /** Sent to link-service when it asks for a key. */
  LINK_SERVICE_API_KEY: z.string().optional(),
});

export function journalDirectory({ JOURNAL_DIR, DATA_DIR }: RedirectGatewayConfig): string {
  return resolve(JOURNAL_DIR ?? join(DATA_DIR, 'journal'));
}

export function replicaDirectory({ DATA_DIR }: RedirectGatewayConfig): string {
  return resolve(DATA_DIR, 'replica');
}
