import type * as z from "zod";
import { schedule } from "../../environments/schema/schedule";
import type { Defaults } from "../definition";
import { ofSize, text, wholeNumber } from "../fields";

/** Fields of a backup that goes to a bucket of the object store. */
export const bucketBackupFields = {
  /** When it is taken, in UTC. */
  schedule: schedule().optional(),
  /** Days that a copy stays. */
  keepDays: wholeNumber(1, 3650).optional(),
  /** Bucket of the object store, used for nothing else. */
  bucket: text(
    /^[a-z0-9][-a-z0-9]{1,61}[a-z0-9]$/,
    "the name of a bucket: 3 to 63 lower-case letters, digits and hyphens",
    "use a name such as postgres-backup",
  ).optional(),
} as const;

/** A backup to a bucket. */
export interface BucketBackup {
  readonly schedule: string;
  readonly keepDays: number;
  readonly bucket: string;
}

/** Fills in what was left out: copies stay 7 days in a small environment and 30 in a large one. */
export function resolveBackup(
  given: { readonly [Key in keyof typeof bucketBackupFields]?: z.output<(typeof bucketBackupFields)[Key]> },
  defaults: Defaults,
  { schedule: at, bucket }: Pick<BucketBackup, "schedule" | "bucket">,
): BucketBackup {
  return {
    schedule: given.schedule ?? at,
    keepDays: ofSize(given.keepDays, defaults, [7, 30]),
    bucket: given.bucket ?? bucket,
  };
}
