import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CustomResources, type INamespace } from "../../kubernetes";
import { vaultAccess, vaultAddress } from "../vault-access";
import { pkiAccess, pkiSignPath, vaultCaSecret } from "./pki-access";

/** Settings of a {@link PkiIssuer}. */
export interface PkiIssuerProps {
  /** Namespace of cert-manager, where it looks for the account and the CA that a ClusterIssuer names. */
  readonly namespace: INamespace;
}

/**
 * The ClusterIssuer through which services get certificates of Vault's intermediate. Vault must know its role before, so
 * it lives in a layer after the one that configures Vault.
 *
 * @see https://cert-manager.io/docs/configuration/vault/
 */
export class PkiIssuer extends Construct {
  /** Name of the ClusterIssuer. */
  readonly issuer = pkiAccess.issuer;
  private readonly resources: CustomResources;

  constructor(scope: Construct, id: string, props: PkiIssuerProps) {
    super(scope, id);
    this.resources = new CustomResources(this, "Issuer", {
      namespace: props.namespace,
      releaseName: pkiAccess.issuer,
      objects: [
        {
          apiVersion: "cert-manager.io/v1",
          kind: "ClusterIssuer",
          metadata: { name: pkiAccess.issuer },
          spec: {
            vault: {
              server: vaultAddress,
              path: pkiSignPath,
              caBundleSecretRef: { name: vaultCaSecret, key: "ca.crt" },
              auth: {
                kubernetes: {
                  mountPath: `/v1/auth/${vaultAccess.kubernetesAuthPath}`,
                  role: pkiAccess.issuer,
                  // Added to those that cert-manager thinks of itself.
                  serviceAccountRef: { name: pkiAccess.serviceAccount, audiences: [vaultAccess.audience] },
                },
              },
            },
          },
        },
      ],
    });
  }

  /** For the `dependsOn` of the releases that hold certificates of this issuer. */
  get resource(): ITerraformDependable {
    return this.resources.release.resource;
  }
}
