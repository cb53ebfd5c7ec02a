import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import type { ServiceEndpoint } from "./endpoint";

/** A store that speaks the S3 protocol. */
export interface ObjectStore {
  /** URL with scheme and port. */
  readonly endpoint: string;
  /** Region that clients sign with. */
  readonly region: string;
  /** Whether a bucket is a path below the endpoint instead of a host name of its own. */
  readonly pathStyle: boolean;
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
  /** @throws PlatformError for a bucket that the store does not have */
  bucket(name: string): Bucket;
}

/** A bucket with a key pair that opens this bucket and no other. */
export interface Bucket {
  readonly name: string;
  /** `s3://<name>`, without a slash at the end. */
  readonly uri: `s3://${string}`;
  readonly store: ObjectStore;
  readonly accessKeyId: SecretKey;
  readonly secretAccessKey: SecretKey;
}
