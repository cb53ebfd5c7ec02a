import type { CheckedStack } from "../../policies/rule";
import { keylessSeal } from "../../policies/vault-server/vlt-04-keyless-seal";
import { oneKey } from "../../policies/vault-server/vlt-05-one-key";
import { keyLife } from "../../policies/vault-server/vlt-06-key-life";
import { snapshots } from "../../policies/vault-server/vlt-14-snapshots";
import type { Block } from "../../stacks/stack-json";
import { cloud, describeRule, resource, stackOf } from "./hand-made";
import { hcl, onCloud, servers } from "./hand-made-servers";

const seal = (body: string) => `${hcl}seal "gcpckms" {\n  key_ring = "a"\n${body}}\n`;
const annotated = { serviceAccount: { annotations: { "iam.gke.io/gcp-service-account": "a" } } };

describeRule(keylessSeal, {
  violates: [
    ["keys by hand", onCloud({ server: annotated }), "the seal is not gcpckms"],
    ["a file", onCloud({ server: annotated, config: seal('credentials = "/a"\n') }), "the seal has credentials"],
    ["no identity", onCloud({ config: seal("") }), "the servers' account has no annotation of Workload Identity"],
    [
      "a file by the environment",
      onCloud({
        server: { ...annotated, extraEnvironmentVars: { A: "GOOGLE_APPLICATION_CREDENTIALS" } },
        config: seal(""),
      }),
      "server.extraEnvironmentVars.A names GOOGLE_APPLICATION_CREDENTIALS",
    ],
  ],
  complies: [["Workload Identity", onCloud({ server: annotated, config: seal("") })]],
  doesNotApply: [["a laptop", servers()]],
});

const onKey = (role: string, member = "serviceAccount:a-vault@b") => ({
  crypto_key_id: "projects/a/cryptoKeys/vault-unseal",
  role,
  member,
});
const use = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
const grantsIn = (layer: CheckedStack["layer"], ...blocks: readonly object[]) =>
  stackOf(
    {
      resource: {
        google_kms_crypto_key_iam_member: Object.fromEntries(
          blocks.map((block, index) => [`Grant${index}`, { ...block }]),
        ),
      },
    },
    { layer, environment: cloud },
  );
const grants = (...blocks: readonly object[]) => grantsIn("bootstrap", ...blocks);

describeRule(oneKey, {
  violates: [
    ["the use of every key", resource("google_project_iam_member", { role: use }), `gives ${use} on more than one key`],
    [
      "the use of every key of a ring",
      resource("google_kms_key_ring_iam_member", { role: use }),
      `gives ${use} on more than one key`,
    ],
    [
      "another account",
      grants(onKey(use, "serviceAccount:a-apply@b")),
      "serviceAccount:a-apply@b is not the account of the Vault servers",
    ],
    [
      "a layer that CI applies",
      grantsIn("cluster", onKey(use)),
      "is made in the layer cluster, whose identity could open Vault with such a right",
    ],
    ["nobody", grants(), "nobody may use the key that seals Vault"],
    ["use alone", grants(onKey(use)), "its account has no roles/cloudkms.viewer on the key"],
    [
      "half of two accounts",
      grants(onKey(use), onKey("roles/cloudkms.viewer", "serviceAccount:c-vault@b")),
      "its account has no roles/cloudkms.viewer on the key",
    ],
    [
      "more than that",
      grants(onKey(use), onKey("roles/cloudkms.viewer"), onKey("roles/cloudkms.admin")),
      "its account has roles/cloudkms.admin on the key too",
    ],
  ],
  complies: [
    ["both on the key", grants(onKey(use), onKey("roles/cloudkms.viewer"))],
    ["a look at every key", resource("google_project_iam_member", { role: "roles/cloudkms.viewer" })],
  ],
  doesNotApply: [["another layer", stackOf({})]],
});

const key = (changes: Block = {}) =>
  resource("google_kms_crypto_key", {
    rotation_period: "7776000s",
    version_template: { protection_level: "HSM" },
    lifecycle: { prevent_destroy: true },
    ...changes,
  });

describeRule(keyLife, {
  violates: [
    ["no rotation", key({ rotation_period: undefined }), "rotation_period is absent"],
    ["a rotation once in 91 days", key({ rotation_period: "7862400s" }), 'rotation_period is "7862400s"'],
    [
      "a key that signs in software",
      key({ purpose: "ASYMMETRIC_SIGN", version_template: { protection_level: "SOFTWARE" } }),
      'protection_level is "SOFTWARE"',
    ],
    ["software", key({ version_template: { protection_level: "SOFTWARE" } }), 'protection_level is "SOFTWARE"'],
    ["no protection", key({ lifecycle: {} }), "lifecycle.prevent_destroy is absent"],
  ],
  complies: [
    ["90 days in hardware", key()],
    ["a key that signs, which no clock rotates", key({ purpose: "ASYMMETRIC_SIGN", rotation_period: undefined })],
  ],
  doesNotApply: [["a ring", resource("google_kms_key_ring", {})]],
});

const policy = (path: string, ...capabilities: readonly string[]) =>
  resource("vault_policy", {
    name: "vault-snapshot",
    policy: `path "${path}" {\n  capabilities = ${JSON.stringify(capabilities)}\n}\n`,
  });

/** The layer that takes snapshots. */
const job = (pod: Block = {}, spec: Block = {}) =>
  resource(
    "kubernetes_cron_job_v1",
    {
      metadata: { name: "vault-snapshot" },
      spec: {
        concurrency_policy: "Forbid",
        ...spec,
        job_template: {
          spec: {
            template: { spec: { container: [{ env: [{ name: "BUCKET", value: "snaps" }] }], volume: [], ...pod } },
          },
        },
      },
    },
    { layer: "secrets", environment: { ...cloud, tier: "prod" } },
  );

/** The layer that makes the bucket. */
function bucket(block: Block, role = "roles/storage.objectCreator") {
  return stackOf(
    {
      resource: {
        google_storage_bucket: {
          One: { name: "snaps", retention_policy: { retention_period: 60, is_locked: true }, ...block },
        },
        google_storage_bucket_iam_member: { One: { bucket: "google_storage_bucket.One.name", role } },
      },
    },
    { layer: "cluster", environment: { ...cloud, tier: "prod" } },
  );
}

describeRule(snapshots, {
  violates: [
    ["a reader of more", policy("sys/*", "read"), 'the policy vault-snapshot has ["read"] on "sys/*"'],
    [
      "one that restores",
      policy("sys/storage/raft/snapshot", "read", "update"),
      'the policy vault-snapshot has ["read","update"] on "sys/storage/raft/snapshot"',
    ],
    ["no snapshots", stackOf({}, { layer: "secrets", environment: cloud }), "nothing takes snapshots"],
    ["snapshots in the cluster", job({ volume: [{ persistent_volume_claim: {} }] }), "keeps snapshots in the cluster"],
    ["two at once", job({}, { concurrency_policy: "Allow" }), 'concurrency_policy is "Allow"'],
    ["a job that rests", job({}, { suspend: true }), "is suspended"],
    ["snapshots that can be removed", [job(), bucket({ retention_policy: undefined })], "retention_policy is absent"],
    [
      "a retention that can be taken back",
      [job(), bucket({ retention_policy: { retention_period: 60 } })],
      "retention_policy.is_locked is absent",
    ],
    ["an uploader that removes", [job(), bucket({}, "roles/storage.objectAdmin")], "gives roles/storage.objectAdmin"],
  ],
  complies: [
    ["the snapshot path", policy("sys/storage/raft/snapshot", "read")],
    ["a bucket that is locked", [job(), bucket({})]],
  ],
  doesNotApply: [
    ["a laptop without a job", stackOf({}, { layer: "secrets" })],
    ["another bucket", bucket({ name: "other" })],
  ],
});
