import type { OpenAPIObject } from '@nestjs/swagger';
import type { CallDescription } from './access/scopes.js';

type Components = NonNullable<OpenAPIObject['components']>;

/** Ways to say who calls; any one of them does. */
const SECURITY_SCHEMES: NonNullable<Components['securitySchemes']> = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or a token of the identity provider that this system trusts.',
  },
  'api-key': { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'footfall_session',
    description:
      'For browsers, from POST /api/session. Calls that change anything must also carry X-Footfall-Client, with any value.',
  },
};

const ANY_OF_THEM = Object.keys(SECURITY_SCHEMES).map((name) => ({ [name]: [] }));

/** Says of every call which scope it needs, in words and as `x-scope`. */
export function describeAccess(document: OpenAPIObject, calls: readonly CallDescription[]): OpenAPIObject {
  const scopes = new Map(calls.map(({ id, scope }) => [id, scope]));
  document.components = { ...document.components, securitySchemes: SECURITY_SCHEMES };
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    const scope = scopes.get(operation?.operationId);
    if (scope === undefined) continue;
    if (scope === 'public') operation.security = [];
    else {
      const needed = `Needs the scope \`${scope}\`.`;
      operation.description = [operation.description, needed].filter(Boolean).join(' ');
      operation.security = ANY_OF_THEM;
      operation['x-scope'] = scope;
    }
  }
  return document;
}
