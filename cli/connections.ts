import { App } from "cdktf";
import type { DataPlatformServices, ServiceConnection } from "../catalogue/assembly/data-platform-services";
import type { Environment } from "../environments/schema";
import { buildPlatform } from "../stacks/platform";
import { ServicesStack } from "../stacks/services";

/** A page for people, reached from outside the cluster. */
export interface PageAddress {
  readonly page: string;
  /** URL. */
  readonly address: string;
}

/** Where the services of an environment can be reached. */
export interface Connections {
  /** From inside the cluster, without credentials. */
  readonly connections: readonly ServiceConnection[];
  /** From outside; none without the service `ingress`. */
  readonly pages: readonly PageAddress[];
}

/** Where the services of an environment can be reached, from inside its cluster and from outside. */
export function connectionsOf(environment: Environment): Connections {
  const services = buildPlatform(new App({ stackTraces: false }), environment).flatMap(
    (stack): readonly DataPlatformServices[] => (stack instanceof ServicesStack ? [stack.services] : []),
  );
  return {
    connections: services.flatMap(({ connections }) => connections),
    pages: services
      .flatMap(({ offers }) => offers)
      .flatMap(({ urls = {} }) => Object.entries(urls))
      .map(([page, address]) => ({ page, address })),
  };
}
