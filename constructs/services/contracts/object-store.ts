import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import type { ServiceEndpoint } from "./endpoint";

/** A store that speaks the S3 protocol. */
export interface S3Store {
  readonly kind: "s3";
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
  bucket(name: string): S3Bucket;
}

/** Cloud Storage by its own protocol, opened by identities of Google and without keys. */
export interface GcsStore {
  readonly kind: "gcs";
  /** Project of the buckets. */
  readonly project: string;
  /** Google's APIs. */
  readonly server: ServiceEndpoint;
  /** Where pods get the tokens of their identity, both ports of it (rule NET-07). */
  readonly metadataServer: readonly ServiceEndpoint[];
  /** @default - nothing: an earlier layer has made the buckets */
  readonly resource?: ITerraformDependable;
  /** @throws PlatformError for a bucket that the store does not have */
  bucket(name: string): GcsBucket;
}

/** A store of objects. */
export type ObjectStore = S3Store | GcsStore;

/** A bucket with a key pair that opens this bucket and no other, as far as the store can tell them apart. */
export interface S3Bucket {
  readonly kind: "s3";
  /** Name in the store, which may be another than the one it was asked for by. */
  readonly name: string;
  /** `s3://<name>`, without a slash at the end. */
  readonly uri: `s3://${string}`;
  readonly store: S3Store;
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

/** A bucket that pods open as the Google service account that their Kubernetes service account stands for. */
export interface GcsBucket {
  readonly kind: "gcs";
  /** Name in Cloud Storage, unique in the whole world. */
  readonly name: string;
  /** `gs://<name>`, without a slash at the end. */
  readonly uri: `gs://${string}`;
  readonly store: GcsStore;
  /**
   * Annotations of a Kubernetes service account whose pods open the bucket.
   *
   * @throws PlatformError for an account that may not open it
   */
  annotationsOf(account: BucketAccount): Readonly<Record<string, string>>;
}

/** A bucket, whoever keeps it. */
export type Bucket = S3Bucket | GcsBucket;

/** A Kubernetes service account, by name. */
export interface BucketAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** An ObjectBucketClaim. */
export interface BucketClaim {
  readonly namespace: string;
  readonly name: string;
}

/** What pods that open a bucket call. */
export function bucketServers({ store }: Bucket): readonly ServiceEndpoint[] {
  return store.kind === "s3" ? [store.server] : [store.server, ...store.metadataServer];
}

/** Annotations of a Kubernetes service account whose pods open buckets; none for buckets that are opened by keys. */
export function bucketAnnotations(
  account: BucketAccount,
  buckets: readonly Bucket[],
): Readonly<Record<string, string>> {
  return Object.assign({}, ...buckets.map((bucket) => (bucket.kind === "gcs" ? bucket.annotationsOf(account) : {})));
}

/** The buckets that are opened by keys. */
export function keyedBuckets(buckets: readonly Bucket[]): readonly S3Bucket[] {
  return buckets.filter((bucket): bucket is S3Bucket => bucket.kind === "s3");
}
