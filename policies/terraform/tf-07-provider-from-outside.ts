import { providers, resources, strings } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";

export const providerFromOutside: Rule = {
  id: "TF-07",
  reason: "a provider whose configuration is unknown at plan fails or reaches the wrong cluster",
  remedy: "make the resource in an earlier stack and compute its address, or read that stack's declared output",
  check: forEach(providers, ({ block }, stack) => {
    const managed = managedAddresses(stack);
    return strings(block).flatMap(({ address, value }) =>
      managed
        .filter((resource) => new RegExp(`(?<![\\w.])${resource.replace(".", "\\.")}(?![\\w-])`).test(value))
        .map((resource) => `${address} refers to ${resource}, which this stack makes`),
    );
  }),
};

function managedAddresses(stack: CheckedStack): readonly string[] {
  return resources(stack).map(({ address }) => address);
}
