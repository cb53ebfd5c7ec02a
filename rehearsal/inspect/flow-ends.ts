import { NetworkingV1Api, type V1LabelSelector, type V1NetworkPolicy } from "@kubernetes/client-node";
import type { ControlPlane } from "../cluster/control-plane";
import { type HelmRecord, helmRecords, isObjectsOnly, isStandIn } from "./helm-records";
import { jobTemplates, type PodTemplate, podTemplates } from "./pod-templates";

/** What was found of the ends of the network policies. */
export interface FlowEnds {
  /** Ends that name pods which are there, and their ports. */
  readonly checked: number;
  /** Ends in namespaces with stand-in charts, whose pods have labels of their own. */
  readonly skipped: number;
  /** One line for each end that names no pod or a port that its pods do not have. */
  readonly problems: readonly string[];
}

/** Namespaces whose pods the platform does not make. */
const foreignNamespaces = new Set(["kube-system"]);

/**
 * Compares the network policies in the cluster with the pods that the charts really render: a label that a chart writes
 * otherwise, or a port that no container has, would silently close the flow on a cluster that enforces policies.
 */
export async function flowEnds(cluster: Pick<ControlPlane, "client">): Promise<FlowEnds> {
  const records = await helmRecords(cluster);
  // A stand-in's pods have the chart's labels at best, and none of its ports.
  const real = records.filter((record) => !isStandIn(record));
  const pods = [...podTemplates(real), ...(await jobTemplates(cluster))];
  const { items } = await cluster.client.makeApiClient(NetworkingV1Api).listNetworkPolicyForAllNamespaces();
  return compareFlowEnds(items, pods, unknownNamespaces(records, items));
}

/**
 * Namespaces whose pods cannot be known: those with a release of a stand-in chart, and, while there is any, those in which
 * no release makes pods, since a chart elsewhere makes them (as the Spark operator's does for jobs).
 */
export function unknownNamespaces(
  records: readonly HelmRecord[],
  policies: readonly V1NetworkPolicy[],
): ReadonlySet<string> {
  const standIns = new Set(records.filter(isStandIn).map(({ namespace }) => namespace));
  if (standIns.size === 0) {
    return standIns;
  }
  const withPods = new Set(records.filter((record) => !isObjectsOnly(record)).map(({ namespace }) => namespace));
  const without = policies.map(({ metadata }) => metadata?.namespace ?? "").filter((name) => !withPods.has(name));
  return new Set([...standIns, ...without]);
}

/** The comparison alone; ends in `skippedNamespaces` that name no known pod are counted, not looked at. */
export function compareFlowEnds(
  policies: readonly V1NetworkPolicy[],
  pods: readonly PodTemplate[],
  skippedNamespaces: ReadonlySet<string>,
): FlowEnds {
  let checked = 0;
  let skipped = 0;
  const problems = new Set<string>();

  const look = (policy: string, namespace: string, selector: V1LabelSelector | undefined, ports: readonly string[]) => {
    if (foreignNamespaces.has(namespace)) {
      return;
    }
    const found = pods.filter((pod) => pod.namespace === namespace && matches(selector, pod.labels));
    // Among pods that cannot be known, those of the platform's own charts and jobs still can.
    const named = found.length > 0 && Object.keys(selector?.matchLabels ?? {}).length > 0;
    if (skippedNamespaces.has(namespace) && !named) {
      skipped += 1;
      return;
    }
    checked += 1;
    if (found.length === 0) {
      problems.add(`${policy}: no pod of ${namespace} has ${describe(selector)}`);
      return;
    }
    const open = new Set(found.flatMap((pod) => pod.ports));
    for (const port of ports.filter((each) => !open.has(each))) {
      const names = found.map(({ madeBy }) => madeBy).join(", ");
      problems.add(`${policy}: port ${port} is in no container of ${names} in ${namespace}`);
    }
  };

  for (const { metadata, spec } of policies) {
    const namespace = metadata?.namespace ?? "";
    const policy = `network policy ${namespace}/${metadata?.name}`;
    const ingress = spec?.ingress ?? [];
    const egress = spec?.egress ?? [];
    if (ingress.length + egress.length === 0) {
      // A default that denies: it names all pods.
      continue;
    }
    look(policy, namespace, spec?.podSelector, ingress.flatMap(portsOf));
    for (const rule of ingress) {
      for (const peer of (rule._from ?? []).filter(({ ipBlock }) => !ipBlock)) {
        look(policy, namespaceOf(peer.namespaceSelector) ?? namespace, peer.podSelector, []);
      }
    }
    for (const rule of egress) {
      for (const peer of (rule.to ?? []).filter(({ ipBlock }) => !ipBlock)) {
        look(policy, namespaceOf(peer.namespaceSelector) ?? namespace, peer.podSelector, portsOf(rule));
      }
    }
  }
  return { checked, skipped, problems: [...problems].sort() };
}

function portsOf({ ports = [] }: { readonly ports?: readonly { readonly port?: unknown }[] }): readonly string[] {
  return ports.flatMap(({ port }) => (port === undefined ? [] : [String(port)]));
}

function namespaceOf(selector: V1LabelSelector | undefined): string | undefined {
  return selector?.matchLabels?.["kubernetes.io/metadata.name"];
}

function matches(selector: V1LabelSelector | undefined, labels: PodTemplate["labels"]): boolean {
  return Object.entries(selector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
}

function describe(selector: V1LabelSelector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([name, value]) => `${name}=${value}`);
  return labels.length > 0 ? `the labels ${labels.join(", ")}` : "any label, since there is none";
}
