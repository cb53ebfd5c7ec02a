import { listOf } from "../blocks";
import { forEach, type Rule } from "../rule";
import { type NamespacePolicy, namespaces, policiesOf, selectsAll } from "./namespaces";

export const defaultDeny: Rule = {
  id: "NET-05",
  reason: "without a policy every pod may talk to every other one",
  remedy: "make the namespace by PlatformNamespace",
  check: forEach(namespaces, ({ namespace }, { environment }, all) => {
    const denying = policiesOf(all, environment.name, namespace).filter(deniesAll);
    return denying.length === 1 ? [] : [`has ${denying.length} policies that deny all traffic, and needs one`];
  }),
};

function deniesAll(policy: NamespacePolicy): boolean {
  const { policy_types: types, ingress, egress } = policy.spec;
  return (
    selectsAll(policy) && ["Ingress", "Egress"].every((type) => listOf(types).includes(type)) && !ingress && !egress
  );
}
