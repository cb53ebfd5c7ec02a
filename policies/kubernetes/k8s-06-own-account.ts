import { listOf, objectOf, resources, shown } from "../blocks";
import { deliveredObjects } from "../releases";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { podTemplates } from "./pod-templates";

interface Account extends Item {
  /** Whether pods get a token of it unless they say otherwise; absent is yes. */
  readonly token: unknown;
  /** Whether it stands for pods, whose account is named beside. */
  readonly pods?: { readonly account: unknown; readonly namespace: string };
}

export const ownAccount: Rule = {
  id: "K8S-06",
  reason: "the token of a pod that calls no API is worth something only to who breaks into it",
  remedy: "make an account by tokenlessAccount; a pod that calls the API says so, and a binding names its account",
  check: forEach(accounts, ({ token, pods }, { environment }, all) => {
    if (!pods) {
      return token === false ? [] : [`automount of the token is ${shown(token)}`];
    }
    const { account, namespace } = pods;
    if (account === undefined || account === "default") {
      return [`its account is ${shown(account)}`];
    }
    if (token === false) {
      return [];
    }
    if (token !== true) {
      return [`automount of the token is ${shown(token)}`];
    }
    const own = all.filter((stack) => stack.environment.name === environment.name);
    return own.some((stack) => bound(stack, namespace, String(account)))
      ? []
      : [`gets a token, and no binding names the account ${String(account)}`];
  }),
};

function accounts(stack: CheckedStack): readonly Account[] {
  return [
    ...resources(stack, /^kubernetes_service_account(_v1)?$/).map(({ address, block }) => ({
      address,
      token: block.automount_service_account_token,
    })),
    ...deliveredObjects(stack)
      .filter(({ kind, apiVersion }) => kind === "ServiceAccount" && apiVersion === "v1")
      .map(({ address, object }) => ({ address, token: object.automountServiceAccountToken })),
    ...podTemplates(stack).map(({ address, token, account, namespace }) => ({
      address,
      token,
      pods: { account, namespace },
    })),
  ];
}

/** Whether a binding of a stack gives an account some right. */
function bound(stack: CheckedStack, namespace: string, account: string): boolean {
  const ofTerraform = resources(stack, /^kubernetes_(cluster_)?role_binding(_v1)?$/).flatMap(({ block }) =>
    listOf(block.subject).map((subject) => ({ own: objectOf(block.metadata).namespace, subject: objectOf(subject) })),
  );
  const delivered = deliveredObjects(stack)
    .filter(({ kind }) => /^(Cluster)?RoleBinding$/.test(kind))
    .flatMap(({ namespace: own, object }) =>
      listOf(object.subjects).map((subject) => ({ own, subject: objectOf(subject) })),
    );
  return [...ofTerraform, ...delivered].some(
    ({ own, subject }) =>
      subject.kind === "ServiceAccount" && subject.name === account && (subject.namespace ?? own) === namespace,
  );
}
