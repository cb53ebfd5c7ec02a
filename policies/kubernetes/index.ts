import type { Rule } from "../rule";
import { podSecurity } from "./k8s-01-pod-security";
import { boundedResources } from "./k8s-05-bounded-resources";
import { ownAccount } from "./k8s-06-own-account";
import { ownNamespace } from "./k8s-08-own-namespace";
import { noSinglePod } from "./k8s-09-no-single-pod";
import { namedKeysOnly } from "./k8s-10-named-keys-only";
import { defaultDeny } from "./net-05-default-deny";
import { dns } from "./net-06-dns";

/** Rules on namespaces, what runs in them and the traffic between them. */
export const kubernetesRules: readonly Rule[] = [
  podSecurity,
  boundedResources,
  ownAccount,
  ownNamespace,
  noSinglePod,
  namedKeysOnly,
  defaultDeny,
  dns,
];
