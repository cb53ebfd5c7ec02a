import type { IConstruct } from "constructs";
import { PlatformError } from "../../terraform";

/**
 * What S3 takes as the name of a bucket. Dots are left out, since a name with dots has no certificate where buckets are host
 * names; so are the beginnings and ends that S3 keeps for itself.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const bucketName = {
  pattern:
    /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(?:-s3alias|--ol-s3|--x-s3|--table-s3)$)[a-z0-9][-a-z0-9]{1,61}[a-z0-9]$/,
  /** What it may be, as a noun phrase. */
  allowed: "3 to 63 lower-case letters, digits and dashes, and no name that S3 keeps for itself",
} as const;

/** @throws PlatformError for a name that S3 refuses */
export function checkBucketName(scope: IConstruct, name: string): void {
  if (!bucketName.pattern.test(name)) {
    throw new PlatformError(scope, `bucket is "${name}"`, `use ${bucketName.allowed}`);
  }
}
