import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf, resources } from "../blocks";
import type { CheckedStack, Item } from "../rule";

/** File of the bootstrap job that Bank-Vaults reads. */
const configuration = "vault-config.json";

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
  /** Name of the policy. */
  readonly policyName: string;
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
  const bootstrap = bootstrapDocuments(stack).flatMap(({ address, document, files }) =>
    [
      ...listOf(document.auth)
        .flatMap((method) => listOf(objectOf(method).roles))
        .map(objectOf),
      ...namedFiles(files, ".json").map(([name, text]) => ({ ...objectOf(JSON.parse(text)), name })),
    ].map((role: Block) => ({
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
    pathsOf(String(block.policy), address, String(block.name), true),
  );
  const bootstrap = bootstrapDocuments(stack).flatMap(({ address, document, files }) =>
    [
      ...listOf(document.policies).map(objectOf),
      ...namedFiles(files, ".hcl").map(([name, rules]) => ({ name, rules })),
    ].flatMap(({ name, rules }) => pathsOf(String(rules), `${address} policy ${name}`, String(name), false)),
  );
  return [...managed, ...bootstrap];
}

function pathsOf(hcl: string, address: string, policyName: string, consumer: boolean): readonly PolicyPath[] {
  const found = [...hcl.matchAll(/path\s+"([^"]*)"\s*\{([^}]*)\}/g)].map(([, path = "", body = ""]) => ({
    address: `${address} path ${path}`,
    policyName,
    path,
    capabilities: [...body.matchAll(/"([^"]+)"/g)].map(([, capability = ""]) => capability),
    consumer,
  }));
  // A policy that is not understood must not pass as one without paths.
  return found.length > 0 ? found : [{ address, policyName, path: "*", capabilities: [], consumer }];
}

/** What the bootstrap job gives to Vault. */
export interface BootstrapDocument extends Item {
  /** For Bank-Vaults, on the first run. */
  readonly document: Block;
  /** The files beside it: policies and roles that later runs write again. */
  readonly files: { readonly [name: string]: string };
}

/** What the bootstrap job of a stack gives to Vault: none, or one. */
export function bootstrapDocuments(stack: CheckedStack): readonly BootstrapDocument[] {
  return resources(stack, ["kubernetes_config_map_v1"]).flatMap(({ address, block }) => {
    const { [configuration]: text, ...files } = objectOf(block.data) as { readonly [name: string]: string };
    return text === undefined ? [] : [{ address, document: objectOf(JSON.parse(text)), files }];
  });
}

function namedFiles(files: BootstrapDocument["files"], ending: string): readonly (readonly [string, string])[] {
  return Object.entries(files)
    .filter(([file]) => file.endsWith(ending))
    .map(([file, text]) => [file.slice(0, -ending.length), text]);
}

/** Seconds of `1200` or `20m`. */
function seconds(value: unknown): number | undefined {
  const [, count, unit = "s"] = /^(\d+)([smh])?$/.exec(String(value)) ?? [];
  return count === undefined ? undefined : Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
}
