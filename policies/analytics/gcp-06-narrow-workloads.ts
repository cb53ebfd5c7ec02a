import { listOf, resources } from "../blocks";
import { grants, onProjects } from "../identity/grants";
import { type CheckedStack, forEach, type Rule } from "../rule";

/** Roles of Google that write logs and metrics, and do nothing else. */
const harmless = [
  "roles/container.defaultNodeServiceAccount",
  "roles/logging.logWriter",
  "roles/monitoring.metricWriter",
];

/** What opens the cluster, every bucket, every image or every secret of the project, or makes one's own rights grow. */
const farReaching = /^(artifactregistry|cloudbuild|container|iam|secretmanager|storage)\.|\.setIamPolicy$/;

export const narrowWorkloads: Rule = {
  id: "GCP-06",
  reason: "a role on the project of a cluster reaches its pods, its secrets, its backups and its state",
  remedy: "make a role in workload-roles.ts with what is needed, and grant buckets, images and secrets one by one",
  check: forEach(
    // Who applies and who plans have their rights from the bootstrap layer, where a person applies.
    (stack) => (stack.layer === "bootstrap" ? [] : grants(stack, onProjects)),
    ({ role }, { environment }, all) => {
      const here = all.filter((stack) => stack.environment.project === environment.project);
      return here.some((stack) => resources(stack, ["google_container_cluster"]).length > 0)
        ? roleProblems(role, permissionsOf(role, here))
        : [];
    },
  ),
};

function roleProblems(role: string, permissions: readonly string[] | undefined): readonly string[] {
  if (harmless.includes(role)) {
    return [];
  }
  return permissions
    ? permissions.filter((one) => farReaching.test(one)).map((one) => `${role} has ${one} on the whole project`)
    : [`${role} is no role of ours, and none of Google that is known to be harmless`];
}

/** What a role of our own allows; nothing for one that no stack makes. */
function permissionsOf(role: string, stacks: readonly CheckedStack[]): readonly string[] | undefined {
  const made = stacks
    .flatMap((stack) => resources(stack, ["google_project_iam_custom_role"]))
    .find(({ block }) => role === `projects/${String(block.project)}/roles/${String(block.role_id)}`);
  return made && listOf(made.block.permissions).map(String);
}
