import { stringify } from "yaml";
import { type HelmRecord, isStandIn } from "../../../rehearsal/inspect/helm-records";
import { podTemplates } from "../../../rehearsal/inspect/pod-templates";

const template = (name: string, port: number) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name, ports: [{ containerPort: port }] }] },
});

function record(objects: readonly object[], extra: Partial<HelmRecord> = {}): HelmRecord {
  return {
    name: "release",
    namespace: "data",
    info: { status: "deployed" },
    chart: { metadata: { name: "chart", version: "1.0.0" } },
    manifest: objects.map((object) => `---\n# Source: a template\n${stringify(object)}`).join(""),
    ...extra,
  };
}

it("finds the pods of workloads, in the release's namespace where they name none", () => {
  const deployment = { kind: "Deployment", metadata: { name: "a" }, spec: { template: template("a", 80) } };
  const job = { spec: { template: template("b", 81) } };
  const cronJob = { kind: "CronJob", metadata: { name: "b", namespace: "jobs" }, spec: { jobTemplate: job } };
  expect(podTemplates([record([deployment, { kind: "Service", metadata: { name: "c" } }, cronJob])])).toEqual([
    { namespace: "data", madeBy: "Deployment/a", labels: { app: "a" }, ports: ["80"] },
    { namespace: "jobs", madeBy: "CronJob/b", labels: { app: "b" }, ports: ["81"] },
  ]);
});

it("counts the pods of install hooks, and not those of helm test", () => {
  const hook = (name: string, event: string) => ({
    events: [event],
    manifest: stringify({ kind: "Job", metadata: { name }, spec: { template: template(name, 80) } }),
  });
  const found = podTemplates([record([], { hooks: [hook("buckets", "post-install"), hook("probe", "test")] })]);
  expect(found.map(({ madeBy }) => madeBy)).toEqual(["Job/buckets"]);
});

it("knows a port that a chart's program opens without declaring it", () => {
  const deployment = { kind: "Deployment", metadata: { name: "a" }, spec: { template: template("a", 8333) } };
  const chart = { metadata: { name: "seaweedfs", version: "1.0.0" } };
  expect(podTemplates([record([deployment], { chart })]).map(({ ports }) => ports)).toEqual([["8333", "18333"]]);
});

it("knows the pods that operators make of custom resources", () => {
  const found = podTemplates([
    record([
      { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", metadata: { name: "postgres" } },
      { apiVersion: "other/v1", kind: "Cluster", metadata: { name: "other" } },
      { apiVersion: "k8s.mariadb.com/v1alpha1", kind: "MariaDB", metadata: { name: "mariadb" } },
    ]),
  ]);
  expect(found.map(({ labels }) => labels)).toEqual([
    { "cnpg.io/cluster": "postgres", "cnpg.io/podRole": "instance" },
    { "app.kubernetes.io/name": "mariadb", "app.kubernetes.io/instance": "mariadb" },
  ]);
});

it("expects Spark jobs where the Spark operator makes an account for them, and nowhere else", () => {
  const account = { kind: "ServiceAccount", metadata: { name: "spark-operator-spark", namespace: "jobs" } };
  const chart = { metadata: { name: "spark-operator", version: "1.0.0" } };
  expect(podTemplates([record([account])])).toEqual([]);
  const found = podTemplates([record([account], { chart })]);
  expect(found.map(({ namespace, labels }) => [namespace, labels["spark-role"]])).toEqual([
    ["jobs", "driver"],
    ["jobs", "executor"],
  ]);
});

it("tells a stand-in by the mark in its Chart.yaml", () => {
  const chart = (annotations: HelmRecord["chart"]["metadata"]["annotations"]) =>
    record([], { chart: { metadata: { name: "chart", version: "1.0.0", annotations } } });
  expect(isStandIn(chart({ "terralake.dev/stand-in": "true" }))).toBe(true);
  expect([chart(null), chart(undefined), chart({ category: "database" })].some(isStandIn)).toBe(false);
});
