import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { findProgram } from './debian-program.js';

const ROOT = join(import.meta.dirname, '../..');

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    configMapKeyRef?: { name: string; key: string };
    secretKeyRef?: { name: string; key: string };
  };
}

interface Probe {
  httpGet?: { port: string | number };
}

export interface Container {
  name: string;
  image: string;
  args?: string[];
  ports?: { name: string; containerPort: number }[];
  env?: EnvVar[];
  envFrom?: { configMapRef?: { name: string } }[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  lifecycle?: { preStop: { exec: { command: string[] } } };
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: { readOnlyRootFilesystem?: boolean; capabilities?: { drop: string[] } };
  volumeMounts?: { name: string; mountPath: string }[];
}

export interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: {
    containers: Container[];
    terminationGracePeriodSeconds?: number;
    securityContext: { runAsNonRoot: boolean; seccompProfile: { type: string } };
    volumes?: {
      name: string;
      secret?: { secretName: string; items?: { key: string }[] };
      configMap?: { name: string };
      persistentVolumeClaim?: { claimName: string };
    }[];
  };
}

/** An object as rendered; `spec` is known by kind, and to whoever reads it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: every kind has its own; schemas are checked apart
  spec?: any;
  data?: Record<string, string>;
}

/** What `kubectl apply -k` would send. */
export function render(overlay: string): Manifest[] {
  const kubectl = findProgram('kubectl', 'kubernetes-client');
  const { status, stdout, stderr } = spawnSync(kubectl, ['kustomize', overlay], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${overlay}: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

/** Objects with pods, and the pods' template. */
export function podTemplates(manifests: readonly Manifest[]): { owner: Manifest; template: PodTemplate }[] {
  return manifests
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind))
    .map((owner) => ({ owner, template: owner.spec.template }));
}

export function matches(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Record<string, string>,
) {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const isListed = values.includes(labels[key] ?? '');
      if (operator === 'In') return isListed;
      if (operator === 'NotIn') return !isListed;
      throw new Error(`No test knows the operator ${operator}.`);
    })
  );
}

/** Of which package an object's type is. */
function modelOf({ apiVersion, kind }: Manifest): string {
  const [group = ''] = apiVersion.split('/');
  if (group === 'keda.sh') return `@kubernetes-models/keda/${apiVersion}/${kind}`;
  if (group === 'cert-manager.io') return `@kubernetes-models/cert-manager/${apiVersion}/${kind}`;
  if (group === 'monitoring.coreos.com')
    return `@kubernetes-models/prometheus-operator/${apiVersion}/${kind}`;
  return `kubernetes-models/${apiVersion}/${kind}`;
}

/** What the objects' own schemas object to, one line each: types, required fields, allowed values. */
export async function findSchemaFaults(manifests: readonly Manifest[]): Promise<string[]> {
  const faults: string[] = [];
  for (const manifest of manifests) {
    const models = (await import(modelOf(manifest))) as Record<
      string,
      new (
        data: Manifest,
      ) => { validate(): void }
    >;
    const Model = models[manifest.kind];
    try {
      if (!Model) throw new Error('has no schema');
      new Model(manifest).validate();
    } catch (error) {
      faults.push(
        `${manifest.kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  return faults;
}

/** Fields that no schema has, which a cluster would drop without a word: the compiler finds them in object literals. */
export function findUnknownFields(manifests: readonly Manifest[]): string {
  const folder = mkdtempSync(join(ROOT, 'dist/manifests-'));
  try {
    const kinds = new Map(manifests.map((manifest) => [manifest.kind, modelOf(manifest)]));
    const lines = [
      ...[...kinds].map(([kind, model]) => `import type { I${kind} } from '${model}';`),
      ...manifests.map((manifest) => `(${JSON.stringify(manifest)}) satisfies I${manifest.kind};`),
    ];
    writeFileSync(join(folder, 'manifests.mts'), lines.join('\n'));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2024',
    ];
    const { stdout } = spawnSync(
      process.execPath,
      [tsc, ...options, '--types', 'node', join(folder, 'manifests.mts')],
      { encoding: 'utf8' },
    );
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
