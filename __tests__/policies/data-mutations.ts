import { objectOf } from "../../policies/blocks";
import type { Mutation } from "./copy";

/** Ways to break the rules on data that services keep outside the cluster. */
export const dataMutations: readonly Mutation[] = [
  {
    rule: "DAT-01",
    what: "a bucket that lists of access may open to everybody",
    apply: (copy) => {
      copy.resource("gke-dev-data", "google_storage_bucket.WarehouseBucket").uniform_bucket_level_access = false;
    },
  },
  {
    rule: "DAT-01",
    what: "a bucket that may be made public",
    apply: (copy) => {
      delete copy.resource("gke-prod-data", "google_storage_bucket.PostgresBackupBucket").public_access_prevention;
    },
  },
  {
    rule: "DAT-02",
    what: "a bucket of backups whose removed objects are gone",
    apply: (copy) => {
      const bucket = copy.resource("gke-staging-data", "google_storage_bucket.PostgresBackupBucket");
      objectOf(bucket.versioning).enabled = false;
      objectOf(bucket.soft_delete_policy).retention_duration_seconds = 0;
    },
  },
  {
    rule: "DAT-04",
    what: "a bucket of backups that forgets them after a week",
    apply: (copy) => {
      const bucket = copy.resource("gke-staging-data", "google_storage_bucket.NessieBackupBucket");
      objectOf(bucket.soft_delete_policy).retention_duration_seconds = 7 * 86_400;
    },
  },
  {
    rule: "DAT-04",
    what: "a bucket of the analytics layer that forgets removed backups at once",
    apply: (copy) => {
      delete copy.resource("gke-prod-analytics", "google_storage_bucket.Backup").soft_delete_policy;
    },
  },
  {
    rule: "DAT-03",
    what: "a workload that may open its bucket to others",
    apply: (copy) => {
      copy.resource("gke-prod-data", "google_storage_bucket_iam_member").role = "roles/storage.admin";
    },
  },
  {
    rule: "DAT-03",
    what: "a workload that opens every bucket of the project",
    apply: (copy) =>
      copy.add("gke-prod-data", "google_project_iam_member", {
        project: "example-dev-platform-prod",
        role: "roles/storage.objectUser",
        member: "serviceAccount:gke-prod-trino@example-dev-platform-prod.iam.gserviceaccount.com",
      }),
  },
];
