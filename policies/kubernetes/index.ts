import type { Rule } from "../rule";
import { podSecurity } from "./k8s-01-pod-security";
import { ownNamespace } from "./k8s-08-own-namespace";
import { defaultDeny } from "./net-05-default-deny";
import { dns } from "./net-06-dns";

/** Rules on namespaces and the traffic between them. */
export const kubernetesRules: readonly Rule[] = [podSecurity, ownNamespace, defaultDeny, dns];
