import { expect, it } from '@jest/globals';
import type { DynamicModule, Type } from '@nestjs/common';
import { describeCalls } from '#platform';
import { readSettings } from './config.js';
import { StandaloneModule } from './standalone.module.js';

/** Every controller of every service, found in the modules that make up a process. */
function findControllers(module: DynamicModule | Type): Type[] {
  if (!('module' in module)) return Reflect.getMetadata('controllers', module) ?? [];
  const imported = (module.imports ?? []).flatMap((part) => findControllers(part as DynamicModule | Type));
  return [...(module.controllers ?? []), ...imported];
}

it('says of every call of every service who may make it', () => {
  const DATABASE_URL = 'postgres://localhost/footfall';
  const urls = {
    links: DATABASE_URL,
    documents: DATABASE_URL,
    analytics: DATABASE_URL,
    access: DATABASE_URL,
  };
  const calls = describeCalls(findControllers(StandaloneModule.register(readSettings({}), urls)));
  expect(calls.length).toBeGreaterThan(70);
  expect(calls.filter(({ scope }) => scope === undefined)).toEqual([]);
  const open = calls.filter(({ scope }) => scope === 'public').map(({ call }) => call);
  expect(open.toSorted()).toEqual([
    'GET /api/link-tracking/health',
    'POST /webhooks/calcom',
    'POST /webhooks/calendly',
    'POST /webhooks/savvycal',
  ]);
});
