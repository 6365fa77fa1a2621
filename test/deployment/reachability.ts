import { type LabelSelector, type Manifest, matches, type PodTemplate, podTemplates } from './manifests.js';

interface Peer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: object;
}

interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { port: string | number }[];
}

/** A pod as network policies see it. */
export interface Pod {
  name: string;
  labels: Record<string, string>;
  ports: { name: string; containerPort: number }[];
}

export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return podTemplates(manifests).map(({ owner, template }) => podOf(owner.metadata.name, template));
}

function podOf(name: string, { metadata, spec }: PodTemplate): Pod {
  return { name, labels: metadata.labels, ports: spec.containers.flatMap(({ ports = [] }) => ports) };
}

/** Which of a pod's ports another one may connect to, by the policies on both sides. */
export function openPorts(manifests: readonly Manifest[], from: Pod, to: Pod): string[] {
  const leaves = rulesOf(manifests, 'Egress', from);
  const enters = rulesOf(manifests, 'Ingress', to);
  return to.ports
    .filter((port) => allows(leaves, 'to', to, port) && allows(enters, 'from', from, port))
    .map(({ name }) => name);
}

/** The rules that choose a pod. None at all would leave it open, which the first policy rules out. */
function rulesOf(manifests: readonly Manifest[], direction: 'Ingress' | 'Egress', pod: Pod): Rule[] {
  const policies = manifests.filter(
    ({ kind, spec }) =>
      kind === 'NetworkPolicy' &&
      spec.policyTypes.includes(direction) &&
      matches(spec.podSelector, pod.labels),
  );
  if (policies.length === 0) throw new Error(`No policy holds ${pod.name} (${direction}).`);
  return policies.flatMap(({ spec }) => spec[direction.toLowerCase()] ?? []);
}

function allows(
  rules: readonly Rule[],
  side: 'from' | 'to',
  other: Pod,
  port: Pod['ports'][number],
): boolean {
  return rules.some(
    ({ ports, ...rule }) =>
      (ports ?? [{ port: port.name }]).some(
        (one) => one.port === port.name || one.port === port.containerPort,
      ) && (rule[side] ?? []).some((peer) => isPeer(peer, other)),
  );
}

/** Every pod here lies in one namespace, which only a selector of all namespaces or none chooses. */
function isPeer({ podSelector, namespaceSelector, ipBlock }: Peer, pod: Pod): boolean {
  if (ipBlock || (namespaceSelector && Object.keys(namespaceSelector).length > 0)) return false;
  return matches(podSelector ?? {}, pod.labels);
}
