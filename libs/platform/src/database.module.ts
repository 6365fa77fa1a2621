import { setTimeout as delay } from 'node:timers/promises';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import { DataSource, type DataSourceOptions, MigrationExecutor, type MigrationInterface } from 'typeorm';
import { isDatabaseOutage, isTlsFailure } from './database-errors.js';
import { HealthChecks } from './health.js';
import { Metrics } from './metrics.js';
import { backoffDelayMs } from './retry.js';
import { observePool } from './telemetry/observe-pool.js';
import { reasonOf } from './tls/certificate-files.js';

/** Migrations that this process needs and is not to run itself: they may be under way. */
class SchemaBehindError extends Error {
  override readonly name = 'SchemaBehindError';
}

/** Most connections one service opens unless told otherwise. */
const DEFAULT_POOL_SIZE = 10;
/** Longest wait between two attempts to reach a database that is away, ms. */
const MAX_CONNECT_DELAY_MS = 5_000;
/**
 * Longest wait of a migration for a table that others use, ms: all who come after it wait behind it, so that a report
 * of a minute would otherwise hold every click and document up for a minute.
 */
const LOCK_PATIENCE_MS = 500;
/** SQLSTATE of a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface DatabaseOptions {
  /** Injection token of the DataSource; each service has its own. */
  token: symbol;
  url: string;
  /** The one schema this service owns: created when absent, and the whole search path of its connections. */
  schema: string;
  entities: NonNullable<DataSourceOptions['entities']>;
  migrations: NonNullable<DataSourceOptions['migrations']>;
  poolSize?: number;
  /** False: somebody else runs the migrations, and the start waits for them. */
  migrateAtStart?: boolean | undefined;
  /** Works as this role, when it is not that of the address: what is made belongs to it. */
  role?: string | undefined;
  /** False: the process is ready without it, once it has started. Default true. */
  isRequired?: boolean;
}

const OWN_DATA_SOURCE = Symbol('OWN_DATA_SOURCE');
const OWN_OPTIONS = Symbol('OWN_OPTIONS');

/** Closes the pool after everything that uses it has stopped: Nest shuts dependencies down last. */
@Injectable()
class DatabaseLifecycle implements OnApplicationShutdown {
  constructor(
    @Inject(OWN_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(OWN_OPTIONS) options: DatabaseOptions,
    health: HealthChecks,
    metrics: Metrics,
  ) {
    observePool(dataSource, options.schema, metrics);
    const check = async () => void (await this.dataSource.query('SELECT 1'));
    health.register(`database_${options.schema}`, check, { required: options.isRequired ?? true });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy();
  }
}

/**
 * One service's database: an initialised TypeORM DataSource under the service's own token, its schema present
 * and its migrations run. Waits with backoff for a database that is not up yet, so that containers may start in
 * any order; any other failure stops the start.
 */
@Module({})
export class DatabaseModule {
  static register(options: DatabaseOptions): DynamicModule {
    const dataSource: Provider = {
      provide: options.token,
      inject: [PinoLogger],
      useFactory: (logger: PinoLogger) => openDatabase(options, logger),
    };
    return {
      module: DatabaseModule,
      providers: [
        dataSource,
        { provide: OWN_DATA_SOURCE, useExisting: options.token },
        { provide: OWN_OPTIONS, useValue: options },
        DatabaseLifecycle,
      ],
      exports: [options.token],
    };
  }
}

/**
 * Runs the migrations of every database that `imports` register, and nothing else of them: for a job that goes before
 * the services do. Waits, as they do, for a database that is not up yet.
 */
export async function migrateDatabases(imports: readonly DynamicModule[], logger: Logger): Promise<void> {
  for (const options of databasesOf(imports)) {
    const dataSource = await openDatabase({ ...options, migrateAtStart: true }, logger);
    await dataSource.destroy();
    logger.info({ schema: options.schema }, 'the schema is current');
  }
}

function databasesOf(imports: readonly unknown[]): DatabaseOptions[] {
  return imports.flatMap((entry) => {
    const { module, imports: inner = [], providers = [] } = entry as DynamicModule;
    if (module !== DatabaseModule) return databasesOf(inner);
    return providers.flatMap((provider) =>
      'provide' in provider && provider.provide === OWN_OPTIONS && 'useValue' in provider
        ? [provider.useValue as DatabaseOptions]
        : [],
    );
  });
}

async function openDatabase(options: DatabaseOptions, logger: Pick<Logger, 'warn'>): Promise<DataSource> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await openDataSource(options);
    } catch (error) {
      if (isTlsFailure(error)) {
        throw new Error(
          `The database on ${new URL(options.url).host} cannot be reached over TLS (${reasonOf(error)}): check sslmode, sslrootcert, sslcert and sslkey in DATABASE_URL.`,
          { cause: error },
        );
      }
      const message = reasonToWait(error);
      if (!message) throw error;
      logger.warn({ err: error, schema: options.schema }, message);
      await delay(backoffDelayMs(attempt, MAX_CONNECT_DELAY_MS));
    }
  }
}

function reasonToWait(error: unknown): string | undefined {
  if (error instanceof SchemaBehindError)
    return 'the schema lacks migrations, waiting for somebody to start with --migrate-only';
  if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE)
    return 'a table that a migration changes is in use, trying again';
  return isDatabaseOutage(error) ? 'database is not reachable yet, trying again' : undefined;
}

/** Connects, makes the schema when it is absent and migrates it. */
export async function openDataSource(options: DatabaseOptions): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: 'migrations',
    logger: 'debug', // What goes wrong reaches us as errors; TypeORM would also print it, past our log.
    applicationName: `footfall-${options.schema}`,
    poolSize: options.poolSize ?? DEFAULT_POOL_SIZE,
    connectTimeoutMS: 5_000,
    extra: {
      options: `-c search_path=${options.schema}${options.role ? ` -c role=${options.role}` : ''}`,
      keepAlive: true,
    },
  });
  await dataSource.initialize();
  try {
    if (options.migrateAtStart ?? true) await migrate(dataSource, options.schema);
    else await checkMigrated(dataSource, options.schema);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

/** Several replicas may start at once: an advisory lock lets one migrate while the others wait. */
async function migrate(dataSource: DataSource, schema: string): Promise<void> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('SELECT pg_advisory_lock(hashtext($1))', [`footfall-migrations-${schema}`]);
    const [existing] = await runner.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (!existing) await runner.query(`CREATE SCHEMA "${schema}"`);
    await runner.query(`SET lock_timeout = ${LOCK_PATIENCE_MS}`);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    await executor.executePendingMigrations();
  } finally {
    await runner.query('RESET lock_timeout');
    await runner.query('SELECT pg_advisory_unlock(hashtext($1))', [`footfall-migrations-${schema}`]);
    await runner.release();
  }
}

async function checkMigrated(dataSource: DataSource, schema: string): Promise<void> {
  const [{ table }] = await dataSource.query('SELECT to_regclass($1) AS table', [`"${schema}".migrations`]);
  const done: { name: string }[] = table ? await dataSource.query(`SELECT name FROM ${table}`) : [];
  const names = new Set(done.map(({ name }) => name));
  const missing = dataSource.migrations.filter((migration) => !names.has(nameOf(migration)));
  if (missing.length > 0)
    throw new SchemaBehindError(`The schema ${schema} lacks ${missing.map(nameOf).join(', ')}.`);
}

/** As TypeORM names it in its table. */
const nameOf = (migration: MigrationInterface) => migration.name ?? migration.constructor.name;
