import { podSecurity } from "../../policies/kubernetes/k8s-01-pod-security";
import { ownNamespace } from "../../policies/kubernetes/k8s-08-own-namespace";
import { defaultDeny } from "../../policies/kubernetes/net-05-default-deny";
import { dns } from "../../policies/kubernetes/net-06-dns";
import type { Block } from "../../stacks/stack-json";
import { delivery, describeRule, release, resource, stackOf } from "./hand-made";

const labels = Object.fromEntries(
  ["enforce", "audit", "warn"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, "restricted"],
    [`pod-security.kubernetes.io/${mode}-version`, "v1.32"],
  ]),
);
const namespace = (changed: Block = {}) =>
  resource("kubernetes_namespace_v1", { metadata: { name: "lake", labels: { ...labels, ...changed } } });

describeRule(podSecurity, {
  violates: [
    [
      "no labels",
      resource("kubernetes_namespace_v1", { metadata: { name: "lake" } }),
      "pod-security.kubernetes.io/enforce is absent",
    ],
    [
      "a lower level",
      namespace({ "pod-security.kubernetes.io/enforce": "privileged" }),
      'pod-security.kubernetes.io/enforce is "privileged"',
    ],
    [
      "a version that moves",
      namespace({ "pod-security.kubernetes.io/warn-version": "latest" }),
      'pod-security.kubernetes.io/warn-version is "latest"',
    ],
  ],
  complies: [["three levels with their version", namespace()]],
  doesNotApply: [["what is no namespace", resource("kubernetes_role_v1", {})]],
});

const account = (metadata: object) => resource("kubernetes_service_account_v1", { metadata });

describeRule(ownNamespace, {
  violates: [
    ["no namespace", account({ name: "a" }), "is in the namespace default"],
    ["the namespace default", account({ name: "a", namespace: "default" }), "is in the namespace default"],
    [
      "a namespace of nobody",
      [account({ name: "a", namespace: "elsewhere" }), namespace()],
      'namespace "elsewhere" is made by no stack of laptop',
    ],
    ["a namespace that Helm makes", [release({ create_namespace: true }), namespace()], "create_namespace is true"],
    [
      "a release that leaves it open",
      [release({ create_namespace: undefined }), namespace()],
      "create_namespace is absent",
    ],
    [
      "an object that a release delivers elsewhere",
      [delivery({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "elsewhere" } }), namespace()],
      'namespace "elsewhere" is made by no stack of laptop',
    ],
  ],
  complies: [
    ["a release in a namespace of the environment", [release(), namespace()]],
    [
      "an object that takes the namespace of its release",
      [delivery({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } }), namespace()],
    ],
  ],
  doesNotApply: [
    ["the namespace itself", namespace()],
    ["what has no namespace", resource("kubernetes_cluster_role_v1", { metadata: { name: "a" } })],
  ],
});

const policies = (...specs: readonly object[]) =>
  stackOf({
    resource: {
      kubernetes_namespace_v1: { Lake: { metadata: { name: "lake", labels } } },
      kubernetes_network_policy_v1: Object.fromEntries(
        specs.map((spec, index) => [`Policy${index}`, { metadata: { name: "p", namespace: "lake" }, spec }]),
      ),
    },
  });
const deny = { pod_selector: {}, policy_types: ["Ingress", "Egress"] };

describeRule(defaultDeny, {
  violates: [
    ["no policy", policies(), "has 0 policies that deny all traffic, and needs one"],
    [
      "a policy for some pods",
      policies({ ...deny, pod_selector: { match_labels: { app: "a" } } }),
      "has 0 policies that deny all traffic, and needs one",
    ],
    [
      "a policy for one direction",
      policies({ ...deny, policy_types: ["Ingress"] }),
      "has 0 policies that deny all traffic, and needs one",
    ],
    [
      "a policy that allows something",
      policies({ ...deny, ingress: [{}] }),
      "has 0 policies that deny all traffic, and needs one",
    ],
    ["two policies", policies(deny, deny), "has 2 policies that deny all traffic, and needs one"],
  ],
  complies: [["one policy that denies all", policies(deny)]],
  doesNotApply: [["what is no namespace", release()]],
});

const ports = ["UDP", "TCP"].map((protocol) => ({ protocol, port: "53" }));
const kubeDns = [{ pod_selector: { match_labels: { "k8s-app": "kube-dns" } } }];
const nodeCache = [{ ip_block: { cidr: "169.254.20.10/32" } }];
const egress = (...rules: readonly object[]) => policies({ pod_selector: {}, policy_types: ["Egress"], egress: rules });

describeRule(dns, {
  violates: [
    ["no policy", policies(deny), "no policy allows UDP 53 to the kube-dns"],
    ["the service alone", egress({ to: kubeDns, ports }), "no policy allows TCP 53 to the node cache"],
    [
      "one protocol",
      egress({ to: kubeDns, ports: [ports[0]] }, { to: nodeCache, ports }),
      "no policy allows TCP 53 to the kube-dns",
    ],
  ],
  complies: [["service and cache by both protocols", egress({ to: kubeDns, ports }, { to: nodeCache, ports })]],
  doesNotApply: [["what is no namespace", release()]],
});
