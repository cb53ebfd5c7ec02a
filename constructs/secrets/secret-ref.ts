/** A value that the source of secrets holds and that Terraform makes, in the moment it writes it. */
export interface GeneratedValue {
  readonly source: "generated";
  /** Number of characters. */
  readonly length: number;
  /** Letters and digits, or punctuation too. */
  readonly alphabet: "alphanumeric" | "full";
}

/** A value that is no secret but belongs beside one, such as a user name. */
export interface FixedValue {
  readonly source: "fixed";
  readonly value: string;
}

/** A value that a person provides for each run of Terraform, and that no file of the project holds. */
export interface ProvidedValue {
  readonly source: "provided";
  /** Name of the ephemeral input variable; the value comes from `TF_VAR_<variable>`. */
  readonly variable: string;
  /** What the value is and where it comes from, for whoever has to provide it. */
  readonly description: string;
}

/** A key of Fernet encryption, as Airflow demands it: 32 random bytes in URL-safe base64. */
export interface FernetValue {
  readonly source: "fernet";
}

/** What stands at a key of a secret. */
export type SecretValue = GeneratedValue | FixedValue | ProvidedValue | FernetValue;

/**
 * A value made of `length` random characters, letters and digits unless `full`.
 *
 * @param length between 16 and 128
 */
export function generated(length = 32, alphabet: GeneratedValue["alphabet"] = "alphanumeric"): GeneratedValue {
  return { source: "generated", length, alphabet };
}

/** A value that may stand in Git, such as a user name. */
export function fixed(value: string): FixedValue {
  return { source: "fixed", value };
}

/**
 * A value that a person provides, such as a token of another system.
 *
 * Two keys may share a variable when they describe it in the same words.
 *
 * @param variable lower-case letters, digits and underscores, starting with a letter
 * @param description a sentence for whoever has to provide the value
 */
export function provided(variable: string, description: string): ProvidedValue {
  return { source: "provided", variable, description };
}

/** A Fernet key, which Terraform makes in the moment it writes it. */
export function fernetKey(): FernetValue {
  return { source: "fernet" };
}

/** Names a secret, and never holds its value. */
export interface SecretRef<Key extends string = string> {
  /** Mount of the KV v2 engine; another source takes it as the first part of the name. */
  readonly mount: string;
  /** Path below the mount. */
  readonly path: string;
  readonly keys: readonly Key[];
  /** Rises with each rotation, from 1; not the number that Vault counts its writes by. */
  readonly version: number;
  /**
   * The Kubernetes Secret that holds it, for a secret that something in the cluster writes.
   *
   * @default - the source of secrets holds it
   */
  readonly cluster?: ClusterSecret;
}

/** A Kubernetes Secret that an operator or another product writes, and that others may read where they are. */
export interface ClusterSecret {
  readonly namespace: string;
  readonly name: string;
}

/** Mount and path of a secret, such as `platform/trino`: the name it has in an environment's file. */
export function pathOf({ mount, path }: Pick<SecretRef, "mount" | "path">): string {
  return `${mount}/${path}`;
}

/**
 * Names a secret that something in the cluster writes. Its readers ask their namespace's store for it as for any other; nobody
 * of this project writes or rotates it.
 */
export function clusterSecret<Key extends string>(secret: ClusterSecret, keys: readonly Key[]): SecretRef<Key> {
  return { mount: "kubernetes", path: `${secret.namespace}/${secret.name}`, keys, version: 1, cluster: secret };
}

/** One key of a secret. */
export interface SecretKey {
  readonly secret: SecretRef;
  readonly key: string;
}

/** Names one key of a secret. */
export function keyOf<Key extends string>(secret: SecretRef<Key>, key: NoInfer<Key>): SecretKey {
  return { secret, key };
}

/** Names a Kubernetes Secret and its keys, as a chart's values refer to it. */
export interface KubernetesSecretRef<Key extends string = string> {
  /** Name of the Secret, in the namespace of its consumer. */
  readonly name: string;
  readonly keys: readonly Key[];
}
