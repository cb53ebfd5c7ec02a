import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CustomResources, type INamespace, idOf } from "../kubernetes";
import { PlatformError } from "../terraform";
import { clusterStoreName, clusterStoreObjects } from "./cluster-secret-store";
import {
  type ExternalSecret,
  type ExternalSecretProps,
  externalSecretObject,
  externalSecretsVersion,
  type GrowingSecret,
  type GrowingSecretProps,
} from "./external-secret";
import { kubernetesSecretName, secretKeyName } from "./secret-names";
import type { ClusterSecret, SecretKey, SecretRef } from "./secret-ref";
import type { SecretSource } from "./secret-source";

/** Settings of a {@link SecretStore}. */
export interface SecretStoreProps {
  readonly namespace: INamespace;
  /** Where the secrets are. */
  readonly source: SecretSource;
  /** ClusterIssuer whose CA signed Vault's certificate. */
  readonly vaultIssuer: string;
  /**
   * Release with the source's store of the whole cluster.
   *
   * @default - the source has a store in each namespace, which is made here
   */
  readonly clusterStore?: ITerraformDependable;
}

/**
 * The way of secrets into one namespace: a service account that may read exactly what is asked for here, and the one
 * SecretStore of the namespace, which logs in with it (rules ESO-02, ESO-05).
 */
export class SecretStore extends Construct {
  readonly namespace: INamespace;
  private readonly names = new Set<string>();
  private readonly source: SecretSource;
  /** For the `dependsOn` of the releases that hold ExternalSecrets. */
  readonly resource: ITerraformDependable;

  /** @throws PlatformError for a source with a store of the whole cluster that is not given */
  constructor(scope: Construct, id: string, { namespace, source, vaultIssuer, clusterStore }: SecretStoreProps) {
    super(scope, id);
    this.namespace = namespace;
    this.source = source;
    this.resource = clusterStore ?? this.ownStore(vaultIssuer);
  }

  /** The store of the namespace, and the service account that it logs in with. */
  private ownStore(vaultIssuer: string): ITerraformDependable {
    const { namespace } = this;
    const { store } = this.source;
    if (store.kind === "ClusterSecretStore") {
      throw new PlatformError(this, `source "${store.name}" has a store of the cluster`, "give its release");
    }
    const { provider, objects = [] } = store.parts(namespace, vaultIssuer);
    const account = new ServiceAccountV1(this, "ServiceAccount", {
      metadata: {
        name: store.account,
        namespace: namespace.name,
      },
      automountServiceAccountToken: false,
      dependsOn: namespace.resource ? [namespace.resource] : undefined,
    });
    const { release } = new CustomResources(this, "Store", {
      namespace,
      releaseName: store.account,
      dependsOn: [account],
      objects: [
        ...objects,
        {
          apiVersion: externalSecretsVersion,
          kind: store.kind,
          metadata: { name: store.name, namespace: namespace.name },
          spec: { provider },
        },
      ],
    });
    return release.resource;
  }

  /**
   * Describes a Kubernetes Secret and lets the namespace's reader read what it needs. The object belongs into the
   * release that consumes the Secret.
   *
   * @throws PlatformError for a name that Kubernetes refuses or that is used twice in the namespace, and for no keys
   */
  externalSecret<Key extends string, Composed extends string = never>(
    props: ExternalSecretProps<Key, Composed>,
  ): ExternalSecret<Key | Composed> {
    const { name } = props;
    const data = Object.entries(props.data) as [Key, SecretKey][];
    const keys = [...data.map(([key]) => key), ...(Object.keys(props.composed ?? {}) as Composed[])];
    this.checkNames(name, keys);
    if (data.length === 0) {
      throw new PlatformError(this, `secret "${name}" has no keys`, "name at least one");
    }
    this.reserve(name);
    for (const secret of new Set(data.map(([, key]) => key.secret))) {
      this.read(secret, props);
    }
    return { name, keys, object: externalSecretObject(this.source, this.namespace.name, props) };
  }

  /**
   * Describes a Kubernetes Secret that gets its keys one by one, as consumers come. Its object is read when the tree is
   * written, so it belongs into a release whose objects are given by a function.
   *
   * @throws PlatformError for a name that Kubernetes refuses or that is used twice in the namespace
   */
  growingSecret(props: GrowingSecretProps): GrowingSecret {
    const { name } = props;
    this.checkNames(name, []);
    this.reserve(name);
    const data = new Map<string, SecretKey>();
    return {
      name,
      add: (key, value) => {
        this.checkNames(name, [key]);
        if (data.has(key)) {
          throw new PlatformError(this, `key "${key}" of secret "${name}" is there twice`, "use another key");
        }
        data.set(key, value);
        this.read(value.secret, props);
      },
      object: () =>
        externalSecretObject(this.source, this.namespace.name, { ...props, data: Object.fromEntries(data) }),
    };
  }

  private reserve(name: string): void {
    if (this.names.has(name)) {
      throw new PlatformError(this, `secret "${name}" is there twice in ${this.namespace.name}`, "share it");
    }
    this.names.add(name);
  }

  private read(secret: SecretRef, { name, follows }: GrowingSecretProps): void {
    if (secret.cluster) {
      this.readCluster(secret.cluster);
      return;
    }
    this.grantRead(secret);
    this.source.addConsumer(secret, { namespace: this.namespace.name, name, follows });
  }

  /** The way of a Secret of the cluster into this namespace, made when it is first asked for. */
  private readCluster(secret: ClusterSecret): void {
    const id = idOf(clusterStoreName(secret));
    if (this.node.tryFindChild(id)) {
      return;
    }
    new CustomResources(this, id, {
      namespace: this.namespace,
      releaseName: clusterStoreName(secret),
      dependsOn: [this.resource],
      objects: clusterStoreObjects(secret, this.namespace),
    });
  }

  private checkNames(name: string, keys: readonly string[]): void {
    if (!kubernetesSecretName.accepts(name)) {
      throw new PlatformError(this, `name of the Secret is "${name}"`, `use ${kubernetesSecretName.allowed}`);
    }
    for (const key of keys) {
      if (!secretKeyName.accepts(key)) {
        throw new PlatformError(this, `key of secret "${name}" is "${key}"`, `use ${secretKeyName.allowed}`);
      }
    }
  }

  /** A store of the cluster reads by an account of its own, which no source knows. */
  private grantRead(secret: SecretRef): void {
    const { store } = this.source;
    if (store.kind === "SecretStore") {
      this.source.grantRead(secret, { namespace: this.namespace.name, serviceAccount: store.account });
    }
  }
}
