import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { bootstrapDocuments } from "./access";

interface KubernetesAuth extends Item {
  readonly config: { readonly [key: string]: unknown };
}

export const ownReviewer: Rule = {
  id: "VCF-05",
  reason: "a token that reviews tokens and lies in Vault's configuration never ends",
  remedy: "let the servers' own account review tokens: kubernetes_host alone",
  check: forEach(kubernetesAuth, ({ config }) => [
    ...(config.kubernetes_host === "https://kubernetes.default.svc"
      ? []
      : [`kubernetes_host is ${shown(config.kubernetes_host)}`]),
    ...(config.token_reviewer_jwt === undefined ? [] : ["token_reviewer_jwt is set"]),
    ...(config.disable_local_ca_jwt === true ? ["disable_local_ca_jwt is true"] : []),
  ]),
};

function kubernetesAuth(stack: CheckedStack): readonly KubernetesAuth[] {
  const bootstrap = bootstrapDocuments(stack).flatMap(({ address, document }) =>
    listOf(document.auth)
      .map(objectOf)
      .filter(({ type }) => type === "kubernetes")
      .map(({ path, config }) => ({ address: `${address} auth ${path}`, config: objectOf(config) })),
  );
  const managed = resources(stack, ["vault_kubernetes_auth_backend_config"]).map(({ address, block }) => ({
    address,
    config: block,
  }));
  return [...bootstrap, ...managed];
}
