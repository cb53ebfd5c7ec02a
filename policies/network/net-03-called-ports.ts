import { type AddressedBlock, listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { clusterOf, firewallRules, portsOf } from "./networks";

/** Ports that GKE opens itself. */
const ofGke = ["443", "10250"];

const isOfGoogle = ({ layer, environment }: CheckedStack) => layer === "network" && environment.project !== undefined;

export const calledPorts: Rule = {
  id: "NET-03",
  reason: "a webhook that the API server cannot reach stops every change, and a port that nobody calls is an open door",
  remedy: "declare the flow by allowFromApiServer, and open the firewall by firewallFlows",
  check: forEach(
    (stack) => (isOfGoogle(stack) ? [{ address: "google_compute_firewall" }] : []),
    (_, stack, all) => {
      const cluster = clusterOf(all, stack.environment.name);
      if (!cluster) return ["no layer makes the cluster whose control plane calls"];
      const range = objectOf(cluster.block.private_cluster_config).master_ipv4_cidr_block;
      const open = firewallRules(stack).filter(
        ({ block }) => block.allow !== undefined && listOf(block.source_ranges).includes(range),
      );
      const opened = new Set(open.flatMap(({ block }) => portsOf(block.allow)));
      const called = calledBy(range, stack.environment.name, all);
      return [
        ...[...called]
          .filter((port) => !opened.has(port) && !ofGke.includes(port))
          .map((port) => `the control plane calls port ${port}, and no rule opens it`),
        ...[...opened]
          .filter((port) => !called.has(port) || ofGke.includes(port))
          .map((port) => `a rule opens ${port === "all" ? "all ports" : `port ${port}`}, which no flow asks for`),
        ...open.flatMap((rule) => tagged(rule, cluster.stack)),
      ];
    },
  ),
};

/** Ports that network policies of an environment open to a range. */
function calledBy(range: unknown, environment: string, all: readonly CheckedStack[]): ReadonlySet<string> {
  const rules = all
    .filter((stack) => stack.environment.name === environment)
    .flatMap((stack) => resources(stack, ["kubernetes_network_policy_v1"]))
    .flatMap(({ block }) => listOf(objectOf(block.spec).ingress).map(objectOf));
  const fromRange = rules.filter(({ from }) =>
    listOf(from).some((peer) => objectOf(objectOf(peer).ip_block).cidr === range),
  );
  return new Set(fromRange.flatMap(({ ports }) => listOf(ports).map((port) => String(objectOf(port).port))));
}

/** A rule is for nodes alone. */
function tagged({ address, block }: AddressedBlock, cluster: CheckedStack): readonly string[] {
  const tags = resources(cluster, ["google_container_node_pool"]).flatMap((pool) =>
    listOf(objectOf(pool.block.node_config).tags),
  );
  const targets = listOf(block.target_tags);
  return targets.length > 0 && targets.every((tag) => tags.includes(tag))
    ? []
    : [`target_tags of ${address} is ${shown(block.target_tags)}, and nodes have ${shown([...new Set(tags)])}`];
}
