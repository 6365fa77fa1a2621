import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

/** Holds what each service of a deployment shows at `/metrics` against docs/telemetry.md. `urls` by the docs' word for it. */
export async function checkMetrics(urls: Record<string, string>): Promise<void> {
  const docs = readFileSync(join(import.meta.dirname, '../docs/telemetry.md'), 'utf8');
  const rows = [...docs.matchAll(/^\| `(footfall_\w+)` \| \w+ \|[^|]*\| ([^|]+) \|/gm)];
  expect(rows.length).toBeGreaterThan(50);
  for (const [service, url] of Object.entries(urls)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const shown = [...text.matchAll(/^# TYPE (footfall_\w+) /gm)].map(([, name]) => name);
    const isOf = (of = '') => of === 'all' || of.split(', ').includes(service);
    const missing = rows.filter(([, name, of]) => isOf(of) && !shown.includes(name)).map(([, name]) => name);
    const undocumented = shown.filter((name) => !rows.some(([, documented]) => documented === name));
    expect({ service, missing, undocumented }).toEqual({ service, missing: [], undocumented: [] });
  }
}
