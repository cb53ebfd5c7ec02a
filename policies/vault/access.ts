import { listOf, objectOf, resources } from "../blocks";
import type { CheckedStack, Item } from "../rule";

/** A role of Vault's Kubernetes auth, made by Terraform or by the bootstrap job. */
export interface VaultRole extends Item {
  readonly name: string;
  readonly serviceAccounts: readonly string[];
  readonly namespaces: readonly string[];
  readonly audience: unknown;
  /** Seconds; undefined where it is not stated. */
  readonly maxTtl: number | undefined;
}

/** A path of a Vault policy. */
export interface PolicyPath extends Item {
  readonly path: string;
  readonly capabilities: readonly string[];
  /** Whether the policy is a consumer's own, and not one of those that configure Vault. */
  readonly consumer: boolean;
}

/** Every role of Vault that a stack makes. */
export function vaultRoles(stack: CheckedStack): readonly VaultRole[] {
  const managed = resources(stack, ["vault_kubernetes_auth_backend_role"]).map(({ address, block }) => ({
    address,
    name: String(block.role_name),
    serviceAccounts: listOf(block.bound_service_account_names).map(String),
    namespaces: listOf(block.bound_service_account_namespaces).map(String),
    audience: block.audience,
    maxTtl: seconds(block.token_max_ttl),
  }));
  const bootstrap = bootstrapDocuments(stack).flatMap(({ address, document }) =>
    listOf(document.auth)
      .flatMap((method) => listOf(objectOf(method).roles))
      .map(objectOf)
      .map((role) => ({
        address: `${address} role ${role.name}`,
        name: String(role.name),
        serviceAccounts: listOf(role.bound_service_account_names).map(String),
        namespaces: listOf(role.bound_service_account_namespaces).map(String),
        audience: role.audience,
        maxTtl: seconds(role.max_ttl),
      })),
  );
  return [...managed, ...bootstrap];
}

/** Every path of every Vault policy that a stack makes. */
export function policyPaths(stack: CheckedStack): readonly PolicyPath[] {
  const managed = resources(stack, ["vault_policy"]).flatMap(({ address, block }) =>
    pathsOf(String(block.policy), address, true),
  );
  const bootstrap = bootstrapDocuments(stack).flatMap(({ address, document }) =>
    listOf(document.policies)
      .map(objectOf)
      .flatMap(({ name, rules }) => pathsOf(String(rules), `${address} policy ${name}`, false)),
  );
  return [...managed, ...bootstrap];
}

function pathsOf(hcl: string, address: string, consumer: boolean): readonly PolicyPath[] {
  const found = [...hcl.matchAll(/path\s+"([^"]*)"\s*\{([^}]*)\}/g)].map(([, path = "", body = ""]) => ({
    address: `${address} path ${path}`,
    path,
    capabilities: [...body.matchAll(/"([^"]+)"/g)].map(([, capability = ""]) => capability),
    consumer,
  }));
  // A policy that is not understood must not pass as one without paths.
  return found.length > 0 ? found : [{ address, path: "*", capabilities: [], consumer }];
}

/** Documents that the bootstrap job gives to Bank-Vaults. */
function bootstrapDocuments(stack: CheckedStack): readonly { address: string; document: Record<string, unknown> }[] {
  return resources(stack, ["kubernetes_config_map_v1"]).flatMap(({ address, block }) => {
    const text = objectOf(block.data)["vault-config.json"];
    return typeof text === "string" ? [{ address, document: objectOf(JSON.parse(text)) }] : [];
  });
}

/** Seconds of `1200` or `20m`. */
function seconds(value: unknown): number | undefined {
  const [, count, unit = "s"] = /^(\d+)([smh])?$/.exec(String(value)) ?? [];
  return count === undefined ? undefined : Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
}
