import { listOf, objectOf } from "../../policies/blocks";
import { type Block, resourcesOf, type StackJson } from "../../stacks/stack-json";
import type { VerifiedStack } from "../subject";
import { type KubeObject, kubeObject } from "./kube-object";

/** Kinds of the Kubernetes provider's resources, with their API version. */
const kinds: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  kubernetes_config_map: ["v1", "ConfigMap"],
  kubernetes_secret: ["v1", "Secret"],
  kubernetes_service: ["v1", "Service"],
  kubernetes_service_account: ["v1", "ServiceAccount"],
  kubernetes_persistent_volume_claim: ["v1", "PersistentVolumeClaim"],
  kubernetes_storage_class: ["storage.k8s.io/v1", "StorageClass"],
  kubernetes_namespace: ["v1", "Namespace"],
  kubernetes_job: ["batch/v1", "Job"],
  kubernetes_cron_job: ["batch/v1", "CronJob"],
  kubernetes_deployment: ["apps/v1", "Deployment"],
  kubernetes_stateful_set: ["apps/v1", "StatefulSet"],
  kubernetes_daemonset: ["apps/v1", "DaemonSet"],
  kubernetes_role: ["rbac.authorization.k8s.io/v1", "Role"],
  kubernetes_role_binding: ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  kubernetes_cluster_role: ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  kubernetes_cluster_role_binding: ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  kubernetes_network_policy: ["networking.k8s.io/v1", "NetworkPolicy"],
  kubernetes_ingress: ["networking.k8s.io/v1", "Ingress"],
};

/** Blocks that Terraform names in the singular and Kubernetes in the plural. */
const plurals: Readonly<Record<string, string>> = {
  container: "containers",
  init_container: "initContainers",
  volume: "volumes",
  volume_mount: "volumeMounts",
  image_pull_secrets: "imagePullSecrets",
  subject: "subjects",
  rule: "rules",
  toleration: "tolerations",
  volume_claim_template: "volumeClaimTemplates",
};

/** Maps whose keys are the user's. */
const verbatim = new Set(["match_labels", "labels", "annotations", "data", "binary_data", "string_data", "selector"]);

/** Blocks that are single in Kubernetes, which Terraform's JSON may have as a list of one. */
const single = new Set([
  ...["metadata", "spec", "template", "security_context", "pod_selector", "namespace_selector", "value_from"],
  ...[
    "secret_key_ref",
    "config_map_key_ref",
    "config_map",
    "secret",
    "projected",
    "empty_dir",
    "role_ref",
    "job_template",
  ],
  ...["persistent_volume_claim", "resources", "capabilities", "seccomp_profile", "ip_block", "host_path"],
]);

/** Kubernetes objects that a stack makes without Helm. */
export function terraformObjects(stack: VerifiedStack): readonly KubeObject[] {
  return resourcesOf(stack.json).flatMap(({ type, name, block }) => {
    const known = kinds[type.replace(/_v\d+$/, "")];
    if (!known) {
      return [];
    }
    const [apiVersion, kind] = known;
    const { metadata, ...rest } = objectOf(asKubernetes(withReferences(block, stack.json)));
    const whole: Block = { apiVersion, kind, metadata, ...rest };
    return kubeObject(whole, "", { stack: stack.name, release: `${type}.${name}` }) ?? [];
  });
}

/** Follows references to another resource's metadata in the same stack, as `${kubernetes_role_v1.x.metadata[0].name}`. */
function withReferences(value: unknown, json: StackJson): unknown {
  if (typeof value === "string") {
    return value.replace(
      /\$\{(\w+)\.([\w-]+)\.metadata\[0\]\.(\w+)\}/g,
      (all, type: string, name: string, field: string) =>
        String(objectOf(objectOf(json.resource?.[type]?.[name]).metadata)[field] ?? all),
    );
  }
  if (Array.isArray(value)) {
    return value.map((member) => withReferences(member, json));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withReferences(member, json)]))
    : value;
}

/** Terraform's names and blocks as the API has them. */
function asKubernetes(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(asKubernetes);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "//")
      .map(([key, member]) => {
        const name = plurals[key] ?? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
        if (verbatim.has(key) && !Array.isArray(member)) {
          return [name, member];
        }
        const [only] = single.has(key) ? listOf(member) : [];
        // A port of a container is a list in Terraform under the singular name.
        const plural = key === "port" && Array.isArray(member) ? "ports" : name;
        return [plural, asKubernetes(only ?? member)];
      }),
  );
}
