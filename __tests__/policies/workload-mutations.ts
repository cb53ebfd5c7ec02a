import { listOf, objectOf } from "../../policies/blocks";
import type { Copy, Mutation, Part } from "./copy";

const client = "helm_release.Services_Spark_Objects_Release";
const trino = "helm_release.Services_Trino_Objects_Release";

/** Changes the pods of the one Deployment that the release of Spark's client delivers. */
function pods(copy: Copy, stack: string, change: (pod: Part) => void): void {
  copy.values(stack, client, (values) => {
    const objects = copy.part(values, "objects");
    change(copy.part(objects["deployment-spark-iceberg-client"], "spec", "template", "spec"));
  });
}

/** Takes all that a resource waits for out of its sight. */
function alone(copy: Copy, stack: string, address: string): void {
  const block = copy.resource(stack, address);
  if (listOf(block.depends_on).length === 0) {
    throw new Error(`the mutation finds nothing that ${address} waits for`);
  }
  delete block.depends_on;
}

/** For the rules on pods, the order of releases and volumes. */
export const workloadMutations: readonly Mutation[] = [
  {
    rule: "K8S-05",
    what: "a namespace without a quota",
    apply: (copy) => {
      delete copy.json("gke-prod-base").resource?.kubernetes_resource_quota_v1?.VaultNamespace_Quota;
    },
  },
  {
    rule: "K8S-05",
    what: "a namespace without a limit range",
    apply: (copy) => {
      delete copy.json("kind-base").resource?.kubernetes_limit_range_v1?.VaultNamespace_Limits;
    },
  },
  {
    rule: "K8S-05",
    what: "a pod that asks for nothing",
    apply: (copy) =>
      pods(copy, "gke-prod-services", (pod) => {
        delete objectOf(listOf(pod.containers)[0]).resources;
      }),
  },
  {
    rule: "K8S-05",
    what: "a job of Terraform's own without bounds",
    apply: (copy) => {
      const { spec } = copy.resource("gke-dev-secrets", "kubernetes_cron_job_v1");
      const pod = copy.part(spec, "job_template", "spec", "template", "spec");
      delete objectOf(listOf(pod.container)[0]).resources;
    },
  },
  {
    rule: "K8S-06",
    what: "an account that hands out its token",
    apply: (copy) => {
      copy.resource("kind-secrets", "kubernetes_service_account_v1").automount_service_account_token = true;
    },
  },
  {
    rule: "K8S-06",
    what: "a pod with a token and no rights",
    apply: (copy) =>
      pods(copy, "kind-services", (pod) => {
        pod.automountServiceAccountToken = true;
      }),
  },
  {
    rule: "K8S-06",
    what: "a pod of the default account",
    apply: (copy) =>
      pods(copy, "gke-staging-services", (pod) => {
        delete pod.serviceAccountName;
      }),
  },
  {
    rule: "K8S-09",
    what: "a budget that keeps a node from being emptied",
    apply: (copy) =>
      copy.values("gke-prod-services", trino, (values) => {
        const budget = copy.part(values, "objects", "poddisruptionbudget-trino-worker", "spec");
        budget.maxUnavailable = 0;
      }),
  },
  {
    rule: "K8S-09",
    what: "a budget that says nothing",
    apply: (copy) =>
      copy.values("gke-staging-services", trino, (values) => {
        delete copy.part(values, "objects", "poddisruptionbudget-trino-worker", "spec").maxUnavailable;
      }),
  },
  {
    rule: "K8S-10",
    what: "a namespace whose labels anybody may change",
    apply: (copy) => {
      copy.resource("gke-prod-base", "kubernetes_namespace_v1").lifecycle = {
        ignore_changes: ["metadata[0].labels"],
      };
    },
  },
  {
    rule: "REL-04",
    what: "an operator that does not wait for its namespace",
    apply: (copy) => alone(copy, "gke-prod-base", "helm_release.CloudNativePg_Release"),
  },
  {
    rule: "REL-04",
    what: "an instance beside its operator",
    apply: (copy) => alone(copy, "kind-gitops", "helm_release.Flux_Instance"),
  },
  {
    rule: "REL-04",
    what: "custom resources whose operator is gone",
    apply: (copy) => {
      delete copy.json("gke-prod-base").resource?.helm_release?.CertManager_Release;
    },
  },
  {
    rule: "REL-08",
    what: "disks that go with their claims",
    apply: (copy) => {
      copy.resource("gke-prod-base", "kubernetes_storage_class_v1.Disks").reclaim_policy = "Delete";
    },
  },
  {
    rule: "REL-08",
    what: "Vault's volumes of the default class",
    apply: (copy) =>
      copy.values("gke-staging-vault", "helm_release.Vault_Server", (values) => {
        copy.part(values, "server", "dataStorage").storageClass = null;
      }),
  },
  {
    rule: "REL-08",
    what: "disks with a key of Google",
    apply: (copy) => {
      copy.resource("gke-staging-base", "kubernetes_storage_class_v1.Disks").parameters = { type: "pd-balanced" };
    },
  },
];
