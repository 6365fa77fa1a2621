import { context, propagation, trace } from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace';
import { z } from 'zod';
import { integer, parseEnv } from '../env.js';
import { isFrequent, setFrequentShare } from './spans.js';
import { VERSION } from './version.js';

/** Share of the frequent spans, redirects, that begin a trace unless a sampler is set; of everything else, all do. */
const FREQUENT_RATIO = 0.01;
/** Longest wait at the end of the process for spans that are not sent yet, ms. */
const FLUSH_MS = 2_000;

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}.` });

/** OpenTelemetry's own variables; those of the OTLP exporter beside these are read by the exporter itself. */
const tracingEnv = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: oneOf(['otlp', 'console', 'none']).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(['http/protobuf', 'http/json']).default('http/protobuf'),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: oneOf(['http/protobuf', 'http/json']).optional(),
  OTEL_TRACES_SAMPLER: oneOf([
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ]).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'must be a share from 0 to 1.' })
    .min(0, 'must be a share from 0 to 1.')
    .max(1, 'must be a share from 0 to 1.')
    .default(1),
  OTEL_BSP_SCHEDULE_DELAY: integer({ min: 1, max: 600_000 }).default(5_000),
  OTEL_BSP_MAX_QUEUE_SIZE: integer({ min: 1, max: 1_000_000 }).default(2_048),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer({ min: 1, max: 1_000_000 }).default(512),
});
type TracingEnv = z.output<typeof tracingEnv>;

export interface Tracing {
  /** Sends what has not been sent, as far as the collector takes it in time. */
  stop(): Promise<void>;
}

/**
 * Has this process record traces when OpenTelemetry's variables ask for it; otherwise nothing of the SDK is even loaded.
 * Call it before anything is traced. `onFailure` hears of every failed export: spans are dropped then, nothing waits.
 * Throws InvalidConfigError.
 */
export async function startTracing(
  service: string,
  env: NodeJS.ProcessEnv,
  onFailure: (error: unknown) => void,
): Promise<Tracing | undefined> {
  const settings = parseEnv(tracingEnv, env);
  if (!isWanted(settings)) return undefined;
  const [sdk, core, { AsyncLocalStorageContextManager }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/core'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/resources'),
  ]);
  core.setGlobalErrorHandler(onFailure);
  const provider = new sdk.TracerProvider({
    sampler: samplerOf(sdk, settings),
    resource: resources
      .defaultResource()
      .merge(
        resources.resourceFromAttributes({
          'service.name': service,
          'service.namespace': 'footfall',
          'service.version': VERSION,
        }),
      )
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: await exporterOf(sdk, settings),
        scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
        maxQueueSize: settings.OTEL_BSP_MAX_QUEUE_SIZE,
        maxExportBatchSize: Math.min(
          settings.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
          settings.OTEL_BSP_MAX_QUEUE_SIZE,
        ),
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return { stop: () => within(FLUSH_MS, provider.shutdown().catch(onFailure)) };
}

function isWanted(settings: TracingEnv): boolean {
  if (settings.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  if (settings.OTEL_TRACES_EXPORTER) return settings.OTEL_TRACES_EXPORTER !== 'none';
  return Boolean(settings.OTEL_EXPORTER_OTLP_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

type Sdk = typeof import('@opentelemetry/sdk-trace');

async function exporterOf(sdk: Sdk, settings: TracingEnv) {
  if (settings.OTEL_TRACES_EXPORTER === 'console') return new sdk.ConsoleSpanExporter();
  const protocol = settings.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? settings.OTEL_EXPORTER_OTLP_PROTOCOL;
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}

/** Also decides which share of the frequent spans is begun at all. */
function samplerOf(
  sdk: Sdk,
  { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share }: TracingEnv,
): Sampler {
  if (!name) return beginning(sdk, FREQUENT_RATIO, new sdk.AlwaysOnSampler());
  if (name === 'parentbased_traceidratio') {
    return beginning(sdk, share, new sdk.TraceIdRatioBasedSampler(share));
  }
  const root = {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: () => new sdk.TraceIdRatioBasedSampler(share),
  }[name.replace('parentbased_', '') as 'always_on' | 'always_off' | 'traceidratio']();
  return name.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root;
}

/** Keeps every frequent span that is begun, `share` of them, and asks `root` about other spans without a parent. */
function beginning(sdk: Sdk, share: number, root: Sampler): Sampler {
  setFrequentShare(share);
  const others = new sdk.ParentBasedSampler({ root });
  const kept = { decision: sdk.SamplingDecision.RECORD_AND_SAMPLED };
  return {
    shouldSample: (...span) => (isFrequent(span[0]) ? kept : others.shouldSample(...span)),
    toString: () => `${share} of the frequent spans, else ${others.toString()}`,
  };
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
