import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { firewallRules, isEverywhere, portsOf } from "./networks";

/** The last rule of a direction: it refuses everything, and says so. */
const lastRules = { INGRESS: "source_ranges", EGRESS: "destination_ranges" } as const;

const isOfGoogle = ({ layer, environment }: CheckedStack) => layer === "network" && environment.project !== undefined;

export const closedNetwork: Rule = {
  id: "NET-04",
  reason: "what is open to the world is found within minutes, and what is refused in silence is never noticed",
  remedy: "make the rules by NetworkFirewall",
  check: (stacks) => {
    const open = forEach(firewallRules, ({ block }) =>
      block.allow !== undefined && block.direction !== "EGRESS" && isEverywhere(block.source_ranges)
        ? [`lets everybody in at ${shown(portsOf(block.allow))}`]
        : [],
    )(stacks);
    const everyPort = forEach(firewallRules, ({ block }) =>
      block.allow !== undefined &&
      block.direction === "EGRESS" &&
      isEverywhere(block.destination_ranges) &&
      portsOf(block.allow).includes("all")
        ? ["lets nodes reach every port of the internet"]
        : [],
    )(stacks);
    const beside = forEach(firewallRules, ({ block }, stack) =>
      block.allow !== undefined &&
      block.direction === "EGRESS" &&
      isEverywhere(block.destination_ranges) &&
      !refusesPrivate(stack, Number(block.priority ?? 1000))
        ? ["lets nodes reach other private networks as if they were the internet"]
        : [],
    )(stacks);
    const last = forEach(
      (stack) => (isOfGoogle(stack) ? [{ address: "google_compute_firewall" }] : []),
      (_, stack) =>
        (["INGRESS", "EGRESS"] as const).flatMap((direction) =>
          refuses(stack, direction) ? [] : [`no rule refuses all other ${direction.toLowerCase()} with a log entry`],
        ),
    )(stacks);
    return {
      visited: open.visited + last.visited,
      findings: [...open.findings, ...everyPort.findings, ...beside.findings, ...last.findings],
    };
  },
};

/** What RFC 1918 keeps for networks of one's own. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** Whether private addresses are refused before a rule of some priority is read. */
function refusesPrivate(stack: CheckedStack, priority: number): boolean {
  return resources(stack, ["google_compute_firewall"]).some(
    ({ block }) =>
      block.direction === "EGRESS" &&
      portsOf(block.deny).includes("all") &&
      Number(block.priority) < priority &&
      privateRanges.every((range) => listOf(block.destination_ranges).includes(range)),
  );
}

function refuses(stack: CheckedStack, direction: keyof typeof lastRules): boolean {
  return resources(stack, ["google_compute_firewall"]).some(
    ({ block }) =>
      block.direction === direction &&
      isEverywhere(block[lastRules[direction]]) &&
      portsOf(block.deny).includes("all") &&
      objectOf(block.log_config).metadata === "INCLUDE_ALL_METADATA" &&
      // Rules of GKE have 1000 and come before it, the one by which Google lets all out has 65535.
      Number(block.priority) > 1000 &&
      Number(block.priority) < 65535,
  );
}
