import { z } from 'zod';
import { isCallerReference } from '#contracts';
import { accessEnv, amqpUrl, databaseEnv, flag, hostAndPort, integer, port, serviceEnv } from '#platform';

/** Settings of analytics alone, wherever it runs. */
export const analyticsEnv = {
  ...databaseEnv,
  /** Days after which IP addresses and what else could name a visitor are removed from clicks. */
  IP_ANONYMIZE_AFTER_DAYS: integer({ min: 1, max: 3_650 }).default(90),
  /** Days after which clicks are deleted; unset keeps them. Counters stay. */
  CLICK_RETENTION_DAYS: integer({ min: 1, max: 36_500 }).optional(),
  /** Owner of applications that are described without a user id. */
  DEFAULT_USER_ID: z
    .string()
    .refine(isCallerReference, 'must be 1 to 100 characters of A-Z, a-z, 0-9 and . _ : -')
    .default('default'),
  /** A MaxMind DB file with cities; unset, countries come from the database that is shipped along. */
  GEO_DB: z.string().optional(),
  /** Webhooks may lead to the own machine and network, and over http: for tests. */
  ALLOW_PRIVATE_WEBHOOKS: flag().default(false),
  /** Days after which deliveries of webhooks leave their log: longer than clicks are news, which the log tells once. */
  WEBHOOK_LOG_DAYS: integer({ min: 8, max: 3_650 }).default(30),
  /** Keys that Calendly's webhooks are signed with; unset: none are taken. Two at once while one replaces the other. */
  CALENDLY_WEBHOOK_SIGNING_KEY: signingKeys(),
  CALCOM_WEBHOOK_SECRET: signingKeys(),
  SAVVYCAL_WEBHOOK_SECRET: signingKeys(),
} as const;

/** Settings of the analytics-service process. */
export const analyticsServiceEnv = z.object({
  ...serviceEnv,
  ...accessEnv,
  ...analyticsEnv,
  PORT: port().default(5004),
  GRPC_PORT: port().default(6004),
  AMQP_URL: amqpUrl(),
  /** gRPC address of link-service. */
  LINK_SERVICE_URL: hostAndPort().default('localhost:6002'),
  /** Sent to link-service when it asks for a key. */
  LINK_SERVICE_API_KEY: z.string().optional(),
  /** gRPC address of document-service, for exports of what is held of a candidate. */
  DOCUMENT_SERVICE_URL: hostAndPort().default('localhost:6003'),
  /** Sent to document-service when it asks for a key. */
  DOCUMENT_SERVICE_API_KEY: z.string().optional(),
});

const analyticsSchema = z.object(analyticsEnv);
export type AnalyticsServiceConfig = z.output<typeof analyticsSchema>;

/** Injection token of the {@link AnalyticsServiceConfig}. */
export const ANALYTICS_CONFIG = Symbol('ANALYTICS_CONFIG');

/** Keys with commas between them. */
function signingKeys() {
  return z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((key) => key.trim() || []));
}
