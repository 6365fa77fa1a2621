import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { analyticsServiceEnv } from '../../apps/analytics-service/src/config.js';
import { documentServiceProcessEnv } from '../../apps/document-service/src/config.js';
import { linkServiceProcessEnv } from '../../apps/link-service/src/config.js';
import { redirectGatewayProcessEnv } from '../../apps/redirect-gateway/src/config.js';
import { parseDockerfile } from './dockerfile.js';

/** What each service of the split deployment reads from its environment. */
export const SETTINGS: Readonly<Record<string, z.ZodObject>> = {
  'redirect-gateway': redirectGatewayProcessEnv,
  'link-service': linkServiceProcessEnv,
  'document-service': documentServiceProcessEnv,
  'analytics-service': analyticsServiceEnv,
};

/** Read by libraries, not by a service's own settings. */
const OF_LIBRARIES = /^(OTEL|AWS)_/;

/** Names that a service would not heed: misspelt ones, and ones that it has no more. */
export function findUnheeded(service: string, names: readonly string[]): string[] {
  const { shape = {} } = SETTINGS[service] ?? {};
  return names.filter(
    (name) => !(name in shape) && !(name.replace(/_FILE$/, '') in shape) && !OF_LIBRARIES.test(name),
  );
}

/** What every service's image sets. */
export function imageEnv(): Record<string, string> {
  const text = readFileSync(join(import.meta.dirname, '../../deploy/Dockerfile'), 'utf8');
  const runtime = parseDockerfile(text).stages.find(({ name }) => name === 'runtime');
  const values = runtime?.instructions.find(({ name }) => name === 'ENV')?.value ?? '';
  return Object.fromEntries([...values.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
}
