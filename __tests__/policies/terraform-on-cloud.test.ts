import { safeState } from "../../policies/terraform/tf-05-safe-state";
import { lastingKeys } from "../../policies/terraform/tf-17-lasting-keys";
import type { Block } from "../../stacks/stack-json";
import { cloud, describeRule, resource, stackOf } from "./hand-made";

const layer = stackOf(
  { terraform: { backend: { gcs: { bucket: "state", prefix: "cloud/base" } } } },
  { environment: cloud },
);
const kept = { lifecycle: { prevent_destroy: true } };

/** The layer that makes the bucket. */
const bootstrap = (changes: Block = {}, environment = cloud) =>
  resource(
    "google_storage_bucket",
    {
      name: "state",
      versioning: { enabled: true },
      uniform_bucket_level_access: true,
      public_access_prevention: "enforced",
      encryption: { default_kms_key_name: "key" },
      lifecycle_rule: [{ action: { type: "Delete" }, condition: { with_state: "ARCHIVED" } }],
      ...kept,
      ...changes,
    },
    { layer: "bootstrap", environment },
  );

describeRule(safeState, {
  violates: [
    ["a bucket of nobody", layer, 'no bootstrap layer makes the bucket "state"'],
    [
      "a bucket of another environment",
      [layer, bootstrap({}, { ...cloud, name: "other" })],
      'no bootstrap layer makes the bucket "state"',
    ],
    ["no versions", [layer, bootstrap({ versioning: undefined })], "versioning.enabled of the bucket is absent"],
    [
      "access by lists",
      [layer, bootstrap({ uniform_bucket_level_access: false })],
      "uniform_bucket_level_access of the bucket is false",
    ],
    [
      "a public bucket",
      [layer, bootstrap({ public_access_prevention: "inherited" })],
      'public_access_prevention of the bucket is "inherited"',
    ],
    ["a key of Google", [layer, bootstrap({ encryption: undefined })], "the bucket has no key of our own"],
    [
      "no protection",
      [layer, bootstrap({ lifecycle: undefined })],
      "lifecycle.prevent_destroy of the bucket is absent",
    ],
    [
      "states that go by age",
      [layer, bootstrap({ lifecycle_rule: [{ action: { type: "Delete" }, condition: { age: 30 } }] })],
      "the bucket's lifecycle removes states that are in use",
    ],
    ["no prefix", stackOf({ terraform: { backend: { gcs: { bucket: "state" } } } }), "prefix is absent"],
  ],
  complies: [["a bucket of its own", [layer, bootstrap()]]],
  doesNotApply: [["a state elsewhere", stackOf({})]],
});

const ring = (changes: Block, made: "bootstrap" | "cluster") =>
  resource("google_kms_key_ring", { ...kept, ...changes }, { layer: made });

describeRule(lastingKeys, {
  violates: [
    ["a ring in a layer that goes", ring({}, "cluster"), "is in the layer cluster, which is torn down"],
    ["a ring without protection", ring({ lifecycle: {} }, "bootstrap"), "lifecycle.prevent_destroy is absent"],
    [
      "a key in a layer that goes",
      resource("google_kms_crypto_key", kept, { layer: "cluster" }),
      "is in the layer cluster, which is torn down",
    ],
  ],
  complies: [["a ring that stays", ring({}, "bootstrap")]],
  doesNotApply: [["a grant on a key", resource("google_kms_crypto_key_iam_member", {})]],
});
