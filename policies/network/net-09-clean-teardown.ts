import { objectOf, resources, shown } from "../blocks";
import { releases } from "../releases";
import { type CheckedStack, forEach, type Rule } from "../rule";

/** What Google deletes only when nothing of its own is left in it. */
const slow = ["google_compute_network", "google_compute_subnetwork", "google_service_networking_connection"];

/** Releases on Google Cloud that may have a load balancer of their own: pages come by the Gateway. */
const withLoadBalancer: readonly string[] = [];

const minutes = 20;

export const cleanTeardown: Rule = {
  id: "NET-09",
  reason: "a load balancer that no stack knows, or a peering that is still being removed, keeps a network for ever",
  remedy: "give the resource a timeout for its deletion, and pages a route of the Gateway",
  check: (stacks) => {
    const networks = forEach(
      (stack) => resources(stack, slow),
      ({ block }) => {
        const given = objectOf(block.timeouts).delete;
        return Number(/^(\d+)m$/.exec(String(given))?.[1]) >= minutes
          ? []
          : [`timeouts.delete is ${shown(given)}, and ${minutes}m are needed`];
      },
    )(stacks);
    const services = forEach(releasesOnGoogle, ({ values, block }) =>
      withLoadBalancer.includes(String(block.name)) ? [] : values.flatMap((value) => loadBalancers(value, "values")),
    )(stacks);
    const made = forEach(
      (stack) => (isOfGoogle(stack) ? resources(stack, ["kubernetes_service_v1"]) : []),
      ({ block }) => loadBalancers(block, "block"),
    )(stacks);
    return {
      visited: networks.visited + services.visited + made.visited,
      findings: [...networks.findings, ...services.findings, ...made.findings],
    };
  },
};

const isOfGoogle = ({ environment }: CheckedStack) => environment.project !== undefined;

function releasesOnGoogle(stack: CheckedStack) {
  return isOfGoogle(stack) ? releases(stack) : [];
}

/** Places that ask for a load balancer, in a Service or in the values of a chart. */
function loadBalancers(value: unknown, path: string): readonly string[] {
  if (value === "LoadBalancer" && /type$/i.test(path)) return [`${path} is "LoadBalancer"`];
  if (Array.isArray(value)) {
    return value.flatMap((member, index) => loadBalancers(member, `${path}[${index}]`));
  }
  return Object.entries(objectOf(value)).flatMap(([key, member]) => loadBalancers(member, `${path}.${key}`));
}
