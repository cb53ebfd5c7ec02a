import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import type { ProjectRole } from "./project-roles";
import { ServiceIdentity } from "./service-identity";

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
  /**
   * The cluster: the project's workload pool exists only once a cluster asked for it.
   *
   * @default - an earlier layer has made it
   */
  readonly cluster?: ITerraformDependable;
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
    this.annotations = workloadAnnotations(this.email);
    bindKubernetes(this, { ...props, accountName: this.resource.name });
  }
}

/** Annotation of a Kubernetes service account whose pods act as a Google service account. */
export function workloadAnnotations(email: string): Readonly<Record<string, string>> {
  return { "iam.gke.io/gcp-service-account": email };
}

/** Lets the pods of named Kubernetes service accounts act as a Google service account. */
export function bindKubernetes(
  identity: Construct,
  {
    project,
    accountName,
    kubernetes,
    cluster,
  }: Pick<WorkloadIdentityProps, "project" | "kubernetes" | "cluster"> & { readonly accountName: string },
): void {
  for (const { namespace, serviceAccount } of kubernetes) {
    new ServiceAccountIamMember(identity, `KubernetesUser${idOf(`${namespace}-${serviceAccount}`)}`, {
      serviceAccountId: accountName,
      role: "roles/iam.workloadIdentityUser",
      // GKE-05: exactly this account of this namespace.
      member: `serviceAccount:${workloadPool(project)}[${namespace}/${serviceAccount}]`,
      dependsOn: cluster ? [cluster] : undefined,
    });
  }
}

/** The pool that maps Kubernetes service accounts of all clusters of a project. */
export function workloadPool(project: string): string {
  return `${project}.svc.id.goog`;
}
