import { expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeAccess } from './openapi-access.js';

it('says of every call which scope it needs and how to say who calls', () => {
  const operation = (operationId: string) => ({ operationId, description: 'Does it.', responses: {} });
  const document: OpenAPIObject = {
    openapi: '3.0.0',
    info: { title: 'x', version: '1' },
    paths: { '/things': { get: operation('Things_list'), post: operation('Things_open') } },
  };
  const described = describeAccess(document, [
    { id: 'Things_list', call: 'GET /things', scope: 'links:read', isUserScoped: true },
    { id: 'Things_open', call: 'POST /things', scope: 'public', isUserScoped: false },
  ]);
  expect(described.paths['/things']?.get).toMatchObject({
    'x-scope': 'links:read',
    description: 'Does it. Needs the scope `links:read`.',
    security: [{ bearer: [] }, { 'api-key': [] }, { session: [] }],
  });
  expect(described.paths['/things']?.post).toMatchObject({ description: 'Does it.', security: [] });
  expect(Object.keys(described.components?.securitySchemes ?? {})).toEqual(['bearer', 'api-key', 'session']);
});
