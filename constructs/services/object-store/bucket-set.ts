import type { Construct } from "constructs";
import { generated, keyOf, type SecretKey } from "../../secrets";
import { PlatformError } from "../../terraform";
import type { S3Bucket, S3Store } from "../contracts";
import type { ServiceContext } from "../service-context";
import { checkBucketName } from "./bucket-name";

/** The key pair of a bucket. */
export interface BucketKeys {
  readonly accessKeyId: SecretKey;
  readonly secretAccessKey: SecretKey;
}

/** The buckets of a store, by the names that services ask for them by. */
export class BucketSet {
  private readonly buckets = new Map<string, S3Bucket>();

  /** @param store what the buckets belong to, named in errors */
  constructor(private readonly store: S3Store & Construct) {}

  /** In the order in which they were added. */
  get all(): readonly S3Bucket[] {
    return [...this.buckets.values()];
  }

  /**
   * Adds a bucket.
   *
   * @param asked name that services ask for it by
   * @param name its name in the store
   * @param keys made when both names are well
   * @throws PlatformError for a name that S3 refuses and for a bucket that is there already
   */
  add(asked: string, name: string, keys: () => BucketKeys & Pick<S3Bucket, "claim">): void {
    checkBucketName(this.store, name);
    if (this.buckets.has(asked)) {
      throw new PlatformError(this.store, `bucket "${asked}" is there twice`, "name it once");
    }
    this.buckets.set(asked, { kind: "s3", name, uri: `s3://${name}`, store: this.store, ...keys() });
  }

  /** @throws PlatformError for a bucket that the store does not have */
  get(asked: string): S3Bucket {
    const found = this.buckets.get(asked);
    if (!found) {
      const known = [...this.buckets.keys()].join(", ");
      throw new PlatformError(this.store, `there is no bucket "${asked}"`, `use one of ${known}, or add it to buckets`);
    }
    return found;
  }
}

/** A key pair that is made for a bucket, for stores that take the pairs that they are given. */
export function generatedKeys(bucket: string, context: ServiceContext): BucketKeys {
  const secret = context.secrets.secret(`object-store/${bucket}`, {
    access_key: generated(20),
    secret_key: generated(40),
  });
  return { accessKeyId: keyOf(secret, "access_key"), secretAccessKey: keyOf(secret, "secret_key") };
}
