import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const ERROR = { $ref: '#/components/schemas/Error' };

const ERROR_SCHEMA: NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string] = {
  type: 'object',
  required: ['success', 'error', 'code', 'details', 'request_id'],
  properties: {
    success: { type: 'boolean', enum: [false] },
    error: { type: 'string', description: 'One sentence that says what to do.' },
    code: { type: 'string', description: 'Stable and machine-readable.' },
    details: { type: 'array', items: {}, description: 'More about single faults, such as the fields.' },
    request_id: { type: 'string', description: "Names the request in the server's log." },
  },
  example: {
    success: false,
    error: 'days: must be a whole number from 1 to 366',
    code: 'invalid_request',
    details: [{ path: 'days', message: 'must be a whole number from 1 to 366' }],
    request_id: '0191e7a2-5b7c-7c3e-9a51-2f1f0f9d6c11',
  },
};

/** Refusals that any call can get, by what it takes; a call's own are described where it is. */
const REFUSALS: readonly { status: number; when: (call: Operation) => boolean; description: string }[] = [
  { status: 400, when: takesInput, description: 'The request is malformed; `details` names the fields.' },
  { status: 401, when: () => true, description: 'The API key is missing or wrong.' },
  { status: 403, when: () => true, description: 'The API key does not allow this.' },
  {
    status: 404,
    when: hasPathParameter,
    description: 'There is no such thing, or it belongs to another user.',
  },
  {
    status: 409,
    when: (call) => hasPathParameter(call) && hasParameter(call, 'query', 'user_id'),
    description: 'Several users have one of this id: say whose with user_id.',
  },
  { status: 409, when: hasBody, description: 'The Idempotency-Key came with another body before.' },
  { status: 413, when: hasBody, description: 'The body is larger than this call accepts.' },
  { status: 415, when: hasBody, description: 'The body is of a kind that this call does not take.' },
  { status: 422, when: hasBody, description: 'The body is well-formed, but cannot be worked with.' },
  { status: 429, when: () => true, description: 'Too many requests; `Retry-After` says when to come back.' },
  {
    status: 503,
    when: () => true,
    description: 'Not possible right now; `Retry-After` says when to come back.',
  },
];

/** Describes the errors of every call, so that no client meets an answer that is not in the description. */
export function describeErrors(document: OpenAPIObject): OpenAPIObject {
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, Error: ERROR_SCHEMA };
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation) describeRefusals(operation);
    }
  }
  return document;
}

function describeRefusals(operation: Operation): void {
  for (const { status, when, description } of REFUSALS) {
    if (!when(operation)) continue;
    operation.responses[status] ??= { description };
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    if (Number(status) >= 400 && response && !('content' in response))
      Object.assign(response, { content: { 'application/json': { schema: ERROR } } });
  }
}

function takesInput(operation: Operation): boolean {
  return hasBody(operation) || (operation.parameters ?? []).length > 0;
}

function hasBody(operation: Operation): boolean {
  return operation.requestBody !== undefined;
}

function hasPathParameter(operation: Operation): boolean {
  return hasParameter(operation, 'path');
}

function hasParameter(operation: Operation, place: 'path' | 'query', name?: string): boolean {
  return (operation.parameters ?? []).some(
    (parameter) => 'in' in parameter && parameter.in === place && (!name || parameter.name === name),
  );
}
