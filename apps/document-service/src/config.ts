import { z } from 'zod';
import { isCallerReference } from '#contracts';
import { accessEnv, amqpUrl, databaseEnv, flag, hostAndPort, integer, port, serviceEnv } from '#platform';

/** What document-service reads from the environment, alone or inside standalone. */
export const documentServiceEnv = {
  ...databaseEnv,
  /** Documents lie in its folder `documents`. */
  DATA_DIR: serviceEnv.DATA_DIR,
  /** False: documents carry the original URLs and no link is minted. */
  ENABLE_URL_TRACKING: flag().default(true),
  /** Whose profile serves requests that name no user. */
  DEFAULT_USER_ID: z
    .string()
    .refine(isCallerReference, 'must be 1 to 100 characters of A-Z, a-z, 0-9 and . _ : -')
    .default('default'),
  /** Longest a document waits for its tracked links before the original URLs go in, ms. */
  LINK_DEADLINE_MS: integer({ min: 50, max: 30_000 }).default(1_500),
  /** Documents that may wait for their turn; beyond, requests are answered 503 with Retry-After. */
  RENDER_QUEUE_SIZE: integer({ min: 1, max: 100_000 }).default(500),
  /** What makes PDFs; when absent, soffice where it is on the PATH, else nothing. */
  PDF_CONVERTER: z.enum(['none', 'soffice', 'gotenberg']).optional(),
  GOTENBERG_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:3000'),
  /** Conversions to PDF that may wait for their turn. */
  PDF_QUEUE_SIZE: integer({ min: 1, max: 10_000 }).default(20),
  /** Where documents and uploaded templates lie: below DATA_DIR, or in a bucket. */
  DOCUMENT_STORE: z.enum(['filesystem', 's3']).default('filesystem'),
  /** Of S3-compatible servers other than Amazon's; keys come from AWS_ACCESS_KEY_ID and its like. */
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_BUCKET: z.string().min(1).default('footfall'),
  S3_REGION: z.string().min(1).default('us-east-1'),
  /** Documents go this many days after they were made; absent, they stay. */
  DOCUMENT_RETENTION_DAYS: integer({ min: 1, max: 36_500 }).optional(),
} as const;

export type DocumentServiceConfig = z.output<z.ZodObject<typeof documentServiceEnv>>;

/** Settings of document-service as a process of its own. */
export const documentServiceProcessEnv = z.object({
  ...serviceEnv,
  ...accessEnv,
  ...documentServiceEnv,
  PORT: port().default(5003),
  GRPC_PORT: port().default(6003),
  AMQP_URL: amqpUrl(),
  /** gRPC address of link-service. */
  LINK_SERVICE_URL: hostAndPort().default('localhost:6002'),
  /** Key that link-service asks for, when it asks for one. */
  LINK_SERVICE_API_KEY: z.string().optional(),
});

/** Injection token of {@link DocumentServiceConfig}. */
export const DOCUMENT_SERVICE_CONFIG = Symbol('DOCUMENT_SERVICE_CONFIG');

/** Injection token of the DataSource on the schema `documents`. */
export const DOCUMENTS_DATA_SOURCE = Symbol('DOCUMENTS_DATA_SOURCE');
