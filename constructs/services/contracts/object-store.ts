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

/** A bucket with a key pair that opens this bucket and no other, as far as the store can tell them apart. */
export interface Bucket {
  /** Name in the store, which may be another than the one it was asked for by. */
  readonly name: string;
  /** `s3://<name>`, without a slash at the end. */
  readonly uri: `s3://${string}`;
  readonly store: ObjectStore;
  /** Keys of the source of secrets, or of a Kubernetes Secret that an operator writes: both are asked for in the same way. */
  readonly accessKeyId: SecretKey;
  readonly secretAccessKey: SecretKey;
  /**
   * The claim that the bucket comes from: a ConfigMap with `BUCKET_NAME`, `BUCKET_HOST` and `BUCKET_PORT` and a Secret with
   * `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, both of this name, for pods of the same namespace.
   *
   * @default - it comes from no claim
   */
  readonly claim?: BucketClaim;
}

/** An ObjectBucketClaim. */
export interface BucketClaim {
  readonly namespace: string;
  readonly name: string;
}
