import type { FlowEnd } from "../kubernetes";
import type { ServiceEndpoint } from "./contracts";

/** Gives ends of one name in several namespaces names with their namespaces, as a flow's name must be its own. */
export function distinctEnds(servers: readonly ServiceEndpoint[]): readonly ServiceEndpoint[] {
  const namespaces = new Map<string, Set<string>>();
  for (const { end } of servers) {
    namespaces.set(end.name, (namespaces.get(end.name) ?? new Set()).add(namespaceOf(end)));
  }
  return servers.map(({ end, port }) => {
    const shared = (namespaces.get(end.name)?.size ?? 0) > 1 && "namespace" in end;
    return { end: shared ? { ...end, name: `${namespaceOf(end)}-${end.name}` } : end, port };
  });
}

function namespaceOf(end: FlowEnd): string {
  return "namespace" in end ? end.namespace.name : "";
}
