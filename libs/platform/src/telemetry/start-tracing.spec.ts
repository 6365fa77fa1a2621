import { describe, expect, it } from '@jest/globals';
import { InvalidConfigError } from '../env.js';
import { isTracing } from './spans.js';
import { startTracing } from './start-tracing.js';

const start = (env: NodeJS.ProcessEnv) => startTracing('test', env, () => undefined);
const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318';

describe('traces', () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_SERVICE_NAME: 'links', OTEL_TRACES_SAMPLER: 'always_on' },
    { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' },
  ])('are off unless they are asked for: %j', async (env) => {
    await expect(start(env)).resolves.toBeUndefined();
    expect(isTracing()).toBe(false);
  });

  it('say everything that is wrong with their settings at once', async () => {
    const wrong = {
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_SAMPLER: 'some',
      OTEL_TRACES_SAMPLER_ARG: '2',
    };
    const error = await start(wrong).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidConfigError);
    const { problems } = error as InvalidConfigError;
    expect(problems).toEqual([
      'OTEL_TRACES_EXPORTER must be one of otlp, console, none.',
      'OTEL_EXPORTER_OTLP_PROTOCOL must be one of http/protobuf, http/json.',
      'OTEL_TRACES_SAMPLER must be one of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio.',
      'OTEL_TRACES_SAMPLER_ARG must be a share from 0 to 1.',
    ]);
  });
});
