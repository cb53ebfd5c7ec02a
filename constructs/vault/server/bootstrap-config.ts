import { createHash } from "node:crypto";
import { stableJson } from "../../terraform";
import { databaseAccess } from "../database/database-access";
import { peopleAccess } from "../people/people-access";
import { pkiAccess } from "../pki/pki-access";
import { vaultAccess } from "../vault-access";

/** Role and policy of the bootstrap job. */
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
  // Vault asks for sudo wherever audit devices are.
  ["sys/audit", ["read", "sudo"]],
  ["sys/audit/*", ["create", "read", "update", "delete", "sudo"]],
  ["sys/quotas/rate-limit/global", ["create", "read", "update", "delete"]],
  [`sys/auth/${vaultAccess.kubernetesAuthPath}/tune`, ["read", "update", "sudo"]],
  [`auth/${vaultAccess.kubernetesAuthPath}/role/*`, ["create", "read", "update", "delete"]],
  ["+/config", ["create", "read", "update"]],
  ["+/data/*", ["create", "update", "delete"]],
  ["+/metadata/*", ["create", "read", "update", "delete"]],
  [`${pkiAccess.rootMount}/issuers/generate/root/internal`, ["create", "update"]],
  [`${pkiAccess.rootMount}/issuer/+`, ["delete"]],
  [`${pkiAccess.rootMount}/issuer/+/sign-intermediate`, ["create", "update"]],
  [`${pkiAccess.mount}/issuers/generate/intermediate/internal`, ["create", "update"]],
  [`${pkiAccess.mount}/intermediate/set-signed`, ["create", "update"]],
  [`${pkiAccess.mount}/roles/*`, ["create", "read", "update", "delete"]],
  ...[pkiAccess.rootMount, pkiAccess.mount].flatMap((mount) =>
    ["urls", "crl", "auto-tidy"].map((of) => [`${mount}/config/${of}`, ["create", "read", "update"]] as const),
  ),
  [`${databaseAccess.mount}/config/*`, ["create", "read", "update", "delete"]],
  [`${databaseAccess.mount}/roles/*`, ["create", "read", "update", "delete"]],
  // How people log in. Mounting a method needs sudo; `terralake vault oidc` and `terralake vault user` write what is secret.
  ...[peopleAccess.oidcPath, peopleAccess.userpassPath].map(
    (method) => [`sys/auth/${method}`, ["create", "update", "delete", "sudo"]] as const,
  ),
  [`auth/${peopleAccess.oidcPath}/config`, ["create", "read", "update"]],
  [`auth/${peopleAccess.userpassPath}/users/+`, ["create", "update"]],
  [`auth/${peopleAccess.oidcPath}/role/${peopleAccess.oidcRole}`, ["create", "read", "update", "delete"]],
  ["identity/group", ["update"]],
  ["identity/group/id/*", ["read", "update", "delete"]],
  ["identity/group-alias", ["update"]],
  ["identity/group-alias/id/*", ["read", "update", "delete"]],
  ["auth/token/lookup-self", ["read"]],
  ["auth/token/revoke-self", ["update"]],
] as const;

/**
 * Begins a root token, which Vault 2.0 and later let nobody do without a token. It makes none by itself: that takes the
 * unseal keys or recovery keys too.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/generate-root
 */
const breakGlassPolicy = [
  ["sys/generate-root/attempt", ["create", "read", "update", "delete", "sudo"]],
  ["sys/generate-root/update", ["create", "update", "sudo"]],
  ["auth/token/revoke-self", ["update"]],
] as const;

/**
 * Finds root tokens by their accessors and revokes them; it cannot read a token. It keeps its own rights and Terraform's
 * up to date, which makes it as mighty as Terraform's role; nobody else may use its service account.
 */
const bootstrapPolicy = [
  ...[bootstrap, vaultAccess.terraform, vaultAccess.breakGlass].flatMap((name) => [
    [`sys/policies/acl/${name}`, ["create", "update"]] as const,
    [`auth/${vaultAccess.kubernetesAuthPath}/role/${name}`, ["create", "update"]] as const,
  ]),
  ["auth/token/accessors", ["list", "sudo"]],
  ["auth/token/lookup-accessor", ["update"]],
  ["auth/token/revoke-accessor", ["update"]],
] as const;

function rules(paths: readonly (readonly [string, readonly string[]])[]): string {
  return paths
    .map(([path, capabilities]) => `path "${path}" {\n  capabilities = ${JSON.stringify(capabilities)}\n}\n`)
    .join("");
}

function role(name: string, serviceAccount: string, policy: string, ttl: string) {
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

/** What the bootstrap job applies. */
export interface BootstrapConfig {
  /** All of it in Bank-Vaults' external format, for a fresh Vault. */
  readonly document: string;
  /** Policies, each as HCL. */
  readonly policies: readonly { readonly name: string; readonly rules: string }[];
  /** Roles of the Kubernetes auth method, each as JSON. */
  readonly roles: readonly { readonly name: string; readonly settings: string }[];
  /** The role that the job itself logs in with. */
  readonly role: string;
  /** Hash of what is applied. */
  readonly hash: string;
}

/**
 * First configuration of Vault: Kubernetes auth, and the roles of Terraform, of the bootstrap job and of break-glass.
 * Everything else is configured by Terraform through the first role.
 *
 * @see https://bank-vaults.dev/docs/external-configuration/
 */
export function bootstrapConfig(): BootstrapConfig {
  // The job's own first: it may need the new rights for the rest.
  const policies = [
    { name: bootstrap, rules: rules(bootstrapPolicy) },
    { name: vaultAccess.terraform, rules: rules(terraformPolicy) },
    { name: vaultAccess.breakGlass, rules: rules(breakGlassPolicy) },
  ];
  const roles = [
    role(bootstrap, vaultAccess.bootstrapAccount, bootstrap, "5m"),
    role(vaultAccess.terraform, vaultAccess.terraform, vaultAccess.terraform, "20m"),
    role(vaultAccess.breakGlass, vaultAccess.breakGlass, vaultAccess.breakGlass, "10m"),
  ];
  return {
    role: bootstrap,
    hash: createHash("sha256").update(stableJson({ policies, roles })).digest("hex").slice(0, 8),
    policies,
    roles: roles.map(({ name, ...settings }) => ({ name, settings: stableJson(settings) })),
    document: stableJson({
      policies,
      // Not by Terraform: Vault does not remove a mount while it cannot end a lease, as when the database has gone before.
      secrets: [{ path: databaseAccess.mount, type: "database", description: "Users of databases, for a time" }],
      auth: [
        {
          type: "kubernetes",
          path: vaultAccess.kubernetesAuthPath,
          // The server's own service account reviews tokens (rule VCF-05).
          config: { kubernetes_host: "https://kubernetes.default.svc" },
          roles,
        },
      ],
    }),
  };
}
