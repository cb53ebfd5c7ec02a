import { listOf, objectOf } from "../../policies/blocks";
import type { Copy, Mutation, Part } from "./copy";

const server = "helm_release.Vault_Server";

/** A change of the values below `server`. */
function ofServer(
  rule: string,
  what: string,
  change: (values: Part, copy: Copy) => void,
  stack = "gke-prod-vault",
): Mutation {
  return {
    rule,
    what,
    apply: (copy) => copy.values(stack, server, (values) => change(copy.part(values, "server"), copy)),
  };
}

/** A change of the servers' configuration. */
function ofConfiguration(rule: string, what: string, from: string | RegExp, to: string): Mutation {
  return ofServer(rule, what, (values, copy) => {
    const raft = copy.part(values, "ha", "raft");
    raft.config = String(raft.config).replace(from, to);
  });
}

/** The containers of the pod of a CronJob. */
function podOf(copy: Copy, stack: string): Part {
  const job = copy.resource(stack, "kubernetes_cron_job_v1.Snapshots");
  return copy.part(job, "spec", "job_template", "spec", "template", "spec");
}

const sealKey = "google_kms_crypto_key_iam_member.VaultSeal_SealViewer";
const unsealName = "cryptoKeys/vault-unseal";
const snapshotBucket = "google_storage_bucket.VaultSnapshots_Bucket";

/** At least one for each rule on the servers. */
export const vaultServerMutations: readonly Mutation[] = [
  ofServer("VLT-01", "three servers in prod", (values, copy) => {
    copy.part(values, "ha").replicas = 3;
  }),
  ofServer("VLT-01", "one server alone", (values, copy) => {
    copy.part(values, "standalone").enabled = true;
  }),
  ofConfiguration("VLT-01", "data in a file", 'storage "raft"', 'storage "file"'),
  ofConfiguration("VLT-02", "a listener without TLS", "tls_min_version", "tls_disable = 1\n  tls_min_version"),
  ofConfiguration("VLT-02", "an old version of TLS", '"tls12"', '"tls10"'),
  {
    rule: "VLT-02",
    what: "the chart's own way without TLS",
    apply: (copy) =>
      copy.values("kind-vault", server, (values) => {
        copy.part(values, "global").tlsDisable = true;
      }),
  },
  ofConfiguration("VLT-03", "a peer that nobody joins", /retry_join \{[^}]*vault-4[^}]*\}/, ""),
  ofConfiguration("VLT-03", "a peer joined without a check", /leader_ca_cert_file[^\n]*/, ""),
  {
    rule: "VLT-03",
    what: "a certificate without the names of the peers",
    apply: (copy) =>
      copy.replace(
        copy.resource("gke-prod-vault", "helm_release.Vault_Certificate_Release"),
        "values",
        "*.vault-internal",
        "vault-0.other",
      ),
  },
  ofConfiguration(
    "VLT-04",
    "a seal with a file of credentials",
    "crypto_key =",
    'credentials = "/a.json"\n  crypto_key =',
  ),
  ofServer("VLT-04", "servers that act as nobody", (values, copy) => {
    copy.part(values, "serviceAccount").annotations = {};
  }),
  {
    rule: "VLT-05",
    what: "the use of every key of the project",
    apply: (copy) =>
      copy.add("gke-prod-cluster", "google_project_iam_member", {
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: "serviceAccount:a",
      }),
  },
  {
    rule: "VLT-05",
    what: "a seal that cannot look at its key",
    apply: (copy) => {
      copy.resource("gke-dev-bootstrap", sealKey).role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    },
  },
  {
    rule: "VLT-05",
    what: "an apply identity that decides who opens Vault",
    apply: (copy) =>
      copy.add("gke-prod-bootstrap", "google_kms_crypto_key_iam_member", {
        crypto_key_id: copy.resource("gke-prod-bootstrap", sealKey).crypto_key_id,
        role: "projects/a/roles/key_users",
        member: copy.resource("gke-prod-bootstrap", "google_project_iam_member.Apply_Networks").member,
      }),
  },
  {
    rule: "VLT-05",
    what: "a grant on the key in a layer that CI applies",
    apply: (copy) =>
      copy.add("gke-prod-cluster", "google_kms_crypto_key_iam_member", {
        crypto_key_id: `projects/a/locations/b/keyRings/c/${unsealName}`,
        role: "roles/cloudkms.viewer",
        member: "serviceAccount:gke-prod-vault@a.iam.gserviceaccount.com",
      }),
  },
  {
    rule: "VLT-06",
    what: "a key that is rotated once a year",
    apply: (copy) => {
      copy.resource("gke-prod-bootstrap", "google_kms_crypto_key.Keys_VaultUnseal").rotation_period = "31536000s";
    },
  },
  {
    rule: "VLT-06",
    what: "a key in software",
    apply: (copy) => {
      copy.resource("gke-dev-bootstrap", "google_kms_crypto_key.Keys_VaultUnseal").version_template = {
        algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION",
        protection_level: "SOFTWARE",
      };
    },
  },
  ofServer("VLT-07", "a server with capabilities", (values, copy) => {
    copy.part(values, "statefulSet", "securityContext", "container").capabilities = { drop: [] };
  }),
  ofServer("VLT-07", "a sidecar that may gain rights", (values) => {
    for (const container of listOf(values.extraContainers).map(objectOf)) {
      container.securityContext = {};
    }
  }),
  ofConfiguration("VLT-07", "memory that is locked", "disable_mlock = true", ""),
  ofServer("VLT-08", "the chart's network policy", (values) => {
    values.networkPolicy = { enabled: true };
  }),
  {
    rule: "VLT-08",
    what: "others on the port between the servers",
    apply: (copy) =>
      copy.replace(
        copy.resource("kind-vault", "kubernetes_network_policy_v1.Flows_VaultExternalSecretsToVaultIngress"),
        "spec",
        '"8200"',
        '"8201"',
      ),
  },
  {
    rule: "VLT-08",
    what: "pods of every namespace",
    apply: (copy) =>
      copy.replace(
        copy.resource("kind-vault", "kubernetes_network_policy_v1.Flows_VaultExternalSecretsToVaultIngress"),
        "spec",
        /"kubernetes.io\/metadata.name":"external-secrets"/,
        "",
      ),
  },
  ofServer("VLT-09", "two servers down at once", (values, copy) => {
    copy.part(values, "ha", "disruptionBudget").maxUnavailable = 2;
  }),
  ofServer("VLT-10", "a rollout by Kubernetes", (values) => {
    values.updateStrategyType = "RollingUpdate";
  }),
  {
    rule: "VLT-11",
    what: "waiting for a sealed server",
    apply: (copy) => {
      copy.resource("gke-prod-vault", server).wait = true;
    },
  },
  {
    rule: "VLT-11",
    what: "not waiting for an operator",
    apply: (copy) => {
      copy.resource("gke-prod-base", "helm_release.CertManager_Release").wait = false;
    },
  },
  ofServer("VLT-12", "no volume for the audit log", (values, copy) => {
    copy.part(values, "auditStorage").enabled = false;
  }),
  ofServer("VLT-12", "volumes that go with the release", (values, copy) => {
    copy.part(values, "persistentVolumeClaimRetentionPolicy").whenDeleted = "Delete";
  }),
  {
    rule: "VLT-13",
    what: "the injector",
    apply: (copy) =>
      copy.values("minikube-vault", server, (values) => {
        copy.part(values, "injector").enabled = true;
      }),
  },
  ofServer("VLT-13", "an ingress", (values) => {
    values.ingress = { enabled: true };
  }),
  {
    rule: "VLT-14",
    what: "a reader of all of Vault that takes snapshots",
    apply: (copy) =>
      copy.replace(
        copy.resource("kind-secrets", "vault_policy.Snapshots_Policy"),
        "policy",
        "sys/storage/raft/snapshot",
        "sys/*",
      ),
  },
  {
    rule: "VLT-14",
    what: "no snapshots",
    apply: (copy) => {
      delete copy.json("gke-staging-secrets").resource?.kubernetes_cron_job_v1;
    },
  },
  {
    rule: "VLT-14",
    what: "snapshots in the cluster",
    apply: (copy) => {
      podOf(copy, "gke-prod-secrets").volume = [{ name: "a", persistent_volume_claim: { claim_name: "a" } }];
    },
  },
  {
    rule: "VLT-14",
    what: "snapshots that can be removed",
    apply: (copy) => {
      delete copy.resource("gke-staging-cluster", snapshotBucket).retention_policy;
    },
  },
  {
    rule: "VLT-14",
    what: "a retention that can be taken back in prod",
    apply: (copy) => {
      copy.part(copy.resource("gke-prod-cluster", snapshotBucket), "retention_policy").is_locked = false;
    },
  },
  {
    rule: "VLT-14",
    what: "an uploader that may remove",
    apply: (copy) => {
      copy.resource("gke-prod-cluster", "google_storage_bucket_iam_member.VaultSnapshots_Uploader").role =
        "roles/storage.objectUser";
    },
  },
  ofConfiguration(
    "VLT-15",
    "metrics without a token",
    "telemetry {",
    "telemetry {\n  unauthenticated_metrics_access = true",
  ),
  ofConfiguration("VLT-15", "slashes in templated paths", "deny_slash_in_templated_paths = true", ""),
];
