import type { INamespace, KubernetesObject } from "../kubernetes";
import type { JsonObject } from "../terraform";
import type { SecretKey, SecretRef, SecretValue } from "./secret-ref";

/** A Kubernetes service account that reads secrets. */
export interface SecretReaderIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Who makes a changed Kubernetes Secret take effect, and with it, whether its secret can be rotated. */
export type RotationFollower =
  /** The reloader restarts the pods that carry its annotation. */
  | { readonly by: "reloader" }
  /** An operator sets the new value where it belongs. */
  | { readonly by: "operator"; readonly name: string }
  /** Who uses it reads it again by itself, without a restart: a job's next run, a file that is watched. */
  | { readonly by: "reader"; readonly name: string }
  /** Nobody: a rotation is refused with the reason. */
  | { readonly by: "nobody"; readonly reason: string };

/** A Kubernetes Secret that is made of a secret, and who follows a change of it. */
export interface SecretConsumer {
  readonly namespace: string;
  /** Name of the Kubernetes Secret, or of another thing that takes the value. */
  readonly name: string;
  readonly follows: RotationFollower;
}

/** What is said of a secret beside its values. */
export interface SecretOptions {
  /**
   * Mount of the KV v2 engine.
   *
   * @default "platform"
   */
  readonly mount?: string;
  /**
   * Who answers for the secret.
   *
   * @default - nobody is named
   */
  readonly owner?: string;
  /**
   * How often it is meant to be rotated, such as `90d`.
   *
   * @default - not stated
   */
  readonly rotateEvery?: string;
}

/** A secret with all that is known of it; its values are not. */
export interface SecretEntry {
  readonly ref: SecretRef;
  /** How the value of each key is made. */
  readonly values: { readonly [key: string]: SecretValue };
  /** @default - nobody is named */
  readonly owner?: string;
  /** @default - not stated */
  readonly rotateEvery?: string;
  /** Service accounts that may read it, as `namespace/account`. */
  readonly readers: readonly string[];
  readonly consumers: readonly SecretConsumer[];
}

/** Where a namespace's store logs in, and what it needs there. */
export interface StoreParts {
  /** `spec.provider` of the SecretStore. */
  readonly provider: JsonObject;
  /**
   * Objects that the store needs beside it, such as a certificate.
   *
   * @default - none
   */
  readonly objects?: readonly KubernetesObject[];
}

/** A SecretStore in each namespace, which logs in with a service account of the namespace (rule ESO-02). */
export interface NamespaceStore {
  readonly kind: "SecretStore";
  readonly name: string;
  /** Name of the service account in each namespace that the store logs in with. */
  readonly account: string;

  /**
   * What the store of a namespace is made of.
   *
   * @param vaultIssuer ClusterIssuer whose CA signed Vault's certificate
   */
  parts(namespace: INamespace, vaultIssuer: string): StoreParts;
}

/** One store of the cluster, which names the namespaces that may use it (rule ESO-02) and is made beside the source. */
export interface ClusterStore {
  readonly kind: "ClusterSecretStore";
  readonly name: string;
}

/**
 * A source that writes secrets itself and lets other write-only arguments of its stack have the same values: the password of
 * a user that a cloud keeps is then the one that its consumers read.
 */
export interface WritableSecrets {
  /**
   * A value as an expression, for another write-only argument of the same stack.
   *
   * A generated value is another one in each run: who uses the expression must write by the secret's version, in the run
   * that writes the secret and never later.
   *
   * @throws PlatformError for a secret or a key that is not declared here
   */
  expressionOf(key: SecretKey): string;
}

/**
 * Where services ask for secrets, whoever keeps them. Services know this interface only, so an environment may change the
 * keeper and nothing else.
 */
export interface SecretSource {
  /** How External Secrets reads. */
  readonly store: NamespaceStore | ClusterStore;
  /** Every secret in the order of mount and path. */
  readonly inventory: readonly SecretEntry[];

  /**
   * Declares a secret.
   *
   * @param path below the mount, such as `trino`
   * @param values how the value of each key is made
   * @throws PlatformError for a secret that cannot be, such as one without keys or with the path of another
   */
  secret<Key extends string>(
    path: string,
    values: { readonly [K in Key]: SecretValue },
    options?: SecretOptions,
  ): SecretRef<Key>;

  /** The secret of a mount and path such as `kyuubi/database`, if it has been declared. */
  find(mountAndPath: string): SecretRef | undefined;

  /** Lets a service account read a secret, and nothing else by that. */
  grantRead(ref: SecretRef, reader: SecretReaderIdentity): void;

  /** Notes who takes a secret's values, so that it is known whether it can be rotated. */
  addConsumer(ref: SecretRef, consumer: SecretConsumer): void;

  /** `remoteRef` of an ExternalSecret for a key. */
  remoteRef(key: SecretKey): { readonly key: string; readonly property?: string };
}
