import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '#testing';
import { startGuarded } from '../../test/guarded-service.js';
import { provisionDatabase } from '../provision-database.js';
import { bootstrapAdminKey } from './bootstrap-key.js';

let database: TestDatabase;
let roleUrl: string;
beforeAll(async () => {
  database = await testDatabase();
  const urls = await provisionDatabase({ adminUrl: database.url, schemas: ['access'] });
  roleUrl = urls.access;
});
afterAll(() => database?.drop());

const bootstrap = (another = false) => bootstrapAdminKey({ url: database.url, name: 'first', another });

it('makes a first key before any service has started, where services may use it, and no second by mistake', async () => {
  const first = await bootstrap();
  expect(first).toMatch(/^ff_[\w-]{32}$/);
  expect(await bootstrap()).toBeUndefined();
  const second = await bootstrap(true);

  const service = await startGuarded({ DATABASE_URL: roleUrl, HOST: '0.0.0.0' });
  try {
    expect((await service.call('GET /api/keys')).status).toBe(401);
    const { body } = await service.call('GET /api/keys', { key: first });
    expect(body.keys).toEqual([
      expect.objectContaining({ name: 'first', scopes: ['admin'], starts_with: second?.slice(0, 7) }),
      expect.objectContaining({ name: 'first', created_by: 'npm run keys -- bootstrap' }),
    ]);
    const { body: log } = await service.call('GET /api/audit', { key: second });
    expect(log.entries).toHaveLength(2);
    for (const { id } of body.keys) await service.call(`DELETE /api/keys/${id}`, { key: first });
  } finally {
    await service.stop();
  }
  expect(await bootstrap()).toMatch(/^ff_[\w-]{32}$/);
});
