import type { Layer } from "../stacks/layers";

/** A finding that is meant to be there. */
export interface Exception {
  /** Id of the rule. */
  readonly rule: string;
  readonly layer: Layer;
  /** Address of the finding, exactly. */
  readonly address: string;
  readonly reason: string;
}

const bootstrap = "kubernetes_config_map_v1.Vault_Bootstrap_Config";

/** Every exception; one that matches no finding is an error. */
export const exceptions: readonly Exception[] = [
  ...["sys/audit", "sys/audit/*", "sys/auth/kubernetes/tune", "sys/auth/oidc", "sys/auth/userpass"].map((path) => ({
    rule: "VCF-07",
    layer: "vault" as const,
    address: `${bootstrap} policy terraform path ${path}`,
    reason: "Vault asks for sudo on it, and Terraform configures audit devices and the auth method",
  })),
  {
    rule: "VCF-07",
    layer: "secrets",
    address: "vault_policy.Secrets_KyuubiRolePolicy path kyuubi/data/*",
    reason: "the shared reader kyuubi-policy is promised under its name to those who come from an earlier platform",
  },
  {
    rule: "VCF-07",
    layer: "secrets",
    address: "vault_policy.Snapshots_Policy path sys/storage/raft/snapshot",
    reason: "who takes snapshots reads nothing else: everything in one is encrypted by Vault (rule VLT-14)",
  },
  ...["sys/generate-root/attempt", "sys/generate-root/update"].map((path) => ({
    rule: "VCF-07",
    layer: "vault" as const,
    address: `${bootstrap} policy vault-break-glass path ${path}`,
    reason: "Vault 2.0 lets nobody begin a root token without a token, and none is made without key shares",
  })),
  {
    rule: "VCF-07",
    layer: "vault",
    address: `${bootstrap} policy bootstrap path auth/token/accessors`,
    reason: "Vault asks for sudo to list accessors, by which the bootstrap job finds and revokes root tokens",
  },
  {
    rule: "K8S-09",
    layer: "services",
    address: "helm_release.Services_Spark_Objects_Release Deployment spark-iceberg-client",
    reason: "a shell for people: nobody waits for it, and who works in it begins again on another node",
  },
];
