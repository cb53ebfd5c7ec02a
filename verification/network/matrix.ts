import type { Ledger } from "../report";
import { namespaceOf, type Peer, type Policy, type Selector } from "./policies";

/** Who talks to whom: one row for each pair of ends. */
export interface MatrixRow {
  readonly from: string;
  readonly to: string;
  /** TCP ports of the receiving pods, ascending; other protocols with their name. */
  readonly ports: readonly string[];
  readonly reason: string;
  /** Names of the policies that make it, as `namespace/name`. */
  readonly policies: readonly string[];
}

/** Policies that every namespace has by itself. */
const own: Readonly<Record<string, string>> = { "default-deny": "nothing else", "allow-dns": "resolves names" };

/** The table who talks to whom, read from the policies; sorted by sender and receiver. */
export function networkMatrix(policies: readonly Policy[]): readonly MatrixRow[] {
  const rows = new Map<
    string,
    { from: string; to: string; ports: Set<string>; reasons: Set<string>; policies: Set<string> }
  >();
  for (const half of policies.flatMap(halves)) {
    const key = `${half.from}\0${half.to}`;
    const row = rows.get(key) ?? {
      from: half.from,
      to: half.to,
      ports: new Set(),
      reasons: new Set(),
      policies: new Set(),
    };
    half.ports.forEach((port) => {
      row.ports.add(port);
    });
    if (half.reason) {
      row.reasons.add(half.reason);
    }
    row.policies.add(`${half.policy.namespace}/${half.policy.name}`);
    rows.set(key, row);
  }
  return [...rows.values()]
    .map(({ from, to, ports, reasons, policies: made }) => ({
      from,
      to,
      ports: [...ports].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)),
      reason: [...reasons].join("; "),
      policies: [...made].sort(),
    }))
    .sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}

/** One direction of one policy, between two ends. */
interface Half {
  readonly policy: Policy;
  readonly direction: "egress" | "ingress";
  readonly from: string;
  readonly to: string;
  readonly ports: readonly string[];
  readonly reason: string | undefined;
  /** Namespaces of the two ends; undefined for an end outside. */
  readonly namespaces: readonly [from: string | undefined, to: string | undefined];
}

function halves(policy: Policy): readonly Half[] {
  const self = ends(policy.namespace, policy.pods);
  const reason = policy.reason ?? own[policy.name];
  const read = (direction: "egress" | "ingress") =>
    policy[direction].flatMap((rule) =>
      (rule.peers.length > 0 ? rule.peers : [{ cidr: "anywhere" }]).map((peer): Half => {
        const other = peer.cidr === undefined ? peerText(peer, policy.namespace) : outsideText(peer.cidr, policy.name);
        const outside = peer.cidr === undefined ? namespaceOf(peer, policy.namespace) : undefined;
        const egress = direction === "egress";
        return {
          policy,
          direction,
          from: egress ? self : other,
          to: egress ? other : self,
          ports: rule.ports.length > 0 ? rule.ports.map(portText) : ["all"],
          reason,
          namespaces: egress ? [policy.namespace, outside] : [outside, policy.namespace],
        };
      }),
    );
  return [...read("egress"), ...read("ingress")];
}

function portText({ protocol, port, endPort }: Policy["egress"][number]["ports"][number]): string {
  const range = endPort === undefined ? (port ?? "all") : `${port}-${endPort}`;
  return protocol === "TCP" ? range : `${range}/${protocol}`;
}

function peerText(peer: Peer, namespace: string): string {
  return ends(namespaceOf(peer, namespace) ?? "any namespace", peer.pods ?? { matchLabels: {}, expressions: [] });
}

/** Addresses outside with the name that the table gives them: `trino-to-internet-egress` leads to `internet`. */
function outsideText(cidr: string, policy: string): string {
  const name = /-to-((?:(?!-to-).)+)-egress$/.exec(policy)?.[1] ?? /^(.+?)-to-.+-ingress$/.exec(policy)?.[1];
  return name ? `${name} (${cidr})` : cidr;
}

/** An end as people read it: the namespace and the labels without their long prefixes. */
function ends(namespace: string, { matchLabels, expressions }: Selector): string {
  const labels = Object.entries(matchLabels).map(
    ([name, value]) => `${name.replace(/^app\.kubernetes\.io\//, "")}=${value}`,
  );
  const more = expressions.map(({ key, operator, values }) => `${key} ${operator} ${values.join("|")}`);
  return `${namespace}/${[...labels, ...more].join(",") || "*"}`;
}

/**
 * Checks the table itself: each namespace denies both ways by default, each policy says what it is for, and a flow between
 * pods of the platform is open on both sides.
 */
export function checkMatrix(policies: readonly Policy[], namespaces: ReadonlySet<string>, ledger: Ledger): void {
  const address = (policy: Policy) => policy.object.origin.release;
  for (const namespace of namespaces) {
    ledger.count("namespace");
    const denies = policies.some(
      ({ namespace: where, pods, types, egress, ingress }) =>
        where === namespace &&
        Object.keys(pods.matchLabels).length + pods.expressions.length === 0 &&
        ["Ingress", "Egress"].every((type) => types.includes(type)) &&
        egress.length + ingress.length === 0,
    );
    if (!denies) {
      ledger.find({
        check: "network",
        release: namespace,
        path: `Namespace/${namespace}`,
        given: "no policy that denies ingress and egress of all pods",
        allowed: "one in each namespace",
        next: "make the namespace by PlatformNamespace",
      });
    }
  }
  const all = policies.flatMap(halves);
  const known = new Set(all.map(({ direction, from, to }) => `${direction}\0${from}\0${to}`));
  for (const policy of policies) {
    ledger.count("policy");
    // A chart's own policy belongs to its release, not to the table.
    if (
      policy.reason === undefined &&
      !(policy.name in own) &&
      policy.object.origin.release.startsWith("kubernetes_")
    ) {
      ledger.find({
        check: "network",
        release: address(policy),
        path: `NetworkPolicy/${policy.name}`,
        given: "no reason",
        allowed: "a policy of the table who talks to whom",
        next: "declare the flow by NetworkFlows",
      });
    }
  }
  for (const { policy, direction, from, to, ports, namespaces: sides } of all) {
    const other = direction === "egress" ? "ingress" : "egress";
    const peer = direction === "egress" ? sides[1] : sides[0];
    if (peer === undefined || !namespaces.has(peer) || policy.name in own || known.has(`${other}\0${from}\0${to}`)) {
      continue;
    }
    ledger.find({
      check: "network",
      release: address(policy),
      path: `NetworkPolicy/${policy.name}`,
      given: `${from} to ${to} at ${ports.join(", ")} is open on the side of ${direction} only`,
      allowed: "both sides",
      next: `declare the flow once by NetworkFlows, which opens ${other} too`,
    });
  }
}
