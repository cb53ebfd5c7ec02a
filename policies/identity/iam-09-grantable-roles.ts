import { type CheckedStack, forEach, type Rule } from "../rule";
import { grants, onProjects } from "./grants";

export const grantableOnly: Rule = {
  id: "IAM-09",
  reason: "the identity that applies may give away the roles of a list only, and fails with any other",
  remedy: "add the role with its receiver to grantableRoles, or give a right on one resource instead of the project",
  check: forEach(
    (stack) => (stack.layer === "bootstrap" ? [] : grants(stack, /^google_project_iam_member$/)),
    ({ role, block }, stack, all) => {
      const { project } = stack.environment;
      const allowed = listOfRoles(stack, all);
      return [
        ...(allowed.includes(role) ? [] : [`${role} is not in the list: ${allowed.join(", ") || "there is none"}`]),
        ...(block.project === undefined || block.project === project
          ? []
          : [`is on the project ${String(block.project)}`]),
      ];
    },
  ),
};

/** What the identity of the environment may give away, as its condition says. */
function listOfRoles({ environment }: CheckedStack, all: readonly CheckedStack[]): readonly string[] {
  return all
    .filter((stack) => stack.layer === "bootstrap" && stack.environment.name === environment.name)
    .flatMap((stack) => grants(stack, onProjects))
    .filter(({ role }) => role === "roles/resourcemanager.projectIamAdmin")
    .flatMap(({ condition }) => [...condition.matchAll(/'([^']+\/[^']+)'/g)].map(([, role = ""]) => role))
    .filter((role) => !role.startsWith("iam.googleapis.com/"));
}
