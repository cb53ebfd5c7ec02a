import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

type Part = { readonly [key: string]: unknown };

const namespace = "external-secrets";

/** Where the operator may call: Vault, and DNS, which every namespace may. */
const targets: readonly { readonly namespace: string; readonly ports: readonly string[] }[] = [
  { namespace: "vault", ports: ["8200"] },
  { namespace: "kube-system", ports: ["53"] },
];

/** Address of the node-local cache of DNS. */
const nodeLocalDns = "169.254.20.10/32";

/** Addresses of Google's APIs, which the network's own names lead to. */
const googleApis = ["199.36.153.4/30", "199.36.153.8/30"];

/** Port of the admission webhook. */
const webhook = "10250";

export const narrowFlows: Rule = {
  id: "ESO-04",
  reason: "the operator reads every secret that the platform has, so nobody else may talk with it, nor it with others",
  remedy: "declare its flows by NetworkFlows: API server and Vault out, the webhook in",
  check: forEach(
    (stack) =>
      resources(stack, ["kubernetes_network_policy_v1"]).filter(
        ({ block }) => objectOf(block.metadata).namespace === namespace,
      ),
    ({ block }, { environment }) => {
      const spec = objectOf(block.spec);
      const google = environment.secretSource === "google-secret-manager";
      return [
        ...listOf(spec.egress)
          .map(objectOf)
          .filter((rule) => !(google && isGoogle(rule)))
          .flatMap(egressProblems),
        ...listOf(spec.ingress).map(objectOf).flatMap(ingressProblems),
      ];
    },
  ),
};

function egressProblems(rule: Part): readonly string[] {
  const ports = portsOf(rule);
  const peers = listOf(rule.to).map(objectOf);
  return [
    ...(peers.length > 0 ? [] : ["lets it call everybody"]),
    ...(ports.length > 0 ? [] : ["lets it call every port"]),
    ...peers
      .filter((peer) => !isTarget(peer, ports))
      .map((peer) => `lets it call ${shown(peer)} on ${ports.join(", ")}`),
  ];
}

/** Google's APIs by HTTPS, and nothing else. */
function isGoogle(rule: Part): boolean {
  const ports = portsOf(rule);
  const blocks = listOf(rule.to).map((peer) => objectOf(objectOf(peer).ip_block));
  return (
    ports.length === 1 &&
    ports[0] === "443" &&
    blocks.length > 0 &&
    blocks.every(({ cidr }) => googleApis.includes(String(cidr)))
  );
}

function isTarget(peer: Part, ports: readonly string[]): boolean {
  const { cidr } = objectOf(peer.ip_block);
  if (cidr !== undefined) {
    // A single port of a private network is that of the API server; more addresses would be the internet.
    return cidr === nodeLocalDns ? ports.every((port) => port === "53") : ports.length === 1 && isNetwork(String(cidr));
  }
  const name = objectOf(objectOf(peer.namespace_selector).match_labels)["kubernetes.io/metadata.name"];
  const target = targets.find((candidate) => candidate.namespace === name);
  return target !== undefined && ports.every((port) => target.ports.includes(port));
}

/** Whether a range is of IPv4 and no wider than the widest private one, 10.0.0.0/8. */
function isNetwork(cidr: string): boolean {
  const [, bits] = /^[\d.]+\/(\d+)$/.exec(cidr) ?? [];
  return bits !== undefined && Number(bits) >= 8;
}

function ingressProblems(rule: Part): readonly string[] {
  const ports = portsOf(rule);
  const peers = listOf(rule.from).map(objectOf);
  return [
    ...(peers.length > 0 ? [] : ["lets everybody call it"]),
    ...(ports.length === 1 && ports[0] === webhook ? [] : [`lets others call ${ports.join(", ") || "every port"}`]),
  ];
}

function portsOf(rule: Part): readonly string[] {
  return [...new Set(listOf(rule.ports).map((port) => String(objectOf(port).port)))];
}
