import type { RunningLinkService } from './running-link-service.js';

export interface RestCall {
  method: 'GET' | 'POST' | 'PATCH';
  /** Below `/api/link-tracking`. */
  path: string;
  /** Text goes out as it is, anything else as JSON. */
  body?: unknown;
  apiKey?: string;
}

/** One REST call, with the request id `test-request`. Answers that are not JSON come as text. */
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
  const isJson = response.headers['content-type']?.toString().includes('json');
  return { status: response.statusCode, body: isJson ? response.json() : response.body };
}
