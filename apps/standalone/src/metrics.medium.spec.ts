import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { parse } from 'yaml';
import { linksV1 } from '#contracts';
import { freePort, Metrics, type RunningService, startService } from '#platform';
import { type TestDatabase, testDatabase } from '#testing';
import { groupedBy, selectedIn } from '../test/promql-names.js';
import { readSettings } from './config.js';
import { DashboardModule } from './dashboard.module.js';
import { StandaloneModule } from './standalone.module.js';

const ROOT = join(import.meta.dirname, '../../..');
const DASHBOARDS = join(ROOT, 'deploy/grafana/dashboards');
const RUNBOOKS = join(ROOT, 'docs/runbooks');
/** What Prometheus itself adds to everything that it scrapes. */
const TARGET_LABELS = ['instance', 'job'];

interface Shown {
  type: string;
  labels: string[];
}

const dataDir = mkdtempSync(join(tmpdir(), 'footfall-metrics-'));
let database: TestDatabase;
let service: RunningService;
/** Every metric of every service, by name. */
let metrics: Map<string, Shown>;

beforeAll(async () => {
  database = await testDatabase();
  const settings = readSettings({
    DATA_DIR: dataDir,
    PORT: String(await freePort()),
    GRPC_PORT: String(await freePort()),
    LOG_LEVEL: 'silent',
  });
  const { url } = database;
  const urls = { links: url, documents: url, analytics: url, access: url };
  const { imports = [], ...composed } = StandaloneModule.register(settings, urls);
  service = await startService({
    name: 'standalone',
    // A broker with a certificate, so that there is one to watch.
    config: { ...settings, ACCESS_DATABASE_URL: url, AMQP_URL: 'amqps://broker?cacertfile=ca.pem' },
    servesAccess: true,
    // The dashboard has no metrics, and needs to be built.
    imports: [{ ...composed, imports: imports.filter((part) => part !== DashboardModule) }],
    grpc: { 'footfall.links.v1': { LinkService: linksV1.LinkServiceService } },
  });
  const all = service.app.get(Metrics).registry.getMetricsAsArray() as unknown as {
    name: string;
    type: string;
    labelNames: string[];
  }[];
  metrics = new Map(all.map(({ name, type, labelNames }) => [name, { type, labels: labelNames }]));
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What an expression names that is not there. */
function unknownIn(expression: string): string[] {
  const read = expression.replaceAll('$__rate_interval', '5m');
  return selectedIn(read).flatMap(({ metric, labels }) => {
    if (metric === 'up') return labels.filter((label) => !TARGET_LABELS.includes(label));
    const histogram = metrics.get(metric.replace(/_(bucket|sum|count)$/, ''));
    const isOfHistogram = histogram?.type === 'histogram' && !metrics.has(metric);
    const shown = isOfHistogram ? histogram : metrics.get(metric);
    if (!shown || (shown.type === 'histogram' && !isOfHistogram)) return [metric];
    const known = [...shown.labels, ...TARGET_LABELS, ...(metric.endsWith('_bucket') ? ['le'] : [])];
    return labels.filter((label) => !known.includes(label)).map((label) => `${metric}{${label}}`);
  });
}

/** Labels that a text takes from the result of an expression and that are not in it. */
function unknownInText(text: string, pattern: RegExp, expression: string): string[] {
  const read = expression.replaceAll('$__rate_interval', '5m');
  const given = groupedBy(read) ?? TARGET_LABELS;
  return [...text.matchAll(pattern)].map(([, label = '']) => label).filter((label) => !given.includes(label));
}

describe('docs/telemetry.md', () => {
  it('names every metric of every service, with its type and labels, and no other', () => {
    const docs = readFileSync(join(ROOT, 'docs/telemetry.md'), 'utf8');
    const rows = [...docs.matchAll(/^\| `(footfall_\w+)` \| (\w+) \|([^|]*)\|/gm)];
    const documented = rows.map(([, name, type, labels = '']) => {
      const names = [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label);
      return `${name} ${type} ${names.sort().join()}`;
    });
    const own = [...metrics].filter(([name]) => name.startsWith('footfall_'));
    const shown = own.map(([name, { type, labels }]) => `${name} ${type} ${[...labels].sort().join()}`);
    expect(documented.sort()).toEqual(shown.sort());
  });

  it('keeps to the conventions: base units, totals that count, no label that Prometheus gives', () => {
    for (const [name, { type, labels }] of metrics) {
      if (!name.startsWith('footfall_')) continue;
      expect({ name, isTotal: name.endsWith('_total') }).toEqual({ name, isTotal: type === 'counter' });
      expect(name).not.toMatch(
        /_(ms|millis|milliseconds|micros|minutes|hours|days|kb|mb|megabytes|percent)(_|$)/,
      );
      const taken = ['job', 'instance', 'service', 'namespace', 'pod', 'container', 'endpoint', 'le'];
      expect({ name, taken: labels.filter((label) => taken.includes(label)) }).toEqual({ name, taken: [] });
    }
  });
});

describe('dashboards', () => {
  it.each(readdirSync(DASHBOARDS))('show only metrics and labels that services have: %s', (file) => {
    const { panels } = JSON.parse(readFileSync(join(DASHBOARDS, file), 'utf8')) as {
      panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[];
    };
    const targets = panels.flatMap(({ targets: queries = [] }) => queries);
    expect(targets.length).toBeGreaterThan(5);
    const unknown = targets.flatMap(({ expr, legendFormat }) => [
      ...unknownIn(expr),
      ...unknownInText(legendFormat, /\{\{(\w+)\}\}/g, expr),
    ]);
    expect(unknown).toEqual([]);
  });
});

describe('alerts', () => {
  const { groups } = parse(readFileSync(join(ROOT, 'deploy/prometheus/alerts.yml'), 'utf8')) as {
    groups: {
      rules: {
        alert: string;
        expr: string;
        labels: { severity: string };
        annotations: { summary: string; runbook_url: string };
      }[];
    }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    'watch only what services show: %s',
    (_, rule) => {
      expect(unknownIn(rule.expr)).toEqual([]);
      expect(unknownInText(rule.annotations.summary, /\$labels\.(\w+)/g, rule.expr)).toEqual([]);
      expect(['page', 'ticket']).toContain(rule.labels.severity);
    },
  );

  it('have a runbook page each that names them, and every page belongs to one', () => {
    const pages = readdirSync(RUNBOOKS).filter((file) => file !== 'README.md');
    for (const { alert, annotations } of rules) {
      const page = basename(annotations.runbook_url);
      expect(annotations.runbook_url).toBe(`docs/runbooks/${page}`);
      expect(readFileSync(join(RUNBOOKS, page), 'utf8')).toContain(`\`${alert}\``);
    }
    const linked = rules.map(({ annotations }) => basename(annotations.runbook_url));
    expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
  });

  it('have pages whose SQL runs as it stands', async () => {
    const pages = readdirSync(RUNBOOKS).map((file) => readFileSync(join(RUNBOOKS, file), 'utf8'));
    const blocks = pages.flatMap((page) =>
      [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql ?? ''),
    );
    expect(blocks.length).toBeGreaterThan(3);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      for (const sql of blocks) await client.query(sql);
    } finally {
      await client.end();
    }
  });

  it('have pages whose metrics are there, too', () => {
    const text = readdirSync(RUNBOOKS).map((file) => readFileSync(join(RUNBOOKS, file), 'utf8'));
    const named = text.flatMap((page) => page.match(/footfall_\w+/g) ?? []);
    const isShown = (name: string) =>
      metrics.has(name) || metrics.has(name.replace(/_(bucket|sum|count)$/, ''));
    expect([...new Set(named)].filter((name) => !isShown(name))).toEqual([]);
  });
});
