import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { QUEUES } from '#contracts';
import { parseEnv } from '#platform';
import {
  type Container,
  findSchemaFaults,
  findUnknownFields,
  type Manifest,
  matches,
  type PodTemplate,
  podTemplates,
  render,
} from './manifests.js';
import { openPorts, type Pod, podsOf } from './reachability.js';
import { findUnheeded, imageEnv, SETTINGS } from './service-settings.js';

const ROOT = join(import.meta.dirname, '../..');
const PRODUCTION = 'deploy/kubernetes/overlays/production';
const ADDRESS = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([a-z][a-z0-9-]*):(\d+)(?:\/.*)?$/;
const OVERLAYS = ['dev', 'production'] as const;

const secrets = mkdtempSync(join(tmpdir(), 'footfall-secrets-'));
const rendered = new Map<string, Manifest[]>();

beforeAll(() => {
  spawnSync('sh', [join(ROOT, 'deploy/secrets.sh'), secrets]);
  for (const overlay of OVERLAYS) rendered.set(overlay, render(`deploy/kubernetes/overlays/${overlay}`));
}, 300_000);
afterAll(() => rmSync(secrets, { recursive: true, force: true }));

const manifestsOf = (overlay: string) => rendered.get(overlay) ?? [];

function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found;
}

/** Settings as the container gets them. */
function environmentOf(
  manifests: readonly Manifest[],
  { env = [], envFrom = [] }: Container,
): Record<string, string> {
  const maps = envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []);
  const whole = maps.flatMap((name) => Object.entries(find(manifests, 'ConfigMap', name).data ?? {}));
  const single = env.map(({ name, value, valueFrom }) => {
    const { name: map = '', key = '' } = valueFrom?.configMapKeyRef ?? {};
    const given = valueFrom ? find(manifests, 'ConfigMap', map).data?.[key] : value;
    if (given === undefined) throw new Error(`${name}: the ConfigMap ${map} has no ${key}.`);
    return [name, given] as const;
  });
  return Object.fromEntries([...whole, ...single]);
}

it('knows every field of every object', async () => {
  const all = [...rendered.values()].flat();
  expect(all.length).toBeGreaterThan(60);
  expect(await findSchemaFaults(all)).toEqual([]);
  expect(findUnknownFields(all)).toBe('');
  const [first] = all.filter(({ kind }) => kind === 'Deployment');
  const misspelt = [{ ...first, spec: { ...first?.spec, replica: 2 } }] as Manifest[];
  expect(findUnknownFields(misspelt)).toMatch(/"replica"' does not exist/);
}, 60_000);

describe.each(OVERLAYS)('the overlay %s', (overlay) => {
  const all = () => manifestsOf(overlay);
  const pods = () => podsOf(all());

  it('gives every service settings that it takes, with the secrets that it needs', () => {
    const keys = readdirSync(secrets);
    let read = 0;
    for (const { owner, template } of podTemplates(all())) {
      const mounted = (template.spec.volumes ?? []).flatMap(({ secret }) => secret?.items ?? []);
      for (const { key } of mounted) expect(keys).toContain(key);
      for (const { configMap, persistentVolumeClaim } of template.spec.volumes ?? []) {
        if (configMap) find(all(), 'ConfigMap', configMap.name);
        if (persistentVolumeClaim) find(all(), 'PersistentVolumeClaim', persistentVolumeClaim.claimName);
      }
      for (const container of template.spec.containers) {
        const env = environmentOf(all(), container);
        const given = Object.values(env).filter((value) => value.startsWith('/run/secrets/'));
        const files = mounted.map(({ key }) => `/run/secrets/${key}`);
        for (const path of given) expect(files).toContain(path);
        const schema = SETTINGS[container.name];
        if (!schema) continue;
        const unheeded = findUnheeded(container.name, Object.keys(env));
        expect({ pod: owner.metadata.name, unheeded }).toMatchObject({ unheeded: [] });
        expect(files.sort()).toEqual([...new Set(given)].sort());
        const readable = Object.entries(env).map(([name, value]) => [
          name,
          value.replace('/run/secrets', secrets),
        ]);
        expect(() => parseEnv(schema, { ...imageEnv(), ...Object.fromEntries(readable) })).not.toThrow();
        read += 1;
      }
    }
    expect(read).toBe(7);
  });

  it('names addresses only of services that lead to a pod that may be reached', () => {
    let checked = 0;
    for (const { owner, template } of podTemplates(all())) {
      const from = pods().find(({ name }) => name === owner.metadata.name) as Pod;
      for (const container of template.spec.containers) {
        for (const value of Object.values(environmentOf(all(), container))) {
          const isSecret = value.startsWith('/run/secrets/');
          const text = isSecret ? readFileSync(value.replace('/run/secrets', secrets), 'utf8') : value;
          const [, host = '', port = ''] = ADDRESS.exec(text) ?? [];
          // Servers of production lie elsewhere, those of a job's unused settings nowhere.
          if (!host || host === 'localhost' || (isSecret && overlay === 'production')) continue;
          if (owner.kind === 'Job' && host === 'rabbitmq') continue;
          if (from.name === 'postgres') continue;
          const service = find(all(), 'Service', host);
          const entry = service.spec.ports.find((one: { port: number }) => one.port === Number(port));
          expect({ from: from.name, host, port, entry }).toMatchObject({ entry: expect.anything() });
          const to = pods().find(({ labels }) => matches({ matchLabels: service.spec.selector }, labels));
          const open = to ? openPorts(all(), from, to) : [];
          expect({ from: from.name, host, open }).toMatchObject({
            open: expect.arrayContaining([entry.targetPort]),
          });
          checked += 1;
        }
      }
    }
    expect(checked).toBeGreaterThan(8);
  });

  it('selects pods by labels that some pod has, and ports by names that it has', () => {
    for (const { kind, metadata, spec } of all()) {
      const selector =
        kind === 'Service'
          ? { matchLabels: spec.selector }
          : kind === 'NetworkPolicy'
            ? spec.podSelector
            : spec?.selector;
      if (!selector || kind === 'ServiceMonitor') continue;
      const chosen = pods().filter(({ labels }) => matches(selector, labels));
      expect({ kind, name: metadata.name, chosen: chosen.length > 0 }).toMatchObject({ chosen: true });
      if (kind !== 'Service') continue;
      const names = chosen.flatMap(({ ports }) => ports.map(({ name }) => name));
      for (const { targetPort } of spec.ports) expect(names).toContain(targetPort);
    }
    for (const { template } of podTemplates(all())) {
      for (const { ports = [], startupProbe, readinessProbe, livenessProbe } of template.spec.containers) {
        for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
          if (probe?.httpGet) expect(ports.map(({ name }) => name)).toContain(probe.httpGet.port);
        }
      }
    }
  });

  it('confines every pod', () => {
    for (const { owner, template } of podTemplates(all())) {
      const { securityContext, containers } = template.spec;
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of containers) {
        const isOurs = container.image.includes('footfall/');
        expect({ pod: owner.metadata.name, container }).toMatchObject({
          container: {
            securityContext: {
              capabilities: { drop: ['ALL'] },
              allowPrivilegeEscalation: false,
              ...(isOurs && { readOnlyRootFilesystem: true }),
            },
            resources: { requests: { cpu: expect.anything(), memory: expect.anything() } },
          },
        });
      }
    }
  });

  it('lets a gateway reach the broker and link-service only, and the converter nothing', () => {
    const reach = (name: string) => {
      const from = pods().find((pod) => pod.name === name) as Pod;
      return pods().flatMap((to) => openPorts(all(), from, to).map((port) => `${to.name}:${port}`));
    };
    const broker = overlay === 'dev' ? ['rabbitmq:rabbitmq'] : [];
    expect(reach('redirect-gateway').sort()).toEqual([...broker, 'link-service:grpc'].sort());
    expect(reach('gotenberg')).toEqual([]);
    expect(reach('document-service')).toContain('gotenberg:http');
    expect(reach('edge')).not.toContain('link-service:grpc');
  });

  it('leaves time for what is done before a pod goes', () => {
    const gateway = find(all(), 'StatefulSet', 'redirect-gateway');
    const { terminationGracePeriodSeconds, containers } = gateway.spec.template.spec;
    expect(containers[0].lifecycle.preStop.exec.command).toEqual(['node', 'drain.mjs']);
    expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(10 + 60 + 27);
    expect(gateway.spec.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
  });

  it('can spare as many pods as it lets go', () => {
    const budgets = all().filter(({ kind }) => kind === 'PodDisruptionBudget');
    expect(budgets.length).toBe(6);
    for (const { metadata, spec } of budgets) {
      const scaler = all().find(
        ({ kind, spec: one }) =>
          ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind) &&
          one.scaleTargetRef.name === metadata.name,
      );
      const owner = all().find(
        ({ kind, metadata: one }) => /Deployment|StatefulSet/.test(kind) && one.name === metadata.name,
      );
      const least = scaler?.spec.minReplicas ?? scaler?.spec.minReplicaCount ?? owner?.spec.replicas ?? 1;
      const spared = spec.maxUnavailable ?? least - spec.minAvailable;
      expect({ name: metadata.name, spared }).toMatchObject({ spared: 1 });
      if (overlay === 'production')
        expect({ name: metadata.name, least }).toEqual({ name: metadata.name, least: expect.any(Number) });
      if (overlay === 'production') expect(least).toBeGreaterThan(spared);
    }
  });
});

describe('production', () => {
  const all = () => manifestsOf('production');

  it('scales what is there, by queues and metrics that are there', async () => {
    const scalers = all().filter(({ kind }) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind));
    expect(scalers.map(({ metadata }) => metadata.name).sort()).toEqual([
      'analytics-service',
      'document-service',
      'edge',
      'link-service',
      'redirect-gateway',
    ]);
    for (const { spec } of scalers) {
      const { kind = 'Deployment', name } = spec.scaleTargetRef;
      expect(find(all(), kind, name).spec.replicas).toBeUndefined();
    }
    const { triggers } = find(all(), 'ScaledObject', 'analytics-service').spec;
    expect(Object.keys(QUEUES)).toContain(triggers[0].metadata.queueName);
    const { secretTargetRef } = find(all(), 'TriggerAuthentication', triggers[0].authenticationRef.name).spec;
    expect(readdirSync(secrets)).toContain(secretTargetRef[0].key);

    const adapter = parse(readFileSync(join(ROOT, PRODUCTION, 'prometheus-adapter.yaml'), 'utf8'));
    const [rule] = adapter.rules.custom;
    const { metrics } = find(all(), 'HorizontalPodAutoscaler', 'redirect-gateway').spec;
    expect(metrics[1].pods.metric.name).toBe(rule.name.as);
    const [series = ''] = /^\w+/.exec(rule.seriesQuery) ?? [];
    const source = readFileSync(join(ROOT, 'apps/redirect-gateway/src/gateway-metrics.service.ts'), 'utf8');
    expect(source).toContain(series.replace('footfall_gateway_', '_'));
  });

  it('has the metrics of every service scraped, under the name that alerts look for', () => {
    const { spec } = find(all(), 'ServiceMonitor', 'footfall');
    const scraped = all().filter(
      ({ kind, metadata, spec: service }) =>
        kind === 'Service' &&
        matches(spec.selector, metadata.labels ?? {}) &&
        service.ports.some(({ name }: { name: string }) => name === spec.endpoints[0].port),
    );
    expect(scraped.map(({ metadata }) => metadata.name).sort()).toEqual(Object.keys(SETTINGS).sort());
    for (const { metadata } of scraped) expect(metadata.labels?.[spec.jobLabel]).toMatch(/^footfall/);
  });

  it('gives each service a certificate of the name that the others call it by', () => {
    for (const name of Object.keys(SETTINGS)) {
      const owner = all().find(
        ({ kind, metadata }) => ['Deployment', 'StatefulSet'].includes(kind) && metadata.name === name,
      ) as Manifest;
      const { volumes, containers } = owner.spec.template.spec as PodTemplate['spec'];
      const volume = volumes?.find(({ name: one }) => one === 'tls');
      const { spec } = find(all(), 'Certificate', name);
      expect(volume?.secret?.secretName).toBe(spec.secretName);
      find(all(), 'Issuer', spec.issuerRef.name);
      const env = environmentOf(all(), containers[0] as Container);
      expect(env).toMatchObject({ GRPC_TLS_CERT: '/run/tls/tls.crt', GRPC_TLS_CA: '/run/tls/ca.crt' });
      const called = env.LINK_SERVICE_URL?.split(':')[0];
      if (called) expect(find(all(), 'Certificate', called).spec.dnsNames).toContain(called);
    }
  });

  it('publishes the edge only, on the domain that links carry', () => {
    const [ingress, ...more] = all().filter(({ kind }) => kind === 'Ingress');
    expect(more).toEqual([]);
    const [{ host, http }] = ingress?.spec.rules ?? [];
    expect(ingress?.spec.tls[0].hosts).toEqual([host]);
    expect(http.paths[0].backend.service).toEqual({ name: 'edge', port: { name: 'http' } });
    expect(find(all(), 'Service', 'edge').spec.ports[0].name).toBe('http');
    expect(new URL(find(all(), 'ConfigMap', 'settings').data?.BASE_REDIRECT_URL ?? '').host).toBe(host);
  });
});

describe("a gateway's preStop", () => {
  /** As a gateway answers while its relay works: less each time. */
  async function drain(bytes: number[], args: string[]) {
    const asked: number[] = [];
    const server = createServer((_request, response) => {
      const left = bytes[Math.min(asked.length, bytes.length - 1)] ?? 0;
      asked.push(left);
      response.end(
        `footfall_gateway_journal_unrelayed_bytes ${left}\nfootfall_gateway_adopted_unrelayed_bytes 0\n`,
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, [join(ROOT, 'deploy/drain.mjs'), ...args], {
      env: { PORT: String(port) },
    });
    const [status] = await once(child, 'exit');
    server.closeAllConnections();
    server.close();
    return { status, asked };
  }

  it('waits until the journal is relayed', async () => {
    expect(await drain([900, 200, 0], ['0', '30'])).toEqual({ status: 0, asked: [900, 200, 0] });
  });

  it('goes when the broker stays away: the rest is kept on the volume', async () => {
    const { status, asked } = await drain([900], ['0', '1']);
    expect(status).toBe(0);
    expect(asked.length).toBeGreaterThan(1);
  });
});
