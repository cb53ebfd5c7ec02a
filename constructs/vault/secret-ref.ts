/** A value that Vault holds and that Terraform makes, in the moment it writes it. */
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

/** What stands at a key of a secret. */
export type SecretValue = GeneratedValue | FixedValue;

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

/** Names a secret in Vault, and never holds its value. */
export interface SecretRef<Key extends string = string> {
  /** Mount of the KV v2 engine. */
  readonly mount: string;
  /** Path below the mount. */
  readonly path: string;
  readonly keys: readonly Key[];
}

/** One key of a secret in Vault. */
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
