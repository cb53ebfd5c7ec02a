import { vaultAccess } from "../../constructs/vault";
import type { VaultClient } from "../../operations/vault/client";
import { stackName } from "../../stacks/layers";
import { type Block, readStack, type StackJson } from "../../stacks/stack-json";
import { requestToken, type ServiceAccountName } from "../cluster/service-accounts";
import { RehearsalError } from "../rehearsal-error";
import type { ProofContext } from "./proof";

/** A role of Kubernetes auth that the secrets layer made, as its JSON says. */
export interface Reader {
  readonly role: string;
  readonly accounts: readonly ServiceAccountName[];
  /** Patterns of paths that its policies let it read, such as `platform/data/trino` and `kyuubi/data/*`. */
  readonly reads: readonly string[];
}

/** What the secrets layer configures in Vault. */
export interface VaultLayer {
  readonly readers: readonly Reader[];
  /** Paths of the secrets as the API has them, such as `platform/data/trino`. */
  readonly secrets: readonly string[];
}

/** Reads roles, policies and secrets from the synthesized secrets layer. */
export async function vaultLayer({ plan }: Pick<ProofContext, "plan">): Promise<VaultLayer> {
  const stack = await readStack(plan.synthesized, stackName(plan.environment, "secrets"));
  const text = (value: unknown): string => resolve(stack, String(value));
  const blocks = (type: string): readonly Block[] => Object.values(stack.resource?.[type] ?? {});
  const policies = new Map(
    blocks("vault_policy").map(({ name, policy }) => [String(name), readable(String(policy))] as const),
  );
  const readers = blocks("vault_kubernetes_auth_backend_role").map((role) => ({
    role: text(role.role_name),
    accounts: (role.bound_service_account_namespaces as readonly unknown[]).flatMap((namespace) =>
      (role.bound_service_account_names as readonly unknown[]).map((name) => ({
        namespace: text(namespace),
        name: text(name),
      })),
    ),
    reads: (role.token_policies as readonly unknown[]).flatMap((policy) => policies.get(text(policy)) ?? []),
  }));
  const secrets = blocks("vault_kv_secret_v2").map(({ mount, name }) => `${text(mount)}/data/${text(name)}`);
  return { readers, secrets: secrets.sort() };
}

/** Whether a policy's path covers a path. */
export function covers(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

/** Logs in to Vault as a service account would. */
export async function login(
  { cluster, vault }: Pick<ProofContext, "cluster" | "vault">,
  role: string,
  account: ServiceAccountName,
  audience: string = vaultAccess.audience,
): Promise<VaultClient> {
  const token = await requestToken(cluster, account, [audience]);
  return vault.client.withToken(await vault.client.loginKubernetes(role, token, vaultAccess.kubernetesAuthPath));
}

/** A secret as its reader gets it. */
export async function readData(client: VaultClient, path: string): Promise<Readonly<Record<string, string>>> {
  const found = await client.get(path);
  if (found?.data === undefined) {
    throw new RehearsalError(`vault has nothing at ${path}`);
  }
  return found.data as Readonly<Record<string, string>>;
}

/** Paths in a policy that may be read, from its text. */
function readable(policy: string): readonly string[] {
  return [...policy.matchAll(/path "([^"]+)" \{([^}]*)\}/g)]
    .filter(([, , body]) => /"read"/.test(body ?? ""))
    .map(([, path = ""]) => path);
}

/** The value of a reference to another block of the stack, such as `${vault_mount.A.path}`; other texts as they are. */
function resolve(stack: StackJson, text: string): string {
  const [, type = "", name = "", attribute = ""] = /^\$\{(\w+)\.(\w+)\.(\w+)\}$/.exec(text) ?? [];
  const block = stack.resource?.[type]?.[name];
  return block?.[attribute] === undefined ? text : String(block[attribute]);
}
