import { formatGiven, type Problem } from "../errors";
import { check } from "./check";

const sharedNetwork = check({ needs: ["target"] }, ({ target }, given) => {
  if (target.kind !== "gke" || given.target?.kind !== "gke" || !target.vpc.shared) return [];
  const problems: Problem[] = [];
  const { hostProject, podsRange, servicesRange } = target.vpc.shared;
  if (hostProject === target.project) {
    problems.push({
      path: "target.network.shared.hostProject",
      given: formatGiven(hostProject),
      allowed: "another project than target.project, whose own network is no shared one",
      next: "name the host project, or leave shared out",
    });
  }
  if (podsRange === servicesRange) {
    problems.push({
      path: "target.network.shared.servicesRange",
      given: formatGiven(servicesRange),
      allowed: "another secondary range than that of pods",
      next: "ask who keeps the network for one of each",
    });
  }
  const { range, natAddresses, peeredDomains } = given.target.network;
  for (const [key, value] of Object.entries({ range, natAddresses, peeredDomains })) {
    if (value !== undefined) {
      problems.push({
        path: `target.network.${key}`,
        given: formatGiven(value),
        allowed: "nothing in a shared network: who keeps it has decided that",
        next: key === "range" ? "give each range as the host project has it" : "leave it out",
      });
    }
  }
  return problems;
});

/** Rules on a network that another project shares. */
export const sharedNetworkChecks = [sharedNetwork];
