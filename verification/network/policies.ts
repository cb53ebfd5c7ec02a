import { listOf, objectOf } from "../../policies/blocks";
import { at, type KubeObject, mapOf, textOf } from "../objects/kube-object";
import { hasLabels, type PodTemplate } from "../objects/pods";

/** A label selector. */
export interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly expressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** Who a rule of a policy names. */
export interface Peer {
  /** @default - the policy's own namespace */
  readonly namespaces?: Selector;
  /** @default - all pods */
  readonly pods?: Selector;
  /** Range of addresses; such a peer names no pods. */
  readonly cidr?: string;
}

/** One rule: peers and ports; no peers are all peers, no ports all ports. */
export interface PolicyRule {
  readonly peers: readonly Peer[];
  readonly ports: readonly { readonly protocol: string; readonly port?: string; readonly endPort?: number }[];
}

/** A network policy as the checks read it. */
export interface Policy {
  readonly namespace: string;
  readonly name: string;
  /** Why it is there, where its maker says so. */
  readonly reason?: string;
  readonly pods: Selector;
  readonly types: readonly string[];
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
  readonly object: KubeObject;
}

/** Annotation in which a policy says what it is for. */
export const reasonAnnotation = "terralake.dev/reason";

/** Every network policy among objects. */
export function policiesIn(objects: readonly KubeObject[]): readonly Policy[] {
  return objects.filter(({ kind }) => kind === "NetworkPolicy").map(readPolicy);
}

function readPolicy(object: KubeObject): Policy {
  const spec = objectOf(object.block.spec);
  const reason = textOf(at(object.block, "metadata", "annotations", reasonAnnotation));
  const ingress = listOf(spec.ingress).map((rule) => readRule(rule, "from"));
  const egress = listOf(spec.egress).map((rule) => readRule(rule, "to"));
  const types = listOf(spec.policyTypes).map(String);
  return {
    namespace: object.namespace,
    name: object.name,
    ...(reason ? { reason } : {}),
    pods: readSelector(spec.podSelector),
    types: types.length > 0 ? types : ["Ingress", ...(egress.length > 0 ? ["Egress"] : [])],
    ingress,
    egress,
    object,
  };
}

function readRule(rule: unknown, end: "from" | "to"): PolicyRule {
  const block = objectOf(rule);
  return {
    peers: listOf(block[end]).map((peer) => {
      const { namespaceSelector, podSelector, ipBlock } = objectOf(peer);
      const cidr = textOf(objectOf(ipBlock).cidr);
      return {
        ...(cidr ? { cidr } : {}),
        ...(namespaceSelector === undefined ? {} : { namespaces: readSelector(namespaceSelector) }),
        ...(podSelector === undefined ? {} : { pods: readSelector(podSelector) }),
      };
    }),
    ports: listOf(block.ports).map((entry) => {
      const { protocol, port, endPort } = objectOf(entry);
      return {
        protocol: String(protocol ?? "TCP"),
        ...(port === undefined ? {} : { port: String(port) }),
        ...(endPort === undefined ? {} : { endPort: Number(endPort) }),
      };
    }),
  };
}

function readSelector(value: unknown): Selector {
  const { matchLabels, matchExpressions } = objectOf(value);
  return {
    matchLabels: mapOf(matchLabels),
    expressions: listOf(matchExpressions).map((entry) => {
      const { key, operator, values } = objectOf(entry);
      return { key: String(key), operator: String(operator), values: listOf(values).map(String) };
    }),
  };
}

/** Whether a selector takes pods. */
export function selects(selector: Selector, pod: Pick<PodTemplate, "labels">): boolean {
  return hasLabels(pod, selector.matchLabels) && selector.expressions.every((each) => holds(each, pod.labels));
}

function holds(
  { key, operator, values }: Selector["expressions"][number],
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/** The name of the one namespace that a peer names; undefined for any namespace. */
export function namespaceOf(peer: Peer, own: string): string | undefined {
  return peer.namespaces ? peer.namespaces.matchLabels["kubernetes.io/metadata.name"] : own;
}

function isPeer(peer: Peer, pod: PodTemplate, own: string): boolean {
  if (peer.cidr !== undefined) {
    // Addresses of pods are none that a policy may name.
    return false;
  }
  const namespace = namespaceOf(peer, own);
  return (namespace === undefined || namespace === pod.namespace) && (!peer.pods || selects(peer.pods, pod));
}

function opens(rule: PolicyRule, port: number, target: PodTemplate): boolean {
  return (
    rule.ports.length === 0 ||
    rule.ports.some((entry) => {
      if (entry.protocol !== "TCP") {
        return false;
      }
      if (entry.port === undefined) {
        return true;
      }
      const named = target.ports.find(({ name }) => name === entry.port)?.port;
      const from = named ?? Number(entry.port);
      return entry.endPort === undefined ? from === port : from <= port && port <= entry.endPort;
    })
  );
}

/** Which side of a flow between pods is closed; empty when it is open. A side without any policy is open. */
export function closedSides(
  policies: readonly Policy[],
  from: PodTemplate,
  to: PodTemplate,
  port: number,
): readonly ("egress" | "ingress")[] {
  const side = (type: "Egress" | "Ingress", pod: PodTemplate, peer: PodTemplate) => {
    const about = policies.filter(
      (policy) => policy.namespace === pod.namespace && policy.types.includes(type) && selects(policy.pods, pod),
    );
    return (
      about.length === 0 ||
      about.some((policy) =>
        (type === "Egress" ? policy.egress : policy.ingress).some(
          (rule) =>
            (rule.peers.length === 0 || rule.peers.some((each) => isPeer(each, peer, policy.namespace))) &&
            opens(rule, port, to),
        ),
      )
    );
  };
  return [
    ...(side("Egress", from, to) ? [] : (["egress"] as const)),
    ...(side("Ingress", to, from) ? [] : (["ingress"] as const)),
  ];
}

/** Addresses and ports of the API server, as the policies have them that lead to it. */
export function apiServerEnds(
  policies: readonly Policy[],
): readonly { readonly cidr: string; readonly port: string }[] {
  const ends = policies
    .filter(({ name }) => name.endsWith("-to-api-server-egress"))
    .flatMap(({ egress }) => egress)
    .flatMap(({ peers, ports }) =>
      peers.flatMap(({ cidr }) => (cidr === undefined ? [] : ports.map(({ port }) => ({ cidr, port: port ?? "" })))),
    );
  return [...new Map(ends.map((end) => [`${end.cidr} ${end.port}`, end])).values()];
}

/** Whether pods may call the API server at one of its addresses at least. */
export function mayCallApiServer(policies: readonly Policy[], pod: PodTemplate): boolean {
  const ends = apiServerEnds(policies);
  return policies.some(
    (policy) =>
      policy.namespace === pod.namespace &&
      selects(policy.pods, pod) &&
      policy.egress.some(({ peers, ports }) =>
        ends.some(
          (end) =>
            peers.some(({ cidr }) => cidr === end.cidr || cidr === "0.0.0.0/0") &&
            (ports.length === 0 || ports.some(({ port }) => port === end.port)),
        ),
      ),
  );
}

/** Whether the API server may call pods at a port: from addresses, never from pods of the platform. */
export function apiServerMayCall(policies: readonly Policy[], pod: PodTemplate, port: number): boolean {
  const about = policies.filter(
    (policy) => policy.namespace === pod.namespace && policy.types.includes("Ingress") && selects(policy.pods, pod),
  );
  return (
    about.length === 0 ||
    about.some(({ ingress }) =>
      ingress.some(
        (rule) =>
          (rule.peers.length === 0 || rule.peers.some(({ cidr }) => cidr !== undefined)) && opens(rule, port, pod),
      ),
    )
  );
}
