// npm run reclassify -- --from 2026-01-01 [--to 2026-02-01] [--json]: judges the clicks of a period (UTC, the end not
// included; until now when there is none) again under the present rules, and moves their counters.
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { reclassify } from '../dist/apps/analytics-service/src/reclassify/reclassify.js';
import { getDatabaseUrl } from './running-database.mjs';

const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;

const { values } = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean' } },
});
const from = readMoment('from', values.from);
const to = values.to === undefined ? new Date() : readMoment('to', values.to);
const dataSource = new DataSource({
  type: 'postgres',
  url: getDatabaseUrl(),
  extra: { options: '-c search_path=analytics' },
});
await dataSource.initialize();
try {
  const result = await reclassify(dataSource, { from, to });
  process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
} finally {
  await dataSource.destroy();
}

function readMoment(name, text) {
  const moment = MOMENT.test(text ?? '') ? new Date(text) : undefined;
  if (moment && !Number.isNaN(moment.getTime())) return moment;
  process.stderr.write(`--${name} must be a day or a UTC moment, such as 2026-01-31 or 2026-01-31T12:00Z.\n`);
  process.exit(2);
}

function describe({ clicks, changed, without_facts, rules_version }) {
  return (
    `${clicks} clicks judged under rules ${rules_version}: ${changed} changed, ${without_facts} kept their class ` +
    'because their facts have been removed. They settle beside each other while the system runs.'
  );
}
