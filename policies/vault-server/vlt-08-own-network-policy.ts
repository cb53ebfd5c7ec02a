import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { at, vaultServers } from "./servers";

/** Port between the servers. */
const peerPort = "8201";

interface Subject extends Item {
  readonly problems: readonly string[];
}

export const ownNetworkPolicy: Rule = {
  id: "VLT-08",
  reason: "the chart's policy lets every namespace reach the servers, also on the port between them",
  remedy: "leave the chart's policy off and declare who may come by NetworkFlows",
  check: forEach(subjects, ({ problems }) => problems),
};

function subjects(stack: CheckedStack): readonly Subject[] {
  return vaultServers(stack).flatMap(({ address, values, namespace }) => {
    const enabled = at(values, "server", "networkPolicy", "enabled");
    const chart = {
      address,
      problems: enabled === false || enabled === undefined ? [] : [`networkPolicy.enabled is ${shown(enabled)}`],
    };
    const ingress = resources(stack, ["kubernetes_network_policy_v1"]).filter(
      ({ block }) => objectOf(block.metadata).namespace === namespace && opensServers(objectOf(block.spec)),
    );
    const none = ingress.length === 0 ? [`no network policy lets anybody reach the servers of ${namespace}`] : [];
    return [
      { ...chart, problems: [...chart.problems, ...none] },
      ...ingress.map((policy) => ({
        address: policy.address,
        problems: ingressProblems(objectOf(policy.block.spec), namespace),
      })),
    ];
  });
}

/** Whether a policy lets somebody in to the pods of the servers. */
function opensServers(spec: { readonly [key: string]: unknown }): boolean {
  const labels = objectOf(objectOf(spec.pod_selector).match_labels);
  const all = Object.keys(labels).length === 0;
  return listOf(spec.ingress).length > 0 && (all || labels.component === "server");
}

function ingressProblems(spec: { readonly [key: string]: unknown }, namespace: string): readonly string[] {
  return listOf(spec.ingress)
    .map(objectOf)
    .flatMap((rule) => {
      const peers = listOf(rule.from).map(objectOf);
      const ports = listOf(rule.ports).map((port) => String(objectOf(port).port));
      const servers = peers.every((peer) => isServer(peer, namespace));
      return [
        ...(peers.length > 0 && peers.every(isNamed) ? [] : ["lets in pods of every namespace"]),
        ...(ports.length > 0 ? [] : ["lets in to every port"]),
        ...(ports.includes(peerPort) && !servers ? [`lets others than the servers in to port ${peerPort}`] : []),
      ];
    });
}

function isNamed(peer: { readonly [key: string]: unknown }): boolean {
  const namespaces = objectOf(objectOf(peer.namespace_selector).match_labels);
  return peer.ip_block !== undefined || "kubernetes.io/metadata.name" in namespaces;
}

function isServer(peer: { readonly [key: string]: unknown }, namespace: string): boolean {
  const namespaces = objectOf(objectOf(peer.namespace_selector).match_labels);
  const pods = objectOf(objectOf(peer.pod_selector).match_labels);
  return namespaces["kubernetes.io/metadata.name"] === namespace && pods.component === "server";
}
