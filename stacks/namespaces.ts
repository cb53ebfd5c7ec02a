import { namespacesOn, operatorsOn } from "../catalogue/assembly/on";
import type { NamespaceQuota } from "../constructs/kubernetes";
import { vaultAccess } from "../constructs/vault";
import { capacity, type Environment, formatBytes, formatCpu } from "../environments/schema";

/** Namespaces of the platform itself. */
export const platformNamespaces = {
  certManager: "cert-manager",
  externalSecrets: "external-secrets",
  reloader: "reloader",
  vault: vaultAccess.namespace,
  flux: "flux-system",
} as const;

/** A namespace to be made by the base layer. */
export interface NamespaceSpec {
  readonly name: string;
  readonly quota: NamespaceQuota;
}

/** Room for the controllers of one part of the platform, with a second set during an upgrade. */
const controllerQuota: NamespaceQuota = { cpu: "2", memory: "4Gi", pods: 30 };

/** Namespaces of the data services and their jobs, in the order of their names. */
export function serviceNamespaces({ services }: Environment): readonly string[] {
  return namespacesOn(services);
}

/** Every namespace that an environment needs, in the order of their names. */
export function namespacesOf(environment: Environment): readonly NamespaceSpec[] {
  const { services } = environment;
  const all = capacity(environment).available;
  // A data service may use whatever the nodes have; what it asks for in all is checked by the environment's schema.
  const nodes = { cpu: formatCpu(all.cpu), memory: formatBytes(all.memory), pods: all.pods };
  const specs = new Map<string, NamespaceQuota>([
    [platformNamespaces.certManager, controllerQuota],
    [platformNamespaces.externalSecrets, controllerQuota],
    [platformNamespaces.reloader, controllerQuota],
    [platformNamespaces.vault, nodes],
    [platformNamespaces.flux, controllerQuota],
    ...operatorsOn(services).map(({ definition }) => [definition.namespace, controllerQuota] as const),
    ...[...Object.keys(environment.namespaces), ...serviceNamespaces(environment)].map(
      (name) => [name, nodes] as const,
    ),
  ]);
  return [...specs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, quota]) => ({ name, quota }));
}
