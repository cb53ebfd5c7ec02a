import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { GivenIdentity } from "../identity/given-identity";
import { bindKubernetes, type KubernetesAccount, workloadAnnotations } from "../identity/workload-identity";

/** Settings of a {@link VaultSealIdentity}. */
export interface VaultSealIdentityProps {
  readonly project: string;
  /** Short name of the account that the bootstrap layer has made. */
  readonly accountId: string;
  /** The Kubernetes service accounts of the Vault servers and of their bootstrap job. */
  readonly kubernetes: readonly KubernetesAccount[];
  /** The cluster: the project's workload pool exists only once a cluster asked for it. */
  readonly cluster: ITerraformDependable;
}

/** Lets the pods of the Vault servers act as the account that may use their key, see `VaultSealAccount`. */
export class VaultSealIdentity extends GivenIdentity {
  /** Annotation that each Kubernetes service account must carry. */
  readonly annotations: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { project, accountId, kubernetes, cluster }: VaultSealIdentityProps) {
    super(scope, id, { project, accountId });
    this.annotations = workloadAnnotations(this.email);
    bindKubernetes(this, { project, accountName: this.accountName, kubernetes, cluster });
  }
}
