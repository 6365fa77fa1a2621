export { NotYourUserError } from './access/access.errors.js';
export { accessEnv } from './access/access-env.js';
export { AccessEraser } from './access/access-eraser.service.js';
export { AuditLog, auditedUser } from './access/audit-log.service.js';
export { type BootstrapOptions, bootstrapAdminKey } from './access/bootstrap-key.js';
export { makeKey } from './access/make-key.js';
export type { Principal } from './access/principal.js';
export {
  type CallDescription,
  describeCalls,
  Public,
  SCOPES,
  type Scope,
  Scopes,
  UserScoped,
} from './access/scopes.js';
export { type Client, clientReader, networkOf, parseNetworks, type ReadClient } from './client-address.js';
export { CodedError, type CodedErrorOptions, type ErrorKind } from './coded-error.js';
export { CSV_ANSWER, writeCsv, writeRecord } from './csv.js';
export { DatabaseModule, type DatabaseOptions } from './database.module.js';
export { isDatabaseOutage } from './database-errors.js';
export { DataDirectoryInUseError, type DirectoryLock, lockDirectory } from './directory-lock.js';
export {
  amqpUrl,
  databaseEnv,
  flag,
  hostAndPort,
  InvalidConfigError,
  integer,
  isLoopback,
  networks,
  parseEnv,
  port,
  postgresUrl,
  serviceEnv,
} from './env.js';
export { freePort } from './free-port.js';
export { type GlobalValue, globalValue } from './global-value.js';
export { HealthChecks } from './health.js';
export { createHttpAdapter, RawBody } from './http-server.js';
export { createLogger } from './logger.js';
export { Metrics } from './metrics.js';
export { PlatformModule } from './platform.module.js';
export { backUpCluster, restoreCluster } from './private-servers/cluster-backup.js';
export { copyLive } from './private-servers/copy-live.js';
export { canInstallDebianPackages, installDebianPackage } from './private-servers/debian-package.js';
export {
  type LocalPostgres,
  type LocalPostgresOptions,
  startLocalPostgres,
} from './private-servers/local-postgres.js';
export {
  type LocalRabbitmq,
  type LocalRabbitmqOptions,
  startLocalRabbitmq,
} from './private-servers/local-rabbitmq.js';
export { RabbitmqMissingError } from './private-servers/rabbitmq-install.js';
export { type ProvisionOptions, provisionDatabase } from './provision-database.js';
export { Unlimited } from './rate-limit/unlimited.js';
export { currentPrincipal, currentRequestId, currentUserId, principalOf } from './request-context.js';
export { isReservedAddress, isReservedHost, withoutTrailingDots } from './reserved-hosts.js';
export { backoffDelayMs } from './retry.js';
export { type Composition, runProgram } from './run.js';
export { type ProcessConfig, type RunningService, type ServiceOptions, startService } from './service.js';
export { inSpan, isTracing, outsideSpans, runIn, startFrequentSpan } from './telemetry/spans.js';
export { startTracing, type Tracing } from './telemetry/start-tracing.js';
export { GrpcTls } from './tls/grpc-tls.js';
