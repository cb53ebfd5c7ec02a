import { listOf, objectOf, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { vaultRoles } from "./access";
import { externalSecretsObjects } from "./eso-01-stable-version";

export const ownAccount: Rule = {
  id: "ESO-05",
  reason: "a store logs in as one account with a token for one audience, or Vault refuses it",
  remedy: "make the store by SecretStore and let it ask VaultSecrets for its role",
  check: forEach(
    (stack) => externalSecretsObjects(stack).filter(({ kind }) => kind.endsWith("SecretStore")),
    ({ namespace, object }, { environment }, all) => {
      const provider = objectOf(objectOf(objectOf(object.spec).provider).vault);
      const login = objectOf(objectOf(provider.auth).kubernetes);
      const account = objectOf(login.serviceAccountRef);
      const audiences = listOf(account.audiences);
      const role = all
        .filter((stack) => stack.environment.name === environment.name)
        .flatMap(vaultRoles)
        .find(({ name }) => name === login.role);
      if (!role) {
        return [`logs in with the role ${shown(login.role)}, which no stack of ${environment.name} makes`];
      }
      const bound = role.serviceAccounts.includes(String(account.name)) && role.namespaces.includes(namespace);
      return [
        ...(bound ? [] : [`role ${role.name} is not for the account ${shown(account.name)} of ${namespace}`]),
        ...(audiences.length === 1 && audiences[0] === role.audience
          ? []
          : [`audiences are ${shown(account.audiences)}, and role ${role.name} asks for ${shown(role.audience)}`]),
      ];
    },
  ),
};
