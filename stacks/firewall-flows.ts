import type { AddressFlow, ControlPlaneCall } from "../constructs/gke";
import { type Flow, type FlowEnd, NetworkFlows } from "../constructs/kubernetes";
import type { PlatformStack } from "./platform-stack";

/** Flows that cross the edge of the pods' network, as the firewall of the nodes must let them. */
export interface FirewallFlows {
  readonly controlPlane: readonly ControlPlaneCall[];
  /** From load balancers and others that are no pods. */
  readonly in: readonly AddressFlow[];
  readonly out: readonly AddressFlow[];
}

/** Addresses that never leave a node: the metadata server's, and that of the cache of names. */
const linkLocal = /^169\.254\./;

/**
 * Reads the flows of the layers inside the cluster: the firewall opens what their network policies open, and nothing else
 * (rule NET-03).
 */
export function firewallFlows(stacks: readonly PlatformStack[]): FirewallFlows {
  const tables = stacks.flatMap((stack) =>
    stack.node.findAll().filter((child): child is NetworkFlows => child instanceof NetworkFlows),
  );
  return {
    controlPlane: tables.flatMap(({ flows, apiServer }) =>
      flows.filter(({ from }) => from === apiServer).map(({ to, ports }) => ({ listener: to.name, ports })),
    ),
    in: tables.flatMap(({ flows, apiServer }) => flows.filter(({ from }) => from !== apiServer).flatMap(wayIn)),
    out: tables.flatMap(({ flows, apiServer }) => flows.filter(({ to }) => to !== apiServer).flatMap(wayOut)),
  };
}

function wayIn({ from, to, ports }: Flow): readonly AddressFlow[] {
  return isPods(from) || !isPods(to) ? [] : [{ name: from.name, cidrs: from.cidrs, ports }];
}

function wayOut({ from, to, ports }: Flow): readonly AddressFlow[] {
  if (!isPods(from) || isPods(to) || to.cidrs.every((cidr) => linkLocal.test(cidr))) return [];
  return [{ name: to.name, cidrs: to.cidrs, ports }];
}

function isPods(end: FlowEnd): end is Extract<FlowEnd, { namespace: unknown }> {
  return "namespace" in end;
}
