import { BucketIdentity } from "../../../../constructs/gke/data/bucket-identity";
import { PrivateBucket } from "../../../../constructs/gke/storage/private-bucket";
import { all, emptyStack, only } from "../synthesized";

function identity() {
  const stack = emptyStack();
  const bucket = (id: string) =>
    new PrivateBucket(stack, id, { name: `example-dev-${id.toLowerCase()}`, location: "europe-west1" });
  new BucketIdentity(stack, "Trino", {
    project: "example-dev",
    accountId: "gke-dev-trino",
    displayName: "Trino",
    kubernetes: [{ namespace: "data-platform", serviceAccount: "trino" }],
    buckets: [
      { id: "tables", bucket: bucket("Tables"), access: "write" },
      { id: "reference-data", bucket: bucket("Reference"), access: "read" },
    ],
  });
  bucket("Other");
  return stack;
}

describe("BucketIdentity", () => {
  it("grants at each of its buckets, and neither at others nor at the project", () => {
    const stack = identity();
    const grants = all(stack, "google_storage_bucket_iam_member").map(
      ({ bucket, role }) => `${String(bucket).replace(/^.*\.([A-Za-z]+)_[^.]*\.name}$/, "$1")} ${role}`,
    );
    expect(grants.sort()).toEqual([
      "Reference roles/storage.legacyBucketReader",
      "Reference roles/storage.objectViewer",
      "Tables roles/storage.legacyBucketReader",
      "Tables roles/storage.objectUser",
    ]);
    expect(all(stack, "google_project_iam_member")).toEqual([]);
  });

  it("is used by exactly the Kubernetes service accounts that are named, and has no key", () => {
    const stack = identity();
    expect(only(stack, "google_service_account_iam_member")).toMatchObject({
      role: "roles/iam.workloadIdentityUser",
      member: "serviceAccount:example-dev.svc.id.goog[data-platform/trino]",
    });
    expect(all(stack, "google_service_account_key")).toEqual([]);
    expect(all(stack, "google_storage_hmac_key")).toEqual([]);
  });
});
