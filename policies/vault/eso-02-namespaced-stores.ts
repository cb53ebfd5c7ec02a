import { listOf, objectOf } from "../blocks";
import { forEach, type Rule } from "../rule";
import { externalSecretsObjects } from "./eso-01-stable-version";

export const namespacedStores: Rule = {
  id: "ESO-02",
  reason: "a cluster store without conditions serves every namespace",
  remedy: "make a SecretStore in the namespace, or give the cluster store conditions",
  check: forEach(externalSecretsObjects, ({ kind, object }) =>
    /^Cluster/.test(kind) && listOf(objectOf(object.spec).conditions).length === 0
      ? [`is a ${kind} without conditions`]
      : [],
  ),
};
