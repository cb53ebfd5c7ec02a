/** What a name must look like, and how to say so. */
export interface NameRule {
  readonly accepts: (name: string) => boolean;
  /** What is allowed, as a noun phrase. */
  readonly allowed: string;
}

/**
 * Paths of Vault that are no place for a KV engine of ours: Vault's own, and those of its other engines.
 *
 * @see https://developer.hashicorp.com/vault/docs/commands/secrets/enable
 */
const takenMounts = ["auth", "cubbyhole", "identity", "sys", "database", "pki", "pki-int", "transit"];

const segment = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

/** Mount of a KV engine. One segment, since a store without a path takes the first segment for the mount. */
export const mountName: NameRule = {
  accepts: (name) => new RegExp(`^${segment}$`).test(name) && !takenMounts.includes(name),
  allowed: `lower-case letters, digits and dashes, and none of ${takenMounts.join(", ")}`,
};

/**
 * Path below a mount. A folder `data` is refused: External Secrets takes `/data/` inside a name for the API's own.
 *
 * @see https://github.com/external-secrets/external-secrets/blob/v2.9.0/providers/v1/vault/client_get.go `buildPath`
 */
export const secretPath: NameRule = {
  accepts: (path) => new RegExp(`^${segment}(/${segment})*$`).test(path) && !`/${path}`.includes("/data/"),
  allowed: "lower-case letters, digits and dashes in parts with a slash between, and no folder named data",
};

/**
 * Name of a Kubernetes Secret: a DNS subdomain.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.35.0/pkg/util/validation/validation.go `IsDNS1123Subdomain`
 */
export const kubernetesSecretName: NameRule = {
  accepts: (name) => name.length <= 253 && new RegExp(`^${segment}(\\.${segment})*$`).test(name),
  allowed: "at most 253 lower-case letters, digits, dashes and dots, with a letter or digit at both ends of each part",
};

/**
 * Key of a Kubernetes Secret, and of one in Vault that becomes one.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.35.0/pkg/util/validation/validation.go `IsConfigMapKey`
 */
export const secretKeyName: NameRule = {
  accepts: (key) => key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && key !== "." && !key.startsWith(".."),
  allowed: "at most 253 letters, digits, dashes, underscores and dots, and not . or a start of ..",
};

/** Arguments of a module block, which Terraform refuses as names of variables. */
const takenVariables = ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

/**
 * Name of an input variable that a person sets as `TF_VAR_<name>`.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/variable
 */
export const variableName: NameRule = {
  accepts: (name) => /^[a-z][a-z0-9_]*$/.test(name) && !takenVariables.includes(name),
  allowed: "lower-case letters, digits and underscores, starting with a letter, and no name that Terraform keeps",
};
