import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { type KubernetesAccount, WorkloadIdentity } from "./workload-identity";

/** Settings of a {@link VaultSealIdentity}. */
export interface VaultSealIdentityProps {
  readonly project: string;
  /** Short name of the Google service account, 6 to 30 characters. */
  readonly accountId: string;
  /** Full name of the key that seals Vault; it may live in another stack. */
  readonly key: string;
  /** The Kubernetes service accounts of the Vault servers and of their bootstrap job. */
  readonly kubernetes: readonly KubernetesAccount[];
  /** The cluster: the project's workload pool exists only once a cluster asked for it. */
  readonly cluster: ITerraformDependable;
}

/**
 * Identity of the Vault servers: it may use and look at the one key that seals them.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/seal/gcpckms
 */
export class VaultSealIdentity extends WorkloadIdentity {
  readonly key: string;

  constructor(scope: Construct, id: string, props: VaultSealIdentityProps) {
    super(scope, id, { ...props, displayName: "Vault servers: seal by Cloud KMS" });
    this.key = props.key;
    // VLT-05: on this key only; Vault encrypts and decrypts with it and reads it when it starts.
    this.grant("SealUser", "roles/cloudkms.cryptoKeyEncrypterDecrypter");
    this.grant("SealViewer", "roles/cloudkms.viewer");
  }

  private grant(id: string, role: string): void {
    new KmsCryptoKeyIamMember(this, id, { cryptoKeyId: this.key, role, member: this.resource.member });
  }
}
