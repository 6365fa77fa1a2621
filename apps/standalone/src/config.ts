import { z } from 'zod';
import { accessEnv, parseEnv, port, postgresUrl, serviceEnv } from '#platform';
import { analyticsEnv } from '../../analytics-service/src/config.js';
import { documentServiceEnv } from '../../document-service/src/config.js';
import { linkServiceEnv } from '../../link-service/src/config.js';
import { redirectGatewayEnv } from '../../redirect-gateway/src/config.js';

const standaloneEnv = z.object({
  ...serviceEnv,
  ...accessEnv,
  ...linkServiceEnv,
  ...documentServiceEnv,
  ...analyticsEnv,
  ...redirectGatewayEnv,
  PORT: port().default(5000),
  GRPC_PORT: port().default(6000),
  /** An existing database in place of the embedded one. */
  DATABASE_URL: postgresUrl().optional(),
  BASE_REDIRECT_URL: linkServiceEnv.BASE_REDIRECT_URL.unwrap().optional(),
  /** Quiet by default: a person reads this terminal, and what needs attention is logged all the same. */
  LOG_LEVEL: serviceEnv.LOG_LEVEL.unwrap().default('warn'),
});

/** Settings of the process before its database is known. */
export type StandaloneSettings = Omit<z.output<typeof standaloneEnv>, 'BASE_REDIRECT_URL'> & {
  BASE_REDIRECT_URL: string;
};

/** Reads the settings of all four services at once. Throws InvalidConfigError listing every problem. */
export function readSettings(env: NodeJS.ProcessEnv): StandaloneSettings {
  const settings = parseEnv(standaloneEnv, env);
  return {
    ...settings,
    BASE_REDIRECT_URL: settings.BASE_REDIRECT_URL ?? `http://localhost:${settings.PORT}/track`,
  };
}
