import type { Construct } from "constructs";
import { CustomResources, clusterService, type INamespace, idOf } from "../../constructs/kubernetes";
import { PlatformError } from "../../constructs/terraform";
import type { ServiceOffers, ServiceSettings } from "../definition";

/** What {@link addAliases} takes. */
export interface AliasesProps {
  readonly service: string;
  readonly namespace: INamespace;
  readonly settings: ServiceSettings;
  readonly offered: ServiceOffers;
}

/**
 * Makes the Services under which clients already know a service, in one release.
 *
 * @throws PlatformError for a port that the service does not have, or that is not of pods
 */
export function addAliases(scope: Construct, { service, namespace, settings, offered }: AliasesProps): void {
  const { ports = {} } = offered;
  const objects = settings.aliases.map((alias) => {
    const targets = Object.entries(alias.ports).map(([port, name]) => {
      const endpoint = ports[name];
      if (!endpoint || !("namespace" in endpoint.end)) {
        throw new PlatformError(
          scope,
          `alias ${alias.name} of ${service} leads to port "${name}"`,
          `use one of ${Object.keys(ports).join(", ") || "no port: the service has none"}`,
        );
      }
      return { port: Number(port), target: endpoint.port, labels: endpoint.end.podLabels ?? {} };
    });
    const [first] = targets;
    if (targets.some(({ labels }) => JSON.stringify(labels) !== JSON.stringify(first?.labels))) {
      throw new PlatformError(
        scope,
        `alias ${alias.name} of ${service} leads to ports of several kinds of pods: ${Object.values(alias.ports).join(", ")}`,
        "make an alias for each",
      );
    }
    return clusterService({
      name: alias.name,
      namespace,
      labels: first?.labels ?? {},
      ports: Object.fromEntries(targets.map(({ port, target }) => [`port-${port}`, { port, target }])),
    });
  });
  if (objects.length > 0) {
    new CustomResources(scope, `${idOf(service)}Aliases`, {
      namespace,
      releaseName: `${service.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-aliases`,
      objects,
    });
  }
}
