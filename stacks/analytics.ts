import { BigqueryDataset } from "@cdktf/provider-google/lib/bigquery-dataset";
import type { Construct } from "constructs";
import { bootstrapAddresses, gcpName, googleProvider, PrivateBucket } from "../constructs/gke";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** What the analytics layer offers. */
export interface AnalyticsOutputs {
  /** BigQuery dataset, without its project. */
  readonly dataset: string;
  /** Bucket of tables and files that are kept. */
  readonly lakeBucket: string;
  /** Bucket of files on their way in; they vanish after 30 days. */
  readonly stagingBucket: string;
  /** Bucket of backups; old versions are kept for 90 days. */
  readonly backupBucket: string;
}

/** Layer `analytics`: the BigQuery dataset and the buckets lake, staging and backup. */
export class AnalyticsStack extends PlatformStack {
  readonly outputs: AnalyticsOutputs;

  constructor(scope: Construct, environment: GkeEnvironment) {
    super(scope, "analytics", environment);
    const { name: prefix, allowDestroy } = environment;
    const { project, region } = environment.target;
    const place = { environment: prefix, project, region };
    googleProvider(this, { ...place, impersonate: bootstrapAddresses(this, place).applyIdentity });

    const dataset = gcpName(this, "dataset", prefix, "analytics");
    new BigqueryDataset(this, "Dataset", {
      project,
      datasetId: dataset,
      location: region,
      description: `Tables of ${prefix}`,
      // A week back, the most there is, as a bad load is often seen on Monday.
      maxTimeTravelHours: "168",
      deleteContentsOnDestroy: allowDestroy,
      // TF-16: tables are data.
      lifecycle: { preventDestroy: !allowDestroy },
    });

    const bucketName = (use: string) => gcpName(this, "bucket", project, prefix, use);
    const shared = { location: region, allowDestroy };
    const lake = new PrivateBucket(this, "Lake", { ...shared, name: bucketName("lake") });
    const staging = new PrivateBucket(this, "Staging", {
      ...shared,
      name: bucketName("staging"),
      expireDays: 30,
      noncurrentDays: 7,
    });
    const backup = new PrivateBucket(this, "Backup", { ...shared, name: bucketName("backup"), noncurrentDays: 90 });

    this.outputs = { dataset, lakeBucket: lake.name, stagingBucket: staging.name, backupBucket: backup.name };
  }
}
