import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { may } from "./platform-roles";

/** Roles of our own that workloads get from later layers, by the last part of their names. */
export const workloadRoles = {
  composer: {
    // GCP-06: in the place of roles/composer.worker, which opens the cluster, every bucket and every image of the project.
    reason: "Airflow writes logs and metrics; DAGs ask BigQuery and start training as another identity",
    permissions: [
      "composer.environments.get",
      "logging.logEntries.create",
      ...may("monitoring.metricDescriptors", "create", "get", "list"),
      ...may("monitoring.monitoredResourceDescriptors", "get", "list"),
      ...may("monitoring.timeSeries", "create", "list"),
      "bigquery.jobs.create",
      ...may("aiplatform.customJobs", "cancel", "create", "get", "list"),
      ...may("aiplatform.endpoints", "get", "list", "predict"),
    ],
  },
  training: {
    reason: "a training job reads features and adds models; it serves none and removes none",
    permissions: [
      "bigquery.jobs.create",
      ...may("bigquery.readsessions", "create", "getData", "update"),
      ...may("aiplatform.featureGroups", "get", "list"),
      ...may("aiplatform.models", "get", "list", "upload"),
      "logging.logEntries.create",
    ],
  },
  serving: {
    reason: "a model that serves tells how it does",
    permissions: ["logging.logEntries.create", "monitoring.timeSeries.create"],
  },
} as const satisfies Readonly<Record<string, { readonly reason: string; readonly permissions: readonly string[] }>>;

/** Last part of the name of a role that workloads get. */
export type WorkloadRole = keyof typeof workloadRoles;

/** Where roles are. */
interface RolePlace {
  readonly environment: string;
  readonly project: string;
}

/** Full name of a role that workloads get: `projects/<project>/roles/<environment>_<role>`. */
export function workloadRoleName({ environment, project }: RolePlace, role: WorkloadRole): string {
  return `projects/${project}/roles/${roleId(environment, role)}`;
}

/** All of them: what the apply identity may give to workloads beside roles of Google. */
export function workloadRoleNames(place: RolePlace): readonly string[] {
  return Object.keys(workloadRoles).map((role) => workloadRoleName(place, role as WorkloadRole));
}

/** Settings of {@link WorkloadRoles}. */
export interface WorkloadRolesProps extends RolePlace {
  /**
   * What must exist first, such as the API of IAM.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * The roles of our own that workloads get. They are made where people apply: who can change a role can make itself an owner
 * (GKE-06).
 */
export class WorkloadRoles extends Construct {
  constructor(scope: Construct, id: string, props: WorkloadRolesProps) {
    super(scope, id);
    for (const [role, { reason, permissions }] of Object.entries(workloadRoles)) {
      new ProjectIamCustomRole(this, idOf(role), {
        project: props.project,
        roleId: roleId(props.environment, role),
        title: `Terralake ${props.environment}: ${role}`,
        description: reason,
        permissions: [...permissions],
        dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
      });
    }
  }
}

function roleId(environment: string, role: string): string {
  return `${environment}-${role}`.replaceAll("-", "_");
}
