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
  ...["sys/audit", "sys/audit/*", "sys/auth/kubernetes/tune"].map((path) => ({
    rule: "VCF-07",
    layer: "vault" as const,
    address: `${bootstrap} policy terraform path ${path}`,
    reason: "Vault asks for sudo on it, and Terraform configures audit devices and the auth method",
  })),
  {
    rule: "VCF-07",
    layer: "vault",
    address: `${bootstrap} policy bootstrap path auth/token/accessors`,
    reason: "Vault asks for sudo to list accessors, by which the bootstrap job finds and revokes root tokens",
  },
];
