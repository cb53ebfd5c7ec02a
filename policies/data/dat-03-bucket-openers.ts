import { resources } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Roles that workloads may have in their buckets; none changes a bucket or who opens it. */
const allowed = [
  "roles/storage.legacyBucketReader",
  "roles/storage.objectCreator",
  "roles/storage.objectUser",
  "roles/storage.objectViewer",
];

export const bucketOpeners: Rule = {
  id: "DAT-03",
  reason: "who can do more in a bucket than use its objects can open it to others",
  remedy: "grant by BucketIdentity at the bucket",
  check: forEach(
    (stack) =>
      stack.layer === "data" ? resources(stack, /^google_(storage_bucket|project)_iam_(member|binding)$/) : [],
    ({ type, block }) => [
      ...(type === "google_storage_bucket_iam_member" ? [] : ["it is no grant of one member at one bucket"]),
      ...(allowed.includes(String(block.role)) ? [] : [`${String(block.role)} is none of ${allowed.join(", ")}`]),
    ],
  ),
};
