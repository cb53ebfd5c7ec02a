import { type AddressedBlock, objectOf, resources } from "../blocks";
import type { CheckedStack, Item } from "../rule";

/** A namespace that a stack makes. */
export interface MadeNamespace extends AddressedBlock {
  readonly namespace: string;
}

/** A network policy of a namespace. */
export interface NamespacePolicy extends Item {
  readonly namespace: string;
  readonly spec: { readonly [argument: string]: unknown };
}

/** The namespaces that a stack makes. */
export function namespaces(stack: CheckedStack): readonly MadeNamespace[] {
  return resources(stack, ["kubernetes_namespace_v1"]).map((resource) => ({
    ...resource,
    namespace: String(objectOf(resource.block.metadata).name),
  }));
}

/** The network policies of all stacks of an environment for one namespace. */
export function policiesOf(
  stacks: readonly CheckedStack[],
  environment: string,
  namespace: string,
): readonly NamespacePolicy[] {
  return stacks
    .filter((stack) => stack.environment.name === environment)
    .flatMap((stack) => resources(stack, ["kubernetes_network_policy_v1"]))
    .map(({ address, block }) => ({
      address,
      namespace: String(objectOf(block.metadata).namespace),
      spec: objectOf(block.spec),
    }))
    .filter((policy) => policy.namespace === namespace);
}

/** Whether a policy's pod selector selects every pod. */
export function selectsAll({ spec }: NamespacePolicy): boolean {
  return spec.pod_selector !== undefined && Object.keys(objectOf(spec.pod_selector)).length === 0;
}
