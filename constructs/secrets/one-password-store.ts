import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CustomResources, type INamespace } from "../kubernetes";
import { PlatformError } from "../terraform";
import { onePasswordAccess } from "./one-password";

/** Settings of a {@link OnePasswordStore}. */
export interface OnePasswordStoreProps {
  /** Namespace of External Secrets, where the Connect token is. */
  readonly namespace: INamespace;
  /** Address of the Connect server. */
  readonly connectHost: string;
  /** 1Password vaults, in the order in which items are looked for. */
  readonly vaults: readonly string[];
  /** Namespaces whose ExternalSecrets may use the store (rule ESO-02). */
  readonly namespaces: readonly string[];
}

/**
 * The ClusterSecretStore that reads from a 1Password Connect server, for named namespaces only.
 *
 * @see https://external-secrets.io/latest/provider/1password-automation/
 */
export class OnePasswordStore extends Construct {
  /** For the `dependsOn` of the releases that hold ExternalSecrets. */
  readonly resource: ITerraformDependable;

  /** @throws PlatformError for no namespace or no vault */
  constructor(scope: Construct, id: string, props: OnePasswordStoreProps) {
    super(scope, id);
    if (props.namespaces.length === 0) {
      throw new PlatformError(this, "the store serves no namespace", "name the namespaces that read secrets");
    }
    if (props.vaults.length === 0) {
      throw new PlatformError(this, "the store reads no vault", "name a vault of 1Password");
    }
    const store = new CustomResources(this, "Store", {
      namespace: props.namespace,
      releaseName: onePasswordAccess.store,
      objects: [
        {
          apiVersion: "external-secrets.io/v1",
          kind: "ClusterSecretStore",
          metadata: { name: onePasswordAccess.store },
          spec: {
            conditions: [{ namespaces: [...props.namespaces].sort() }],
            provider: {
              onepassword: {
                connectHost: props.connectHost,
                vaults: Object.fromEntries(props.vaults.map((vault, index) => [vault, index + 1])),
                auth: {
                  secretRef: {
                    connectTokenSecretRef: {
                      name: onePasswordAccess.tokenSecret,
                      namespace: props.namespace.name,
                      key: onePasswordAccess.tokenKey,
                    },
                  },
                },
              },
            },
          },
        },
      ],
    });
    this.resource = store.release.resource;
  }
}
