import { objectOf, resources, shown } from "../blocks";
import { deliveredObjects, releases } from "../releases";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { namespaces } from "./namespaces";

/** Types without a namespace. */
const clusterScoped =
  /^kubernetes_(namespace|cluster_role|cluster_role_binding|storage_class|priority_class|persistent_volume|ingress_class|runtime_class|csi_driver|(mutating|validating)_webhook_configuration|api_service|certificate_signing_request|node_taint)(_v\d+)?$/;

interface Placed extends Item {
  readonly namespace: unknown;
  /** Present on a release. */
  readonly createNamespace?: unknown;
  readonly isRelease: boolean;
}

export const ownNamespace: Rule = {
  id: "K8S-08",
  reason: "a namespace that Helm makes, and `default`, have neither labels nor policies",
  remedy: "name a namespace of namespacesOf(), which the base layer makes by PlatformNamespace",
  check: forEach(placed, ({ namespace, createNamespace, isRelease }, { environment }, all) => {
    const made = all.filter((stack) => stack.environment.name === environment.name).flatMap(namespaces);
    return [
      ...(isRelease && createNamespace !== false ? [`create_namespace is ${shown(createNamespace)}`] : []),
      ...(namespace === undefined || namespace === "default"
        ? ["is in the namespace default"]
        : made.some((one) => one.namespace === namespace)
          ? []
          : [`namespace ${shown(namespace)} is made by no stack of ${environment.name}`]),
    ];
  }),
};

function placed(stack: CheckedStack): readonly Placed[] {
  return [
    ...resources(stack, /^kubernetes_/)
      .filter(({ type }) => !clusterScoped.test(type))
      .map(({ address, block }) => ({ address, namespace: objectOf(block.metadata).namespace, isRelease: false })),
    ...releases(stack).map(({ address, block }) => ({
      address,
      namespace: block.namespace,
      createNamespace: block.create_namespace,
      isRelease: true,
    })),
    ...deliveredObjects(stack).map(({ address, namespace }) => ({ address, namespace, isRelease: false })),
  ];
}
