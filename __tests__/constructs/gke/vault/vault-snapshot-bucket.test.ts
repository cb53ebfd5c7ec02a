import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { VaultSnapshotBucket } from "../../../../constructs/gke/vault/vault-snapshot-bucket";
import { all, type Block, emptyStack, only } from "../synthesized";

function bucket(allowDestroy: boolean, locked = false) {
  const stack = emptyStack({ allowDestroy });
  const made = new VaultSnapshotBucket(stack, "Snapshots", {
    project: "example-dev",
    name: "example-dev-gke-dev-snapshots",
    location: "europe-west1",
    kmsKey: "projects/example-dev/locations/europe-west1/keyRings/a/cryptoKeys/snapshots",
    accountId: "gke-dev-snapshots",
    kubernetes: { namespace: "vault", serviceAccount: "vault-snapshot" },
    keepDays: 30,
    locked,
    cluster: new PubsubTopic(stack, "Anything", { name: "anything" }),
  });
  return { stack, made };
}

describe("VaultSnapshotBucket", () => {
  it.each([true, false])("lets nobody remove a snapshot for its days, locked: %s", (locked) => {
    expect(only(bucket(false, locked).stack, "google_storage_bucket")).toMatchObject({
      retention_policy: { retention_period: 30 * 24 * 3600, is_locked: locked },
      versioning: { enabled: false },
      uniform_bucket_level_access: true,
      public_access_prevention: "enforced",
      encryption: { default_kms_key_name: expect.stringContaining("/snapshots") },
      lifecycle: { prevent_destroy: true },
    });
  });

  it("removes snapshots long after their days, so that uploads may fail unseen for a while", () => {
    const rules = only(bucket(false).stack, "google_storage_bucket").lifecycle_rule as readonly Block[];
    expect(rules).toContainEqual({ action: { type: "Delete" }, condition: { age: 90, with_state: "LIVE" } });
    expect(rules).toHaveLength(2);
  });

  it("has versions in the place of the retention where a plan may destroy it", () => {
    const block = only(bucket(true).stack, "google_storage_bucket");
    expect(block).not.toHaveProperty("retention_policy");
    expect(block).toMatchObject({ versioning: { enabled: true }, force_destroy: true });
  });

  it("lets one account of the cluster add snapshots, and do nothing else", () => {
    const { stack, made } = bucket(false);
    const grants = all(stack, "google_storage_bucket_iam_member");
    expect(grants.map(({ role }) => role)).toEqual(["roles/storage.objectCreator"]);
    expect(only(stack, "google_service_account_iam_member")).toMatchObject({
      role: "roles/iam.workloadIdentityUser",
      member: "serviceAccount:example-dev.svc.id.goog[vault/vault-snapshot]",
    });
    expect(made.identity.annotations).toEqual({
      "iam.gke.io/gcp-service-account": "gke-dev-snapshots@example-dev.iam.gserviceaccount.com",
    });
  });
});
