import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ServiceIdentity } from "../identity/service-identity";

/** Settings of a {@link VaultSealAccount}. */
export interface VaultSealAccountProps {
  readonly project: string;
  /** Short name of the Google service account, 6 to 30 characters. */
  readonly accountId: string;
  /** Full name of the key that seals Vault. */
  readonly key: string;
  /**
   * What must exist first, such as the API of IAM.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * The account of the Vault servers: it may use and look at the one key that seals them. It belongs to the bootstrap layer, so
 * that no other layer decides who uses that key.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/seal/gcpckms
 */
export class VaultSealAccount extends ServiceIdentity {
  constructor(scope: Construct, id: string, { key, ...props }: VaultSealAccountProps) {
    super(scope, id, { ...props, displayName: "Vault servers: seal by Cloud KMS" });
    // VLT-05: on this key only; Vault encrypts and decrypts with it and reads it when it starts.
    const grants = { SealUser: "roles/cloudkms.cryptoKeyEncrypterDecrypter", SealViewer: "roles/cloudkms.viewer" };
    for (const [grant, role] of Object.entries(grants)) {
      new KmsCryptoKeyIamMember(this, grant, { cryptoKeyId: key, role, member: this.resource.member });
    }
  }
}
