import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { idOf } from "../kubernetes/names";
import { type ProjectRole, ServiceIdentity } from "./service-identity";

/** A Kubernetes service account, by name. */
export interface KubernetesAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Settings of a {@link WorkloadIdentity}. */
export interface WorkloadIdentityProps {
  readonly project: string;
  /** Short name of the Google service account, 6 to 30 characters. */
  readonly accountId: string;
  readonly displayName: string;
  /** The Kubernetes service accounts that may act as it; they need not exist yet. */
  readonly kubernetes: readonly KubernetesAccount[];
  /** The cluster: the project's workload pool exists only once a cluster asked for it. */
  readonly cluster: ITerraformDependable;
  /**
   * Roles on the whole project.
   *
   * @default - none
   */
  readonly projectRoles?: readonly ProjectRole[];
}

/**
 * A Google service account that the pods of named Kubernetes service accounts act as, without a key.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
 */
export class WorkloadIdentity extends ServiceIdentity {
  readonly kubernetes: readonly KubernetesAccount[];
  /** Annotation that each Kubernetes service account must carry. */
  readonly annotations: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: WorkloadIdentityProps) {
    super(scope, id, props);
    this.kubernetes = props.kubernetes;
    this.annotations = { "iam.gke.io/gcp-service-account": this.email };
    for (const { namespace, serviceAccount } of props.kubernetes) {
      new ServiceAccountIamMember(this, `KubernetesUser${idOf(`${namespace}-${serviceAccount}`)}`, {
        serviceAccountId: this.resource.name,
        role: "roles/iam.workloadIdentityUser",
        // GKE-05: exactly this account of this namespace.
        member: `serviceAccount:${workloadPool(props.project)}[${namespace}/${serviceAccount}]`,
        dependsOn: [props.cluster],
      });
    }
  }
}

/** The pool that maps Kubernetes service accounts of all clusters of a project. */
export function workloadPool(project: string): string {
  return `${project}.svc.id.goog`;
}
