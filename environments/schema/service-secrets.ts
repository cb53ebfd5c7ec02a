import { record, strict, text } from "./field";

/** A key of a declared secret. */
export function declaredKey(example: string) {
  return text(/^[^#\s]+#[^#\s]+$/, "a key of a declared secret as mount/path#key", `write it as ${example}`);
}

/** Declared secrets, by the bucket that their key pair opens. */
export const bucketCredentials = record(
  {
    pattern: /^[a-z0-9][-a-z0-9]{1,61}[a-z0-9]$/,
    allowed: "a bucket: 3 to 63 lower-case letters, digits and hyphens",
    next: "use the name of a bucket of the object store",
  },
  strict({
    accessKey: declaredKey("kyuubi/aws#aws_access_key_id"),
    secretKey: declaredKey("kyuubi/aws#aws_secret_access_key"),
  }),
  "buckets with their credentials",
);

const environmentVariable = /^[A-Z][A-Z0-9_]*$/;

/** Environment variables of a service's pods, each with the key of a Kubernetes Secret that it is read from. */
export const secretEnvironment = record(
  {
    pattern: environmentVariable,
    allowed: "an environment variable: upper-case letters, digits and underscores, starting with a letter",
    next: (given) => {
      const name = given.toUpperCase().replace(/[^A-Z0-9]/g, "_");
      return environmentVariable.test(name) ? `did you mean ${name}?` : "use a name such as METASTORE_PASSWORD";
    },
  },
  text(
    /^[a-z0-9][-a-z0-9.]*#[-._a-zA-Z0-9]+$/,
    "a key of a Kubernetes Secret of the service's namespace as name#key",
    "write it as vault-secret-database#mariadb_password",
  ),
  "variables with the keys that they are read from",
);

/** Key pair of a bucket: keys of declared secrets, each `mount/path#key`. */
export interface BucketCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
}
