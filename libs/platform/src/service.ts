import type { ServerOptions as HttpOptions } from 'node:http';
import type { BlockList } from 'node:net';
import {
  type ChannelOptions,
  logVerbosity,
  type ServerOptions,
  type ServiceDefinition,
  setLogVerbosity,
} from '@grpc/grpc-js';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AccessOptions } from './access/access.module.js';
import { AccessCheck } from './access/access-check.js';
import { type AccessEnv, readOidcSettings } from './access/access-env.js';
import { listenOr } from './cannot-listen-error.js';
import { clientReader } from './client-address.js';
import { GrpcHealth } from './grpc-health.js';
import { HealthChecks } from './health.js';
import { createHttpAdapter } from './http-server.js';
import { createLogger } from './logger.js';
import { Metrics } from './metrics.js';
import { nestLogger } from './nest-logger.js';
import { serveOpenApi } from './openapi.js';
import { PlatformModule } from './platform.module.js';
import { protectAnswers } from './security-headers.js';
import { observeGrpc } from './telemetry/observe-grpc.js';
import { observeHttp } from './telemetry/observe-http.js';
import { VERSION } from './telemetry/version.js';
import { type CertificateSettings, measureCertificates } from './tls/certificate-metrics.js';
import { GrpcTls } from './tls/grpc-tls.js';

/** Settings that a process needs before anything of its own. */
export interface ProcessConfig extends CertificateSettings, Partial<AccessEnv> {
  HOST: string;
  PORT: number;
  /** 0 or absent: no gRPC. */
  GRPC_PORT?: number;
  LOG_LEVEL: string;
  API_KEYS_FILE?: string | undefined;
  TRUSTED_PROXIES?: BlockList | undefined;
  HSTS_SECONDS?: number;
  RATE_LIMIT_PER_MINUTE?: number;
  ADDRESS_RATE_LIMIT_PER_MINUTE?: number;
  /** Where keys lie, when not in ACCESS_DATABASE_URL. A process with neither knows the keys of its file alone. */
  DATABASE_URL?: string | undefined;
  MIGRATE_AT_START?: boolean;
}

export interface ServiceOptions {
  /** In logs and metrics, for example `link-service`. */
  name: string;
  config: ProcessConfig;
  imports: DynamicModule[];
  /** gRPC services by package: `{ 'footfall.links.v1': { LinkService: LinkServiceService } }`. */
  grpc?: Readonly<Record<string, Readonly<Record<string, ServiceDefinition>>>>;
  logger?: Logger;
  /** Of a process that also calls other services; else read from the settings. */
  grpcTls?: GrpcTls;
  /** Whether it answers the calls about keys: one service of a deployment does. */
  servesAccess?: boolean;
  /** Of Node's HTTP server, beyond what every service has. */
  http?: HttpOptions;
}

export interface RunningService {
  app: NestFastifyApplication;
  logger: Logger;
  /** Where it listens, for example `http://127.0.0.1:5002`. */
  url: string;
  /**
   * Stops in this order: readiness and consumers, then HTTP and gRPC after their requests in flight, then what
   * those requests needed (`onApplicationShutdown`), databases last.
   */
  stop(): Promise<void>;
}

// What goes wrong reaches us as errors; grpc-js would also print it, past our log.
setLogVerbosity(logVerbosity.NONE);

@Module({})
class ProcessModule {}

/** Starts one process: resolves when it accepts requests. Throws when a setting, a port or a migration stops it. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { name, config, imports } = options;
  const grpcTls = options.grpcTls ?? GrpcTls.load(config);
  const logger = options.logger ?? createLogger({ name, level: config.LOG_LEVEL });
  const readClient = clientReader(config.TRUSTED_PROXIES);
  const rateLimits = {
    perCaller: config.RATE_LIMIT_PER_MINUTE ?? 0,
    perAddress: config.ADDRESS_RATE_LIMIT_PER_MINUTE ?? 0,
  };
  const root: DynamicModule = {
    module: ProcessModule,
    imports: [
      PlatformModule.register({ logger, access: accessOptions(options), rateLimits, readClient }),
      ...imports,
    ],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, createHttpAdapter(options.http), {
    abortOnError: false,
    bodyParser: false,
    bufferLogs: true,
  });
  app.useLogger(nestLogger(logger));
  protectAnswers(app.getHttpAdapter().getInstance(), {
    hstsSeconds: config.HSTS_SECONDS ?? 0,
    readClient,
  });
  serveOpenApi(app, { name, calls: app.get(AccessCheck).describe() });
  const metrics = app.get(Metrics);
  measureCertificates(metrics.registry, config);
  describeBuild(metrics, name);
  observeHttp(app.getHttpAdapter().getInstance(), metrics.registry);
  if (grpcTls.isOn)
    app.get(HealthChecks).register('grpc_certificates', grpcTls.checkHealth, { required: false });
  let health: GrpcHealth | undefined;
  try {
    if (options.grpc && config.GRPC_PORT !== undefined) {
      const services = servicesOf(options.grpc);
      health = new GrpcHealth(services);
      const { registry } = metrics;
      app.connectMicroservice(
        grpcOptions({ grpc: options.grpc, services, health, config, grpcTls, registry }),
        { inheritAppConfig: true },
      );
      await listenOr({ host: config.HOST, port: config.GRPC_PORT, variable: 'GRPC_PORT' }, () =>
        app.startAllMicroservices(),
      );
      await health.follow(app.get(HealthChecks));
    }
    await listenOr({ host: config.HOST, port: config.PORT, variable: 'PORT' }, () =>
      app.listen(config.PORT, config.HOST),
    );
  } catch (error) {
    health?.stop();
    await app.close();
    throw error;
  }
  logger.info({ port: config.PORT, grpc_port: config.GRPC_PORT, grpc_tls: grpcTls.isOn }, 'listening');
  const stop = () => {
    health?.stop();
    return app.close();
  };
  return { app, logger, url: await app.getUrl(), stop };
}

/** How callers of a process are guarded. */
export function accessOptions({ config, servesAccess = false }: ServiceOptions): AccessOptions {
  return {
    host: config.HOST,
    keyFile: config.API_KEYS_FILE,
    databaseUrl: config.ACCESS_DATABASE_URL ?? config.DATABASE_URL,
    migrateAtStart: config.MIGRATE_AT_START,
    servesCalls: servesAccess,
    oidc: readOidcSettings(config),
  };
}

type GrpcServices = NonNullable<ServiceOptions['grpc']>;

/** By full name, as clients and health checks know them. */
function servicesOf(grpc: GrpcServices) {
  return Object.entries(grpc).flatMap(([pkg, members]) =>
    Object.entries(members).map(([service, methods]) => [`${pkg}.${service}`, byRpcName(methods)] as const),
  );
}

interface GrpcParts {
  grpc: GrpcServices;
  services: ReturnType<typeof servicesOf>;
  health: GrpcHealth;
  config: ProcessConfig;
  grpcTls: GrpcTls;
  registry: Registry;
}

function grpcOptions({ grpc, services, health, config, grpcTls, registry }: GrpcParts): GrpcOptions {
  return {
    transport: Transport.GRPC,
    options: {
      url: `${config.HOST}:${config.GRPC_PORT}`,
      credentials: grpcTls.serverCredentials(),
      package: Object.keys(grpc),
      packageDefinition: Object.fromEntries(services),
      // Registered here because Nest offers no other hook on the server it creates.
      onLoadPackageDefinition: (_packages, server) => health.addTo(server),
      channelOptions: serverOptions({ interceptors: [observeGrpc(registry)] }),
    },
  };
}

/** Nest hands its channel options to the server as they are, and types them as a client's. */
function serverOptions(options: ServerOptions): ChannelOptions {
  return options as ChannelOptions;
}

function describeBuild(metrics: Metrics, component: string): void {
  // Not "service": Prometheus gives targets a label of that name in Kubernetes.
  const labels = { component, version: VERSION, node: process.version };
  metrics.addReading({ name: 'footfall_build_info', help: 'Always 1', labels }, () => 1);
}

/** Nest finds handlers by the rpc's name in the proto (`GetLink`), generated definitions are keyed by `getLink`. */
function byRpcName(methods: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      method.path.slice(method.path.lastIndexOf('/') + 1),
      { ...method, originalName: name },
    ]),
  );
}
