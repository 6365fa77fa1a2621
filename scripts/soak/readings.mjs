// What is read of a running split deployment every few seconds. Processes are read from /proc.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { SERVICES } from '../split-deployment.mjs';

const MB = 1_048_576;
/** Values of a service's metrics: name, metric, and by what to divide it. */
const METRICS = {
  'redirect-gateway': [['relay lag, s', 'footfall_gateway_oldest_unrelayed_age_seconds', 1]],
  'analytics-service': [
    ['queues, messages', 'footfall_bus_queue_messages', 1],
    ['settling overdue, s', 'footfall_analytics_settling_overdue_seconds', 1],
  ],
};

export class Readings {
  #deployment;
  #dataDir;
  #client;
  /** By name: `{ x: hours, y }`. */
  series = new Map();

  constructor(deployment, dataDir) {
    this.#deployment = deployment;
    this.#dataDir = dataDir;
  }

  async open() {
    this.#client = new pg.Client(this.#deployment.databaseUrl);
    await this.#client.connect();
  }

  async close() {
    await this.#client?.end();
  }

  async take(hours) {
    for (const service of SERVICES) {
      const pid = this.#deployment.pidOf(service);
      const metrics = await this.#metricsOf(service);
      this.#note(`${service} memory, MB`, hours, readResidentMb(pid));
      this.#note(`${service} heap, MB`, hours, sumOf(metrics, 'nodejs_heap_size_used_bytes') / MB);
      this.#note(`${service} handles`, hours, readdirSync(`/proc/${pid}/fd`).length);
      for (const [name, metric, unit] of METRICS[service] ?? [])
        this.#note(name, hours, sumOf(metrics, metric) / unit);
    }
    const { rows } = await this.#client.query('SELECT pg_database_size(current_database())::float8 AS bytes');
    this.#note('Postgres, MB', hours, rows[0].bytes / MB);
    for (const [name, folder] of [
      ['journal, MB', 'redirect-gateway'],
      ['documents, MB', 'document-service'],
      ['RabbitMQ, MB', 'rabbitmq'],
    ])
      this.#note(name, hours, bytesOf(join(this.#dataDir, folder)) / MB);
  }

  async countStored() {
    const { rows } = await this.#client.query('SELECT count(*)::int AS rows FROM analytics.link_clicks');
    return rows[0].rows;
  }

  async #metricsOf(service) {
    const url = `http://127.0.0.1:${this.#deployment.ports[service]}/metrics`;
    return (await fetch(url)).text();
  }

  #note(name, x, y) {
    this.series.set(name, [...(this.series.get(name) ?? []), { x, y }]);
  }
}

function readResidentMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1_024;
}

/** Over all of a metric's labels. */
function sumOf(metrics, name) {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Folders are made when they are needed, and files come and go while they are counted. */
function bytesOf(folder) {
  if (!existsSync(folder)) return 0;
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
