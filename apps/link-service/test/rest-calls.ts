import type { RunningLinkService } from './running-link-service.js';

export interface RestCall {
  method: 'GET' | 'POST' | 'PATCH';
  /** Below `/api/link-tracking`. */
  path: string;
  /** Text goes out as it is, anything else as JSON. */
  body?: unknown;
  apiKey?: string;
}

/** One REST call, with the request id `test-request`. */
export async function callRest(service: RunningLinkService, { method, path, body, apiKey }: RestCall) {
  const response = await service.app.inject({
    method,
    url: `/api/link-tracking${path}`,
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'test-request',
      ...(apiKey ? { 'x-api-key': apiKey } : {}),
    },
    payload: typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.statusCode, body: response.json() };
}
