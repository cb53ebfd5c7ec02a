import { type AddressedBlock, listOf, objectOf, resources } from "../blocks";
import type { CheckedStack } from "../rule";

/** Subnetworks that machines have addresses in: those of Google's proxies are none. */
export function subnetworks(stack: CheckedStack): readonly AddressedBlock[] {
  return resources(stack, ["google_compute_subnetwork"]).filter(
    ({ block }) => block.purpose === undefined || block.purpose === "PRIVATE",
  );
}

/** Firewall rules of a stack. */
export function firewallRules(stack: CheckedStack): readonly AddressedBlock[] {
  return resources(stack, ["google_compute_firewall"]);
}

/** Whether a rule names every address. */
export function isEverywhere(ranges: unknown): boolean {
  return listOf(ranges).some((range) => String(range).endsWith("/0"));
}

/** Ports that a rule allows or denies; `all` where it names none. */
export function portsOf(entries: unknown): readonly string[] {
  return listOf(entries).flatMap((entry) => {
    const { ports } = objectOf(entry);
    return ports === undefined ? ["all"] : listOf(ports).map(String);
  });
}

/** The cluster of an environment. */
export function clusterOf(
  stacks: readonly CheckedStack[],
  environment: string,
): (AddressedBlock & { readonly stack: CheckedStack }) | undefined {
  return stacks
    .filter((stack) => stack.environment.name === environment)
    .flatMap((stack) => resources(stack, ["google_container_cluster"]).map((cluster) => ({ ...cluster, stack })))[0];
}
