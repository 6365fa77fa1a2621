import { readFileSync } from 'node:fs';
import { type BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { parseNetworks } from './client-address.js';
import { reasonOf } from './tls/certificate-files.js';
import { secureAmqpUrl, securePostgresUrl } from './tls/secure-urls.js';

/** Every problem of a process's settings, one sentence each; nothing has been started. */
export class InvalidConfigError extends Error {
  readonly code = 'invalid_config';
  override readonly name = 'InvalidConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * Reads settings from the environment. A variable that is set but empty counts as unset. Every setting can come from a
 * file that `<NAME>_FILE` names, so that secrets need not stand in the environment.
 * @throws InvalidConfigError listing every problem at once.
 */
export function parseEnv<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const problems: string[] = [];
  for (const name of Object.keys(schema.shape)) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: unset one of them.`);
    else given[name] = readSetting(name, file, problems);
  }
  const result = schema.safeParse(given);
  if (result.success && problems.length === 0) return result.data;
  const issues = result.error?.issues.filter(({ path }) => !isAbout(problems, path.join('.'))) ?? [];
  throw new InvalidConfigError([
    ...problems,
    ...issues.map((issue) => {
      const name = issue.path.join('.');
      return name && !issue.message.startsWith(name) ? `${name} ${issue.message}` : issue.message;
    }),
  ]);
}

/** The file's text without the line ends that editors leave after it. */
function readSetting(name: string, file: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8').trimEnd() || undefined;
  } catch (cause) {
    problems.push(`${name}_FILE cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
    return undefined;
  }
}

/** A setting whose file cannot be read is not missing as well. */
const isAbout = (problems: readonly string[], name: string) =>
  problems.some((problem) => problem.startsWith(`${name}_FILE `));

/** A whole number within bounds, both included. */
export function integer({ min, max }: { min: number; max: number }) {
  const message = `must be a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^-?\d{1,15}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

/** A TCP port; 0 takes any free one. */
export const port = () => integer({ min: 0, max: 65_535 });

/** `true` or `false` (also 1/0, yes/no, on/off). */
export const flag = () => z.stringbool({ error: 'must be true or false.' });

/** TLS by `sslmode`, `sslrootcert`, `sslcert` and `sslkey`, see {@link securePostgresUrl}. */
export const postgresUrl = () =>
  z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'must be a PostgreSQL address such as postgres://user:password@host:5432/footfall.',
    })
    .transform(checkedBy(securePostgresUrl));

/** Settings of whoever has a database. */
export const databaseEnv = {
  DATABASE_URL: postgresUrl(),
  /** False: migrations are run apart, by `--migrate-only`, and a start waits until they have been. */
  MIGRATE_AT_START: flag().default(true),
} as const;

/** TLS by `amqps://` with `cacertfile`, `certfile` and `keyfile`, see {@link secureAmqpUrl}. */
export const amqpUrl = () =>
  z
    .url({
      protocol: /^amqps?$/,
      error: 'must be a RabbitMQ address such as amqp://user:password@host:5672.',
    })
    .transform(checkedBy(secureAmqpUrl));

/** A transformation whose errors are problems of the setting. */
function checkedBy(read: (text: string) => string) {
  return (text: string, context: z.core.$RefinementCtx<string>): string => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue(reasonOf(error));
      return z.NEVER;
    }
  };
}

/** `host:port`, the form gRPC addresses take. */
export const hostAndPort = () =>
  z
    .string()
    .regex(/^[^\s/:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'must be host:port, such as localhost:6002.');

/** Networks and single addresses, separated by commas or spaces. */
export const networks = () =>
  z.string().transform((list, context): BlockList => {
    try {
      return parseNetworks(list.split(/[\s,]+/).filter(Boolean));
    } catch (error) {
      context.addIssue(`must list networks such as 10.0.0.0/8, 127.0.0.1: ${reasonOf(error)}.`);
      return z.NEVER;
    }
  });

/** Settings that every process has. */
export const serviceEnv = {
  /** Address to listen on. Anything but loopback needs API keys. */
  HOST: z.string().default('127.0.0.1'),
  /** Folder for everything this process keeps on disk. */
  DATA_DIR: z.string().default('./data'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be one of trace, debug, info, warn, error, fatal, silent.',
    })
    .default('info'),
  /** File of accepted keys, one `name:sha256-in-hex` a line. */
  API_KEYS_FILE: z.string().optional(),
  /** Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; unset: nobody's. */
  TRUSTED_PROXIES: networks().optional(),
  /** Calls a minute of one key, session or person; 0: not limited. Nobody is while no key is asked for. */
  RATE_LIMIT_PER_MINUTE: integer({ min: 0, max: 1_000_000_000 }).default(600),
  /** Calls a minute from one address (IPv6: one /64); 0: not limited, nor are wrong keys. */
  ADDRESS_RATE_LIMIT_PER_MINUTE: integer({ min: 0, max: 1_000_000_000 }).default(1_200),
  /** How long browsers that came over https are to come back over https only; 0: they are told nothing. */
  HSTS_SECONDS: integer({ min: 0, max: 63_072_000 }).default(0),
  /** PEM file with this process's certificate, which it shows to callers and to the services that it calls over gRPC. */
  GRPC_TLS_CERT: z.string().optional(),
  /** PEM file with the certificate's private key, not encrypted. */
  GRPC_TLS_KEY: z.string().optional(),
  /** PEM file with the authorities that the other services' certificates must come from. */
  GRPC_TLS_CA: z.string().optional(),
  /** `require`: callers must show a certificate of GRPC_TLS_CA. */
  GRPC_TLS_CLIENT_AUTH: z.enum(['none', 'require'], { error: 'must be none or require.' }).default('none'),
} as const;

export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
