import { listOf, objectOf } from "../../policies/blocks";
import type { Copy, Mutation, Part } from "./copy";

const role = "vault_kubernetes_auth_backend_role";
const reader = "vault_policy.Secrets_DataPlatformVaultReaderPolicy";
const storeRelease = "helm_release.DataPlatformSecrets_Store_Release";
const toVault = "kubernetes_network_policy_v1.Flows_ExternalSecretsExternalSecretsToVaultEgress";

/** The Kubernetes auth method in what the bootstrap job applies. */
function kubernetesAuth(document: Part): Part {
  return objectOf(listOf(document.auth)[0]);
}

/** Arguments of the sidecar that initializes Vault on Google Cloud. */
function keeper(copy: Copy, change: (words: readonly unknown[]) => readonly unknown[]): void {
  copy.values("gke-prod-vault", "helm_release.Vault_Server", (values) => {
    const [sidecar] = listOf(copy.part(values, "server").extraContainers).map(objectOf);
    if (sidecar) {
      sidecar.args = change(listOf(sidecar.args));
    }
  });
}

/** At least one for each rule on Vault's configuration and the way of secrets out of it. */
export const vaultMutations: readonly Mutation[] = [
  {
    rule: "VCF-01",
    what: "a mount beside the servers",
    apply: (copy) => copy.add("kind-vault", "vault_mount", { path: "a", type: "kv", options: { version: "2" } }),
  },
  {
    rule: "VCF-02",
    what: "a token",
    apply: (copy) => {
      copy.provider("kind-secrets", "vault").token = "any";
    },
  },
  {
    rule: "VCF-03",
    what: "recovery keys in a Kubernetes Secret",
    apply: (copy) =>
      keeper(copy, (words) => words.map((word) => (String(word).startsWith("--mode=") ? "--mode=k8s" : word))),
  },
  {
    rule: "VCF-03",
    what: "one recovery key",
    apply: (copy) =>
      keeper(copy, (words) => words.map((word) => String(word).replace(/^(--secret-(shares|threshold))=.*/, "$1=1"))),
  },
  {
    rule: "VCF-04",
    what: "one audit device",
    apply: (copy) => {
      delete copy.json("kind-secrets").resource?.vault_audit?.Secrets_Audit_Stdout;
    },
  },
  {
    rule: "VCF-04",
    what: "two devices with one sink",
    apply: (copy) => {
      copy.part(copy.resource("gke-prod-secrets", "vault_audit.Secrets_Audit_Stdout"), "options").file_path =
        "/vault/audit/audit.log";
    },
  },
  {
    rule: "VCF-04",
    what: "a mount before the devices",
    apply: (copy) => {
      delete copy.resource("kind-secrets", "vault_mount.Secrets_PlatformMount").depends_on;
    },
  },
  {
    rule: "VCF-05",
    what: "a reviewer's token",
    apply: (copy) =>
      copy.bootstrap("kind-vault", (document) => {
        copy.part(kubernetesAuth(document), "config").token_reviewer_jwt = "any";
      }),
  },
  {
    rule: "VCF-06",
    what: "a role for every namespace",
    apply: (copy) => {
      copy.resource("kind-secrets", role).bound_service_account_namespaces = ["*"];
    },
  },
  {
    rule: "VCF-06",
    what: "a role of the bootstrap job without audience",
    apply: (copy) =>
      copy.bootstrap("kind-vault", (document) => {
        objectOf(listOf(kubernetesAuth(document).roles)[0]).audience = "";
      }),
  },
  {
    rule: "VCF-06",
    what: "a role without audience in a later run of the bootstrap job",
    apply: (copy) =>
      copy.replace(
        copy.part(copy.resource("kind-vault", "kubernetes_config_map_v1.Vault_Bootstrap_Config"), "data"),
        "terraform.json",
        /audience/,
        "other",
      ),
  },
  {
    rule: "VCF-06",
    what: "a login that binds nobody",
    apply: (copy) => copy.add("kind-secrets", "vault_approle_auth_backend_role", { role_name: "a" }),
  },
  {
    rule: "VCF-06",
    what: "people of every group",
    apply: (copy) =>
      copy.add("gke-prod-secrets", "vault_jwt_auth_backend_role", {
        role_name: "a",
        bound_audiences: ["vault"],
        token_max_ttl: 3600,
      }),
  },
  {
    rule: "VCF-07",
    what: "a reader of everything",
    apply: (copy) =>
      copy.replace(copy.resource("kind-secrets", reader), "policy", /platform\/data\/trino/, "platform/data/*"),
  },
  {
    rule: "VCF-07",
    what: "a reader that writes",
    apply: (copy) => copy.replace(copy.resource("kind-secrets", reader), "policy", "read", "update"),
  },
  {
    rule: "VCF-07",
    what: "a consumer that makes policies",
    apply: (copy) =>
      copy.replace(copy.resource("kind-secrets", reader), "policy", /platform\/data\/trino/, "sys/policies/acl/a"),
  },
  {
    rule: "VCF-07",
    what: "people who bring policies along with a snapshot",
    apply: (copy) =>
      copy.replace(
        copy.resource("gke-dev-secrets", "vault_policy.People_AdminPolicy"),
        "policy",
        "sys/storage/raft/remove-peer",
        "sys/storage/raft/snapshot-force",
      ),
  },
  {
    rule: "VCF-07",
    what: "more sudo for Terraform",
    apply: (copy) =>
      copy.bootstrap("kind-vault", (document) => {
        for (const policy of listOf(document.policies).map(objectOf)) {
          policy.rules = `${policy.rules}path "sys/audit-hash/*" {\n  capabilities = ["sudo"]\n}\n`;
        }
      }),
  },
  {
    rule: "VCF-08",
    what: "a mount without versions",
    apply: (copy) => {
      copy.resource("kind-secrets", "vault_mount.Secrets_PlatformMount").options = { version: "1" };
    },
  },
  {
    rule: "VCF-08",
    what: "versions without a bound",
    apply: (copy) => {
      delete copy.resource("kind-secrets", "vault_kv_secret_backend_v2").max_versions;
    },
  },
  {
    rule: "VCF-08",
    what: "a mount that a plan may destroy",
    apply: (copy) => {
      delete copy.resource("gke-prod-secrets", "vault_mount.Secrets_PlatformMount").lifecycle;
    },
  },
  {
    rule: "VCF-09",
    what: "no limit",
    apply: (copy) => {
      delete copy.json("gke-prod-secrets").resource?.vault_quota_rate_limit;
    },
  },
  {
    rule: "ESO-01",
    what: "a beta of a store",
    apply: (copy) =>
      copy.replace(
        copy.resource("kind-services", storeRelease),
        "values",
        "external-secrets.io/v1",
        "external-secrets.io/v1beta1",
      ),
  },
  {
    rule: "ESO-02",
    what: "a store for the cluster",
    apply: (copy) =>
      copy.replace(
        copy.resource("kind-services", storeRelease),
        "values",
        '\\"kind\\":\\"SecretStore',
        '\\"kind\\":\\"ClusterSecretStore',
      ),
  },
  {
    rule: "ESO-03",
    what: "secrets for every namespace",
    apply: (copy) =>
      copy.values("kind-base", "helm_release.ExternalSecrets_Release", (values) => {
        values.processClusterExternalSecret = true;
      }),
  },
  {
    rule: "ESO-04",
    what: "a way to the internet",
    apply: (copy) => {
      copy.part(copy.resource("kind-vault", toVault), "spec").egress = [
        { to: [{ ip_block: { cidr: "0.0.0.0/0" } }], ports: [{ port: "443" }] },
      ];
    },
  },
  {
    rule: "ESO-04",
    what: "half of the internet",
    apply: (copy) => {
      copy.part(copy.resource("kind-vault", toVault), "spec").egress = [
        { to: [{ ip_block: { cidr: "0.0.0.0/1" } }], ports: [{ port: "443" }] },
      ];
    },
  },
  {
    rule: "ESO-04",
    what: "another port of Vault",
    apply: (copy) => copy.replace(copy.resource("kind-vault", toVault), "spec", '"8200"', '"8201"'),
  },
  {
    rule: "ESO-05",
    what: "a role that asks for another audience",
    apply: (copy) => {
      copy.resource("kind-secrets", `${role}.Secrets_DataPlatformVaultReaderRole`).audience = "other";
    },
  },
  {
    rule: "ESO-05",
    what: "a store that reads the cluster as nobody of its namespace",
    apply: (copy) =>
      copy.replace(
        copy.resource("kind-services", storeRelease),
        "values",
        '\\"provider\\":{\\"vault\\"',
        '\\"provider\\":{\\"kubernetes\\"',
      ),
  },
];
