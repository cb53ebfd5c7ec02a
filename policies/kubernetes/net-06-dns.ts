import { listOf, objectOf } from "../blocks";
import { forEach, type Rule } from "../rule";
import { type NamespacePolicy, namespaces, policiesOf, selectsAll } from "./namespaces";

/** The node-local cache of cluster DNS. */
const nodeCache = "169.254.20.10/32";

/** Where a rule of a policy leads to, with each protocol and port. */
interface Way {
  readonly to: "kube-dns" | "node cache" | "other";
  readonly ports: readonly string[];
}

export const dns: Rule = {
  id: "NET-06",
  reason: "where everything is denied, names must be resolved by a way of their own",
  remedy: "make the namespace by PlatformNamespace",
  check: forEach(namespaces, ({ namespace }, { environment }, all) => {
    const ways = policiesOf(all, environment.name, namespace).filter(selectsAll).flatMap(waysOf);
    return (["kube-dns", "node cache"] as const).flatMap((to) =>
      ["UDP 53", "TCP 53"]
        .filter((port) => !ways.some((way) => way.to === to && way.ports.includes(port)))
        .map((port) => `no policy allows ${port} to the ${to}`),
    );
  }),
};

function waysOf({ spec }: NamespacePolicy): readonly Way[] {
  return listOf(spec.egress)
    .map(objectOf)
    .flatMap(({ to, ports }) => {
      const open = listOf(ports).map((port) => {
        const { protocol, port: number } = objectOf(port);
        return `${protocol} ${number}`;
      });
      return listOf(to).map((peer) => ({ to: endOf(peer), ports: open }));
    });
}

function endOf(peer: unknown): Way["to"] {
  const { pod_selector: pods, ip_block: block } = objectOf(peer);
  if (objectOf(block).cidr === nodeCache) {
    return "node cache";
  }
  return objectOf(objectOf(pods).match_labels)["k8s-app"] === "kube-dns" ? "kube-dns" : "other";
}
