import { objectOf } from "../../policies/blocks";
import type { Block } from "../../stacks/stack-json";
import { analyticsMutations } from "./analytics-mutations";
import type { Mutation } from "./copy";
import { dataMutations } from "./data-mutations";
import { gkeMutations } from "./gke-mutations";
import { identityMutations } from "./identity-mutations";
import { networkMutations } from "./network-mutations";
import { observabilityMutations } from "./observability-mutations";
import { vaultMutations } from "./vault-mutations";
import { vaultServerMutations } from "./vault-server-mutations";
import { workloadMutations } from "./workload-mutations";

const secret = "vault_kv_secret_v2.Secrets_PlatformTrino";
const storeRelease = "helm_release.DataPlatformSecrets_Store_Release";

function metadata(block: Block): Block {
  return objectOf(block.metadata);
}

/** At least one for each rule. */
export const mutations: readonly Mutation[] = [
  {
    rule: "TF-01",
    what: "a managed password",
    apply: (copy) => copy.add("kind-secrets", "random_password", { length: 32 }),
  },
  {
    rule: "TF-01",
    what: "a literal password in the values of a chart",
    apply: (copy) =>
      copy.replace(
        copy.resource("kind-services", "helm_release.Services_Trino_Release"),
        "values",
        "{",
        `{\\"password\\":\\"${"xK7qP2mW9vB4nR8t".repeat(2)}\\",`,
      ),
  },
  {
    rule: "TF-01",
    what: "an older Terraform",
    apply: (copy) => {
      copy.json("gke-prod-vault").terraform.required_version = ">= 1.5.0";
    },
  },
  {
    rule: "TF-02",
    what: "readable data",
    apply: (copy) => {
      copy.resource("kind-secrets", secret).data_json = "{}";
    },
  },
  {
    rule: "TF-02",
    what: "data without a version",
    apply: (copy) => {
      delete copy.resource("gke-prod-secrets", secret).data_json_wo_version;
    },
  },
  {
    rule: "TF-03",
    what: "a secret of Terraform's own",
    apply: (copy) =>
      copy.add("kind-base", "kubernetes_secret_v1", { metadata: { name: "a", namespace: "vault" }, data: { a: "b" } }),
  },
  {
    rule: "TF-04",
    what: "a sensitive value",
    apply: (copy) => {
      copy.resource("kind-base", "helm_release").set_sensitive = [{ name: "a", value: "b" }];
    },
  },
  {
    rule: "TF-05",
    what: "a state without old versions",
    apply: (copy) => {
      copy.resource("gke-dev-bootstrap", "google_storage_bucket.State_Bucket").versioning = { enabled: false };
    },
  },
  {
    rule: "TF-05",
    what: "a state in a bucket of nobody",
    apply: (copy) => {
      delete copy.json("gke-prod-bootstrap").resource?.google_storage_bucket;
    },
  },
  {
    rule: "TF-06",
    what: "the state of another layer",
    apply: (copy) => {
      copy.json("gke-dev-base").terraform.backend = structuredClone(copy.json("gke-dev-vault").terraform.backend);
    },
  },
  {
    rule: "TF-06",
    what: "the project of another environment",
    apply: (copy) => {
      copy.resource("gke-dev-analytics", "google_bigquery_dataset").project = "example-dev-platform-prod";
    },
  },
  {
    rule: "TF-07",
    what: "a provider that waits for its own stack",
    apply: (copy) => {
      copy.provider("kind-secrets", "vault").namespace = ["$", "{vault_mount.Secrets_PlatformMount.path}"].join("");
    },
  },
  {
    rule: "TF-08",
    what: "the current context",
    apply: (copy) => {
      delete copy.provider("minikube-base", "kubernetes").config_context;
    },
  },
  {
    rule: "TF-08",
    what: "the context of another environment",
    apply: (copy) => {
      objectOf(copy.provider("kind-vault", "helm").kubernetes).config_context = "minikube";
    },
  },
  {
    rule: "TF-09",
    what: "a fixed token",
    apply: (copy) => {
      copy.provider("gke-staging-base", "kubernetes").token = "any";
    },
  },
  {
    rule: "TF-10",
    what: "a CA for the DNS endpoint",
    apply: (copy) => {
      copy.provider("gke-staging-base", "kubernetes").cluster_ca_certificate = "any";
    },
  },
  {
    rule: "TF-10",
    what: "no CA for a local Vault",
    apply: (copy) => {
      delete copy.provider("kind-secrets", "vault").ca_cert_file;
    },
  },
  { rule: "TF-11", what: "a manifest", apply: (copy) => copy.add("kind-services", "kubernetes_manifest", {}) },
  {
    rule: "TF-12",
    what: "an unversioned type",
    apply: (copy) => copy.add("kind-base", "kubernetes_config_map", { metadata: { name: "a", namespace: "vault" } }),
  },
  {
    rule: "TF-13",
    what: "a range of versions",
    apply: (copy) => {
      copy.json("gke-dev-network").terraform.required_providers.google = { source: "google", version: "~> 6.0" };
    },
  },
  {
    rule: "TF-13",
    what: "a provider that is not declared",
    apply: (copy) => {
      delete copy.json("kind-base").terraform.required_providers.helm;
    },
  },
  {
    rule: "TF-15",
    what: "an output that nobody declared",
    apply: (copy) => copy.replace(copy.provider("gke-prod-base", "kubernetes"), "host", "dns_endpoint", "ca"),
  },
  {
    rule: "TF-16",
    what: "a mount without protection",
    apply: (copy) => {
      delete copy.resource("gke-prod-secrets", "vault_mount").lifecycle;
    },
  },
  {
    rule: "TF-16",
    what: "a key without protection",
    apply: (copy) => {
      copy.resource("gke-prod-bootstrap", "google_kms_crypto_key").lifecycle = { prevent_destroy: false };
    },
  },
  {
    rule: "TF-16",
    what: "a bucket without protection",
    apply: (copy) => {
      delete copy.resource("gke-staging-analytics", "google_storage_bucket").lifecycle;
    },
  },
  {
    rule: "TF-17",
    what: "a key ring in a layer that is torn down",
    apply: (copy) =>
      copy.add("gke-dev-cluster", "google_kms_key_ring", { name: "a", lifecycle: { prevent_destroy: true } }),
  },
  {
    rule: "K8S-01",
    what: "a namespace without a level",
    apply: (copy) => {
      delete metadata(copy.resource("kind-base", "kubernetes_namespace_v1")).labels;
    },
  },
  {
    rule: "K8S-08",
    what: "a namespace that Helm makes",
    apply: (copy) => {
      copy.resource("kind-base", "helm_release").create_namespace = true;
    },
  },
  {
    rule: "K8S-08",
    what: "an account in default",
    apply: (copy) => {
      delete metadata(copy.resource("kind-vault", "kubernetes_service_account_v1")).namespace;
    },
  },
  {
    rule: "NET-05",
    what: "a namespace without its policy",
    apply: (copy) => {
      delete copy.json("kind-base").resource?.kubernetes_network_policy_v1?.VaultNamespace_DefaultDeny;
    },
  },
  {
    rule: "NET-06",
    what: "no way to the node-local cache",
    apply: (copy) =>
      copy.replace(
        copy.resource("kind-base", "kubernetes_network_policy_v1.VaultNamespace_AllowDns"),
        "spec",
        "169.254.20.10/32",
        "169.254.20.11/32",
      ),
  },
  {
    rule: "REL-01",
    what: "a chart without version",
    apply: (copy) => {
      delete copy.resource("kind-base", "helm_release.CertManager_Release").version;
    },
  },
  {
    rule: "REL-01",
    what: "an endless history",
    apply: (copy) => {
      copy.resource("kind-services", storeRelease).max_history = 0;
    },
  },
  {
    rule: "REL-02",
    what: "a release that cannot be applied again",
    apply: (copy) => {
      delete copy.resource("gke-dev-gitops", "helm_release").upgrade_install;
    },
  },
  ...gkeMutations,
  ...networkMutations,
  ...dataMutations,
  ...identityMutations,
  ...vaultServerMutations,
  ...vaultMutations,
  ...workloadMutations,
  ...observabilityMutations,
  ...analyticsMutations,
];
