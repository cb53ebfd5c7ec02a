import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CustomResources, type INamespace, type KubernetesObject, serviceCertificate } from "../kubernetes";
import { PlatformError } from "../terraform";
import type { KubernetesSecretRef, SecretKey } from "./secret-ref";
import { vaultAccess, vaultAddress } from "./vault-access";
import { roleOf, type VaultSecrets } from "./vault-secrets";

const apiVersion = "external-secrets.io/v1";

/** Name of the store and of the service account in each namespace that reads secrets. */
const reader = "vault-reader";

/** Settings of a {@link SecretStore}. */
export interface SecretStoreProps {
  readonly namespace: INamespace;
  /** The secrets, in the stack that configures Vault. */
  readonly secrets: VaultSecrets;
  /** KV v2 mount that the store reads. */
  readonly mount: string;
  /** ClusterIssuer whose CA signed Vault's certificate. */
  readonly issuer: string;
}

/** A Kubernetes Secret to be made from secrets in Vault. */
export interface ExternalSecretProps<Key extends string, Composed extends string = never> {
  /** Name of the Kubernetes Secret. */
  readonly name: string;
  /** Key of Vault that stands behind each key of the Kubernetes Secret. */
  readonly data: { readonly [K in Key]: SecretKey };
  /**
   * Keys composed of the others by a template of External Secrets (`{{ .password }}`), such as a connection URL.
   *
   * @default - none
   */
  readonly composed?: { readonly [K in Composed]: string };
  /** @default "Opaque" */
  readonly type?: string;
  /** @default - none */
  readonly labels?: { readonly [key: string]: string };
}

/** A Kubernetes Secret to come: its name for a chart, its object for the release that consumes it. */
export interface ExternalSecret<Key extends string = string> extends KubernetesSecretRef<Key> {
  readonly object: KubernetesObject;
}

/**
 * The way of secrets from Vault into one namespace: a service account that may read exactly what is asked for here, and
 * the SecretStore that logs in with it (rules ESO-02, ESO-05).
 *
 * Vault's CA reaches the namespace as the `ca.crt` of a certificate that the same authority signs for the reader.
 */
export class SecretStore extends Construct {
  readonly namespace: INamespace;
  readonly mount: string;
  private readonly names = new Set<string>();
  private readonly secrets: VaultSecrets;
  private readonly store: CustomResources;

  constructor(scope: Construct, id: string, props: SecretStoreProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.secrets = props.secrets;
    this.mount = props.mount;
    const namespace = this.namespace.name;
    const account = new ServiceAccountV1(this, "ServiceAccount", {
      metadata: { name: reader, namespace },
      automountServiceAccountToken: false,
      dependsOn: this.namespace.resource ? [this.namespace.resource] : undefined,
    });
    const certificate = `${reader}-tls`;
    this.store = new CustomResources(this, "Store", {
      namespace: this.namespace,
      releaseName: `${reader}-${this.mount}`,
      dependsOn: [account],
      objects: [
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: props.issuer,
          dnsNames: [`${reader}.${namespace}`],
        }),
        {
          apiVersion,
          kind: "SecretStore",
          metadata: { name: this.mount, namespace },
          spec: {
            provider: {
              vault: {
                server: vaultAddress,
                path: this.mount,
                version: "v2",
                caProvider: { type: "Secret", name: certificate, key: "ca.crt" },
                auth: {
                  kubernetes: {
                    mountPath: vaultAccess.kubernetesAuthPath,
                    role: roleOf(this.identity),
                    serviceAccountRef: { name: reader, audiences: [vaultAccess.audience] },
                  },
                },
              },
            },
          },
        },
      ],
    });
  }

  /** For the `dependsOn` of the releases that hold ExternalSecrets. */
  get resource(): ITerraformDependable {
    return this.store.release.resource;
  }

  /**
   * Describes a Kubernetes Secret and lets the namespace's reader read what it needs. The object belongs into the
   * release that consumes the Secret.
   *
   * @throws PlatformError for a name used twice in the namespace, no keys, and a secret of another mount
   */
  externalSecret<Key extends string, Composed extends string = never>(
    props: ExternalSecretProps<Key, Composed>,
  ): ExternalSecret<Key | Composed> {
    const entries = Object.entries(props.data) as [Key, SecretKey][];
    if (entries.length === 0) {
      throw new PlatformError(this, `secret "${props.name}" has no keys`, "name at least one");
    }
    if (this.names.has(props.name)) {
      throw new PlatformError(this, `secret "${props.name}" is there twice in ${this.namespace.name}`, "share it");
    }
    this.names.add(props.name);
    for (const [key, { secret }] of entries) {
      if (secret.mount !== this.mount) {
        throw new PlatformError(
          this,
          `key "${key}" of "${props.name}" is in mount "${secret.mount}"`,
          `this store reads "${this.mount}": make another store`,
        );
      }
      this.secrets.grantRead(secret, this.identity);
    }
    const composed = (props.composed ?? {}) as { readonly [key: string]: string };
    const isComposed = Object.keys(composed).length > 0;
    return {
      name: props.name,
      keys: [...entries.map(([key]) => key), ...(Object.keys(composed) as Composed[])],
      object: {
        apiVersion,
        kind: "ExternalSecret",
        metadata: { name: props.name, namespace: this.namespace.name },
        spec: {
          refreshInterval: "1h",
          secretStoreRef: { kind: "SecretStore", name: this.mount },
          target: {
            name: props.name,
            creationPolicy: "Owner",
            template: {
              type: props.type ?? "Opaque",
              metadata: props.labels ? { labels: props.labels } : undefined,
              // Keys that no template names are kept beside the composed ones.
              mergePolicy: isComposed ? "Merge" : undefined,
              data: isComposed ? composed : undefined,
            },
          },
          data: entries.map(([secretKey, { secret, key }]) => ({
            secretKey,
            remoteRef: { key: secret.path, property: key },
          })),
        },
      },
    };
  }

  private get identity() {
    return { namespace: this.namespace.name, serviceAccount: reader };
  }
}
