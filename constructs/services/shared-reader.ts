import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { Construct } from "constructs";
import { type SharedReaderProps as SharedGrant, type VaultSecrets, vaultAccess } from "../vault";

/** Settings of a {@link SharedReader}. */
export interface SharedReaderProps extends SharedGrant {
  /** The secrets in Vault; those of the mount must have been declared. */
  readonly vault: VaultSecrets;
}

/**
 * A service account that reads a whole mount, with the annotations by which clients of Vault find login path and role.
 *
 * Pods log in with a token that they project for Vault's audience; the account's usual token is not mounted.
 *
 * @see https://developer.hashicorp.com/vault/docs/deploy/kubernetes/injector/annotations
 */
export class SharedReader extends Construct {
  readonly account: ServiceAccountV1;

  /** @throws PlatformError for a mount without secrets and a role that is there already */
  constructor(scope: Construct, id: string, { vault, ...grant }: SharedReaderProps) {
    super(scope, id);
    vault.grantMount(grant);
    this.account = new ServiceAccountV1(this, "ServiceAccount", {
      metadata: {
        name: grant.serviceAccount,
        namespace: grant.namespace,
        annotations: {
          "vault.hashicorp.com/auth-path": `auth/${vaultAccess.kubernetesAuthPath}`,
          "vault.hashicorp.com/role": grant.role,
        },
      },
      automountServiceAccountToken: false,
    });
  }
}
