// npm run reconcile [-- --repair] [--json]: compares analytics' counters with the clicks they count and, with --repair,
// counts anew what differs, also while clicks arrive. Ends with 1 when something differs at the end.
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { reconcile } from '../dist/apps/analytics-service/src/reconcile/reconcile.js';
import { getDatabaseUrl } from './running-database.mjs';

const LISTED = 50;

const { values } = parseArgs({ options: { repair: { type: 'boolean' }, json: { type: 'boolean' } } });
const dataSource = new DataSource({
  type: 'postgres',
  url: getDatabaseUrl(),
  extra: { options: '-c search_path=analytics' },
});
await dataSource.initialize();
try {
  const result = await reconcile(dataSource, { repair: values.repair ?? false });
  process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
  process.exitCode = result.remaining.length === 0 ? 0 : 1;
} finally {
  await dataSource.destroy();
}

function describe({ discrepancies, repaired, remaining }) {
  if (discrepancies.length === 0) return 'Every counter equals its rows.';
  const lines = discrepancies
    .slice(0, LISTED)
    .map(({ counter, key, counted, rows }) => `  ${counter} of ${key}: counted ${counted}, rows say ${rows}`);
  if (discrepancies.length > LISTED) lines.push(`  … and ${discrepancies.length - LISTED} more`);
  const outcome = repaired
    ? `${remaining.length} differ after the repair.`
    : 'Run "npm run reconcile -- --repair" to count them anew.';
  return [`${discrepancies.length} counters differ from their rows:`, ...lines, outcome].join('\n');
}
