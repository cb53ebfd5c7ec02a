import type { Environment } from "./environment";
import { EnvironmentError, type Problem } from "./errors";

/**
 * Checks what no environment can know alone: each has a name of its own, and on Google Cloud a project of its own. All
 * clusters of a project share one pool of workload identities, in which the same namespace and account are the same
 * member: one environment's Vault could open the other one's.
 *
 * @returns the environments as they are
 * @throws EnvironmentError with every problem that was found
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#identity_sameness
 */
export function environmentsTogether(environments: readonly Environment[]): readonly Environment[] {
  const problems = environments.flatMap((environment, at): Problem[] => {
    const before = environments.slice(0, at);
    return [...sameName(environment, before), ...sameProject(environment, before)];
  });
  if (problems.length > 0) throw new EnvironmentError("list (environments/index.ts)", problems);
  return environments;
}

function sameName({ name }: Environment, before: readonly Environment[]): readonly Problem[] {
  if (!before.some((other) => other.name === name)) return [];
  return [
    {
      path: `${name}.name`,
      given: JSON.stringify(name),
      allowed: "a name that no other environment has",
      next: "rename one of them: stacks and states carry it",
    },
  ];
}

function sameProject({ name, target }: Environment, before: readonly Environment[]): readonly Problem[] {
  if (target.kind !== "gke") return [];
  const other = before.find((each) => each.target.kind === "gke" && each.target.project === target.project);
  if (!other) return [];
  return [
    {
      path: `${name}.target.project`,
      given: JSON.stringify(target.project),
      allowed: `a project that no other environment has, and ${other.name} has this one`,
      next: "give each its own: a workload of one could act as the same one of the other",
    },
  ];
}
