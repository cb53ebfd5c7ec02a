import type { Construct } from "constructs";
import { type AnalyticsAddresses, PrivateBucket } from "../constructs/gke";
import type { Analytics } from "../environments/schema";
import type { AnalyticsParts } from "./analytics";

/** Settings of {@link addBuckets}. */
interface BucketSettings {
  readonly region: string;
  readonly names: AnalyticsAddresses["buckets"];
  readonly keys: AnalyticsParts["keys"];
  readonly settings: Analytics["buckets"];
}

/** Adds the buckets of tables, of what is on its way in, and of backups. */
export function addBuckets(
  stack: Construct,
  { region, names, keys, settings }: BucketSettings,
): AnalyticsParts["buckets"] {
  const { softDeleteDays, lake, staging, backup } = settings;
  const shared = { location: region, softDeleteDays };
  return {
    lake: new PrivateBucket(stack, "Lake", {
      ...shared,
      name: names.lake,
      kmsKey: keys.storage,
      colder:
        lake.nearlineAfterDays === undefined
          ? undefined
          : [{ afterDays: lake.nearlineAfterDays, storageClass: "NEARLINE" }],
    }),
    staging: new PrivateBucket(stack, "Staging", {
      ...shared,
      name: names.staging,
      kmsKey: keys.storage,
      expireDays: staging.expireDays,
      noncurrentDays: 7,
    }),
    backup: new PrivateBucket(stack, "Backup", {
      ...shared,
      name: names.backup,
      softDeleteDays: backup.softDeleteDays,
      kmsKey: keys.backup,
      noncurrentDays: 90,
      retention: backup.retentionDays === 0 ? undefined : { days: backup.retentionDays, locked: backup.locked },
      colder: [
        { afterDays: backup.nearlineAfterDays, storageClass: "NEARLINE" },
        { afterDays: backup.archiveAfterDays, storageClass: "ARCHIVE" },
      ],
    }),
  };
}
