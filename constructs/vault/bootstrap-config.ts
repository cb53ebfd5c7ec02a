import { createHash } from "node:crypto";
import { type JsonObject, stableJson } from "../terraform";
import { vaultAccess } from "./vault-access";

/** First part of the name of the role with which the bootstrap job finds out whether it has run, and revokes root tokens. */
const bootstrap = "bootstrap";

/**
 * What Terraform may do in Vault. It writes secrets and cannot read them; `sudo` is only there where Vault asks for it
 * (exception to rule VCF-07).
 */
const terraformPolicy = [
  ["sys/mounts", ["read"]],
  ["sys/mounts/*", ["create", "read", "update", "delete"]],
  ["sys/internal/ui/mounts/*", ["read"]],
  ["sys/policies/acl/*", ["create", "read", "update", "delete"]],
  ["sys/audit", ["read", "sudo"]],
  ["sys/audit/*", ["create", "read", "update", "delete", "sudo"]],
  [`sys/auth/${vaultAccess.kubernetesAuthPath}/tune`, ["read", "update", "sudo"]],
  [`auth/${vaultAccess.kubernetesAuthPath}/role/*`, ["create", "read", "update", "delete"]],
  ["+/config", ["create", "read", "update"]],
  ["+/data/*", ["create", "update", "delete"]],
  ["+/metadata/*", ["create", "read", "update", "delete"]],
  ["auth/token/lookup-self", ["read"]],
  ["auth/token/revoke-self", ["update"]],
] as const;

/** Finds root tokens by their accessors and revokes them; it cannot read a token. */
const bootstrapPolicy = [
  ["auth/token/accessors", ["list", "sudo"]],
  ["auth/token/lookup-accessor", ["update"]],
  ["auth/token/revoke-accessor", ["update"]],
] as const;

function rules(paths: readonly (readonly [string, readonly string[]])[]): string {
  return paths
    .map(([path, capabilities]) => `path "${path}" {\n  capabilities = ${JSON.stringify(capabilities)}\n}\n`)
    .join("");
}

function role(name: string, serviceAccount: string, policy: string, ttl: string): JsonObject {
  return {
    name,
    bound_service_account_names: [serviceAccount],
    bound_service_account_namespaces: [vaultAccess.namespace],
    audience: vaultAccess.audience,
    policies: [policy],
    ttl,
    max_ttl: ttl,
  };
}

/** What the bootstrap job applies, and how it knows that it has. */
export interface BootstrapConfig {
  /** Document in Bank-Vaults' external format. */
  readonly document: string;
  /** Hash of what the document says, in the name of the role that exists once it is applied. */
  readonly role: string;
}

/**
 * First configuration of Vault: Kubernetes auth, and the roles that Terraform and the bootstrap job log in with.
 * Everything else is configured by Terraform through the first role.
 *
 * @see https://bank-vaults.dev/docs/external-configuration/
 */
export function bootstrapConfig(): BootstrapConfig {
  const policies = [
    { name: vaultAccess.terraform, rules: rules(terraformPolicy) },
    { name: bootstrap, rules: rules(bootstrapPolicy) },
  ];
  const roles = [role(vaultAccess.terraform, vaultAccess.terraform, vaultAccess.terraform, "20m")];
  const hash = createHash("sha256").update(stableJson({ policies, roles })).digest("hex").slice(0, 8);
  const marker = `${bootstrap}-${hash}`;
  return {
    role: marker,
    document: stableJson({
      policies,
      auth: [
        {
          type: "kubernetes",
          path: vaultAccess.kubernetesAuthPath,
          // The server's own service account reviews tokens (rule VCF-05).
          config: { kubernetes_host: "https://kubernetes.default.svc" },
          roles: [...roles, role(marker, vaultAccess.bootstrapAccount, bootstrap, "5m")],
        },
      ],
    }),
  };
}
