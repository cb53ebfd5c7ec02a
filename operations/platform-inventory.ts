import { KubernetesAuthBackendRole } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-role";
import { App } from "cdktf";
import type { SecretEntry } from "../constructs/secrets";
import { bootstrapConfig, vaultAccess } from "../constructs/vault";
import type { Environment } from "../environments/schema";
import { buildPlatform } from "../stacks/platform";
import { SecretsStack } from "../stacks/secrets";

/** A role of Vault that service accounts log in to. */
export interface LoginRole {
  readonly name: string;
  readonly accounts: readonly { readonly namespace: string; readonly name: string }[];
  readonly audience: string;
  /** What makes it: a stack, or Vault's bootstrap job. */
  readonly madeBy: string;
}

/** What the program says of an environment's secrets; no cluster is asked and nothing is written. */
export interface PlatformInventory {
  readonly secrets: readonly SecretEntry[];
  /** Stack that writes the secrets. */
  readonly secretsStack: string;
  /** In the order of their names. */
  readonly roles: readonly LoginRole[];
}

interface RoleSettings {
  readonly bound_service_account_names: readonly string[];
  readonly bound_service_account_namespaces: readonly string[];
  readonly audience: string;
}

/** Builds the stacks of an environment in memory and looks into them. */
export function platformInventory(environment: Environment): PlatformInventory {
  const stacks = buildPlatform(new App({ stackTraces: false }), environment);
  const secrets = stacks.find((stack) => stack instanceof SecretsStack);
  const fromStacks = stacks.flatMap((stack) =>
    stack.node
      .findAll()
      .filter((node) => node instanceof KubernetesAuthBackendRole)
      .map((role) => ({
        name: role.roleNameInput ?? "",
        accounts: pairs(role.boundServiceAccountNamespacesInput ?? [], role.boundServiceAccountNamesInput ?? []),
        audience: role.audienceInput ?? "",
        madeBy: stack.node.id,
      })),
  );
  const fromBootstrap = bootstrapConfig().roles.map(({ name, settings }) => {
    const role = JSON.parse(settings) as RoleSettings;
    const accounts = pairs(role.bound_service_account_namespaces, role.bound_service_account_names);
    return { name, accounts, audience: role.audience, madeBy: `job ${vaultAccess.bootstrapAccount}` };
  });
  return {
    secrets: secrets?.outputs.secrets.inventory ?? [],
    secretsStack: secrets?.node.id ?? "",
    roles: [...fromBootstrap, ...fromStacks].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function pairs(namespaces: readonly string[], names: readonly string[]) {
  return namespaces.flatMap((namespace) => names.map((name) => ({ namespace, name })));
}
