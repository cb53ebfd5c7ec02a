import { boundedResources } from "../../policies/kubernetes/k8s-05-bounded-resources";
import { ownAccount } from "../../policies/kubernetes/k8s-06-own-account";
import { noSinglePod } from "../../policies/kubernetes/k8s-09-no-single-pod";
import { namedKeysOnly } from "../../policies/kubernetes/k8s-10-named-keys-only";
import type { Block } from "../../stacks/stack-json";
import { cloud, delivery, describeRule, resource, stackOf } from "./hand-made";

const sized = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "64Mi" } };
const labels = { app: "one" };

/** A workload that keeps every rule, but for what is given. */
function workload({ kind = "Deployment", pod = {}, ...spec }: { kind?: string; pod?: Block } & Block = {}): object {
  const template = {
    metadata: { labels },
    spec: {
      serviceAccountName: "one",
      automountServiceAccountToken: false,
      topologySpreadConstraints: [{}],
      containers: [{ name: "one", resources: sized }],
      ...pod,
    },
  };
  return kind === "CronJob"
    ? { apiVersion: "batch/v1", kind, metadata: { name: "one" }, spec: { jobTemplate: { spec: { template } } } }
    : { apiVersion: "apps/v1", kind, metadata: { name: "one" }, spec: { replicas: 2, template, ...spec } };
}

const container = (resources: object) => ({ containers: [{ name: "one", resources }] });

const namespace = resource("kubernetes_namespace_v1", { metadata: { name: "lake" } });
const quota = (hard: object = { "requests.cpu": "1", "requests.memory": "1Gi", pods: "5" }) =>
  resource("kubernetes_resource_quota_v1", { metadata: { name: "quota", namespace: "lake" }, spec: { hard } });
const range = (limit: object = { type: "Container", default: { memory: "256Mi" } }) =>
  resource("kubernetes_limit_range_v1", { metadata: { name: "limits", namespace: "lake" }, spec: { limit: [limit] } });
const job = (asked: object) =>
  resource("kubernetes_cron_job_v1", {
    metadata: { namespace: "lake" },
    spec: {
      job_template: {
        spec: {
          template: {
            spec: {
              service_account_name: "one",
              automount_service_account_token: false,
              container: [{ name: "one", resources: sized }],
              init_container: [{ name: "before", resources: asked }],
            },
          },
        },
      },
    },
  });

describeRule(boundedResources, {
  violates: [
    ["a namespace without a quota", [namespace, range()], "has 0 quotas, and needs one"],
    [
      "a quota that leaves pods open",
      [namespace, quota({ "requests.cpu": "1" }), range()],
      "its quota leaves pods open",
    ],
    ["a namespace without a limit range", [namespace, quota()], "has no limit range for containers"],
    [
      "a limit range without memory",
      [namespace, quota(), range({ type: "Container", default: {} })],
      "its limit range gives containers the memory absent",
    ],
    [
      "a container that asks for no memory",
      delivery(workload({ pod: container({ ...sized, requests: { cpu: "1" } }) })),
      "container one requests no memory",
    ],
    [
      "a container that is not bounded",
      delivery(workload({ pod: container({ requests: sized.requests }) })),
      "container one has no limit of memory",
    ],
    ["an init container of Terraform's own job", job({ limits: sized.limits }), "container before requests no cpu"],
    [
      "a job of a release",
      delivery(workload({ kind: "CronJob", pod: container({}) })),
      "container one requests no cpu",
    ],
  ],
  complies: [
    ["a quota and a limit range", [namespace, quota(), range()]],
    ["containers that ask and are bounded", delivery(workload())],
    ["a job of Terraform's own", job(sized)],
  ],
  doesNotApply: [["what has no pods", resource("kubernetes_config_map_v1", {})]],
});

const binding = (subject: object) =>
  delivery({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "a" },
    subjects: [subject],
  });
const calling = delivery(workload({ pod: { automountServiceAccountToken: true } }));

describeRule(ownAccount, {
  violates: [
    [
      "an account that hands out its token",
      resource("kubernetes_service_account_v1", { metadata: { name: "a", namespace: "lake" } }),
      "automount of the token is absent",
    ],
    [
      "one of a release",
      delivery({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "a" },
        automountServiceAccountToken: true,
      }),
      "automount of the token is true",
    ],
    ["pods of no account", delivery(workload({ pod: { serviceAccountName: undefined } })), "its account is absent"],
    [
      "pods of the default account",
      delivery(workload({ pod: { serviceAccountName: "default" } })),
      'its account is "default"',
    ],
    [
      "pods that do not say",
      delivery(workload({ pod: { automountServiceAccountToken: undefined } })),
      "automount of the token is absent",
    ],
    ["a token without rights", calling, "gets a token, and no binding names the account one"],
    [
      "rights of an account elsewhere",
      [calling, binding({ kind: "ServiceAccount", name: "one", namespace: "elsewhere" })],
      "gets a token, and no binding names the account one",
    ],
  ],
  complies: [
    ["pods without a token", delivery(workload())],
    ["a token for who has rights", [calling, binding({ kind: "ServiceAccount", name: "one", namespace: "lake" })]],
  ],
  doesNotApply: [["what has neither account nor pods", resource("kubernetes_config_map_v1", {})]],
});

const prod = { ...cloud, tier: "prod" as const };
const inProd = (...objects: readonly object[]) =>
  stackOf({ resource: delivery(...objects).json.resource }, { environment: prod, layer: "services" });
const budget = (spec: object) => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "one" },
  spec: { selector: { matchLabels: labels }, ...spec },
});
const scaler = (minReplicas: number) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "one" },
  spec: { scaleTargetRef: { kind: "Deployment", name: "one" }, minReplicas },
});

describeRule(noSinglePod, {
  violates: [
    ["a single pod", inProd(workload({ replicas: 1 })), "has 1 pod"],
    ["several without a budget", inProd(workload()), "has no disruption budget"],
    [
      "a budget of other pods",
      inProd(workload(), budget({ maxUnavailable: 1, selector: { matchLabels: { app: "two" } } })),
      "has no disruption budget",
    ],
    [
      "pods that may share a node",
      inProd(workload({ pod: { topologySpreadConstraints: [] } }), budget({ maxUnavailable: 1 })),
      "its pods may all be on one node",
    ],
    ["a budget that lets none go", inProd(workload(), budget({ maxUnavailable: 0 })), "maxUnavailable is 0"],
    ["a budget that keeps all", inProd(workload(), budget({ minAvailable: 2 })), "minAvailable is 2 of 2"],
    ["a budget that says nothing", inProd(budget({})), "says neither how many must stay nor how many may go"],
    [
      "an autoscaler down to one",
      inProd(workload({ replicas: undefined }), scaler(1), budget({ maxUnavailable: 1 })),
      "has 1 pod",
    ],
  ],
  complies: [
    ["two pods of which one may go", inProd(workload(), budget({ maxUnavailable: 1 }))],
    ["three pods of which two stay", inProd(workload({ replicas: 3 }), budget({ minAvailable: 2 }))],
    ["an autoscaler from two on", inProd(workload({ replicas: undefined }), scaler(2), budget({ maxUnavailable: 1 }))],
  ],
  doesNotApply: [
    ["a laptop", delivery(workload({ replicas: 1 }))],
    ["a job", inProd(workload({ kind: "CronJob" }))],
  ],
});

const ignoring = (ignored: unknown) =>
  resource("kubernetes_namespace_v1", { metadata: { name: "lake" }, lifecycle: { ignore_changes: ignored } });

describeRule(namedKeysOnly, {
  violates: [
    ["all metadata", ignoring(["metadata"]), "ignores changes of metadata"],
    ["all labels", ignoring(["metadata[0].labels"]), "ignores changes of metadata[0].labels"],
    ["all annotations", ignoring(["metadata.0.annotations"]), "ignores changes of metadata.0.annotations"],
    ["everything", ignoring("all"), "ignores changes of all"],
  ],
  complies: [
    ["nothing", ignoring(undefined)],
    ["one label by name", ignoring(['metadata[0].labels["example.com/key"]'])],
  ],
  doesNotApply: [
    ["what is not of Kubernetes", resource("google_storage_bucket", { lifecycle: { ignore_changes: "all" } })],
  ],
});
