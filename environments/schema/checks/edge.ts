import { formatGiven, type Problem } from "../errors";
import { check } from "./check";

const parts = ["target", "google"] as const;

/** Settings that say nothing at an edge which only the network reaches. */
const publicOnly = ["zone", "callers", "requestsPerMinute"] as const;

const proxiesOfTheRegion = check({ needs: parts, clean: parts }, ({ target, google }) => {
  if (target.kind !== "gke" || !google?.edge.domain || google.edge.access === "public") return [];
  if (target.network.proxies !== undefined) return [];
  return [
    {
      path: "target.network.proxies",
      given: "missing",
      allowed: "a range for the proxies of the internal load balancer, as google.edge.access is internal",
      next: 'add a /23, such as proxies: "10.30.34.0/23", or set google.edge.access to public',
    },
  ];
});

const settingsThatApply = check({ needs: parts, clean: ["google"] }, ({ google }, given) => {
  const edge = given.google?.edge;
  if (!google || edge === undefined) return [];
  const problems: Problem[] = [];
  if (google.edge.domain === undefined && Object.keys(edge).length > 0) {
    const next = 'add domain: "data.example.com", or leave google.edge out';
    problems.push({ path: "google.edge.domain", given: "missing", allowed: "the domain of the environment", next });
  }
  if (google.edge.access === "internal") {
    for (const key of publicOnly.filter((name) => edge[name] !== undefined)) {
      problems.push({
        path: `google.edge.${key}`,
        given: formatGiven(edge[key]),
        allowed: "nothing at an edge that only the network reaches",
        next: "leave it out, or set google.edge.access to public",
      });
    }
  }
  return problems;
});

/** Rules on names, certificates and addresses under which people reach the environment. */
export const edgeChecks = [proxiesOfTheRegion, settingsThatApply];
