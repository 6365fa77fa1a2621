import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { DynamicModule, Type } from '@nestjs/common';
import { describeCalls, SCOPES } from '#platform';
import { readSettings } from './config.js';
import { StandaloneModule } from './standalone.module.js';

const DATABASE_URL = 'postgres://localhost/footfall';
const URLS = { links: DATABASE_URL, documents: DATABASE_URL, analytics: DATABASE_URL, access: DATABASE_URL };

/** Every controller of every service, found in the modules that make up a process. */
function findControllers(module: DynamicModule | Type): Type[] {
  if (!('module' in module)) return Reflect.getMetadata('controllers', module) ?? [];
  const imported = (module.imports ?? []).flatMap((part) => findControllers(part as DynamicModule | Type));
  return [...(module.controllers ?? []), ...imported];
}

describe('every call of every service', () => {
  const calls = describeCalls(findControllers(StandaloneModule.register(readSettings({}), URLS)));

  it('says who may make it', () => {
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

  it('stands in the documentation beside its scope', () => {
    const rows = SCOPES.map((scope) => {
      const own = calls
        .filter((call) => call.scope === scope)
        .map(({ call, isUserScoped }) => `\`${call}\`${isUserScoped ? '' : ' *'}`);
      return `| \`${scope}\` | ${own.toSorted().join(', ')} |`;
    });
    const table = ['| scope | calls |', '|---|---|', ...rows].join('\n');
    const documented = readFileSync(join(import.meta.dirname, '../../../docs/access.md'), 'utf8');
    expect(documented).toContain(`${table}\n`);
  });
});
