import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { vaultRoles } from "./access";
import { externalSecretsObjects } from "./eso-01-stable-version";

export const ownAccount: Rule = {
  id: "ESO-05",
  reason: "a store logs in as one account, with a token for one audience, that may read what its namespace asks for",
  remedy: "make the store by SecretStore and let it ask its source for the login",
  check: forEach(
    (stack) => externalSecretsObjects(stack).filter(({ kind }) => kind.endsWith("SecretStore")),
    ({ namespace, object }, { environment }, all) => {
      const stacks = all.filter((stack) => stack.environment.name === environment.name);
      const provider = objectOf(objectOf(object.spec).provider);
      if (provider.kubernetes !== undefined) {
        return clusterProblems(objectOf(provider.kubernetes));
      }
      if (environment.secretSource === "google-secret-manager") {
        return googleProblems(objectOf(provider.gcpsm), namespace, stacks);
      }
      if (environment.secretSource === "onepassword") {
        return connectProblems(objectOf(provider.onepassword));
      }
      return vaultProblems(objectOf(provider.vault), namespace, environment.name, stacks);
    },
  ),
};

function vaultProblems(
  provider: Block,
  namespace: string,
  environment: string,
  stacks: readonly CheckedStack[],
): readonly string[] {
  const login = objectOf(objectOf(provider.auth).kubernetes);
  const account = objectOf(login.serviceAccountRef);
  const audiences = listOf(account.audiences);
  const role = stacks.flatMap(vaultRoles).find(({ name }) => name === login.role);
  if (!role) {
    return [`logs in with the role ${shown(login.role)}, which no stack of ${environment} makes`];
  }
  const bound = role.serviceAccounts.includes(String(account.name)) && role.namespaces.includes(namespace);
  return [
    ...(bound ? [] : [`role ${role.name} is not for the account ${shown(account.name)} of ${namespace}`]),
    ...(audiences.length === 1 && audiences[0] === role.audience
      ? []
      : [`audiences are ${shown(account.audiences)}, and role ${role.name} asks for ${shown(role.audience)}`]),
  ];
}

/** A store that reads Secrets of this cluster: as an account of its namespace, from one other namespace. */
function clusterProblems(provider: Block): readonly string[] {
  const { serviceAccount, ...others } = objectOf(provider.auth);
  const { name, namespace } = objectOf(serviceAccount);
  return [
    ...(typeof name === "string" && namespace === undefined && Object.keys(others).length === 0
      ? []
      : [`logs in as ${shown(provider.auth)}, and not as an account of its namespace`]),
    ...(typeof provider.remoteNamespace === "string" ? [] : ["names no namespace that it reads from"]),
  ];
}

/** Without an account, External Secrets reads with the rights of its own pod, for every namespace. */
function googleProblems(provider: Block, namespace: string, stacks: readonly CheckedStack[]): readonly string[] {
  const { clusterProjectID, serviceAccountRef } = objectOf(objectOf(provider.auth).workloadIdentity);
  const account = objectOf(serviceAccountRef).name;
  if (typeof account !== "string") {
    return ["logs in without a service account of its namespace"];
  }
  const member = `serviceAccount:${clusterProjectID}.svc.id.goog[${namespace}/${account}]`;
  const grants = stacks.flatMap((stack) => resources(stack, ["google_secret_manager_secret_iam_member"]));
  return grants.some(({ block }) => block.member === member) ? [] : [`logs in as ${member}, which may read no secret`];
}

function connectProblems(provider: Block): readonly string[] {
  const { connectTokenSecretRef } = objectOf(objectOf(provider.auth).secretRef);
  const { name, namespace } = objectOf(connectTokenSecretRef);
  // A store without the namespace would take the token from whoever reads.
  return typeof name === "string" && namespace === "external-secrets"
    ? []
    : [`takes its token from ${shown(connectTokenSecretRef)}, and not from a Secret beside External Secrets`];
}
