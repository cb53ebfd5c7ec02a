import { listOf, objectOf, resources } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { firewallRules } from "./networks";

/** Addresses of Google's APIs for private networks: one range serves all of them, one those that a perimeter knows. */
const ofGoogle = /^199\.36\.153\.\d+\/\d+$/;

/** What RFC 1918 keeps for networks of one's own. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

export const oneWayToGoogle: Rule = {
  id: "NET-10",
  reason: "a way that nobody uses is one that only an intruder needs, and the internet is no private network",
  remedy: "take the range from googleApisOf(environment), and publicAddresses for the internet",
  check: forEach(
    (stack) =>
      resources(stack, ["kubernetes_network_policy_v1"]).filter(({ block }) =>
        blocksOf(block.spec).some(({ cidr }) => ofGoogle.test(String(cidr)) || cidr === "0.0.0.0/0"),
      ),
    ({ block }, stack, all) => {
      const used = rangesOfNetwork(stack, all);
      return blocksOf(block.spec).flatMap(({ cidr, except }) => {
        if (cidr === "0.0.0.0/0") {
          return privateRanges
            .filter((range) => !listOf(except).includes(range))
            .map((range) => `reaches ${range} as if it were the internet`);
        }
        return ofGoogle.test(String(cidr)) && !used.includes(String(cidr))
          ? [`reaches ${String(cidr)}, and the network has Google's APIs at ${used.join(", ") || "no such address"}`]
          : [];
      });
    },
  ),
};

/** Addresses that a policy lets pods call. */
function blocksOf(spec: unknown) {
  return listOf(objectOf(spec).egress)
    .flatMap((rule) => listOf(objectOf(rule).to))
    .map((peer) => objectOf(objectOf(peer).ip_block));
}

/** Where the firewall of the environment lets nodes reach Google's APIs. */
function rangesOfNetwork({ environment }: CheckedStack, all: readonly CheckedStack[]): readonly string[] {
  return all
    .filter((stack) => stack.environment.name === environment.name)
    .flatMap(firewallRules)
    .filter(({ block }) => block.allow !== undefined)
    .flatMap(({ block }) => listOf(block.destination_ranges).map(String))
    .filter((range) => ofGoogle.test(range));
}
