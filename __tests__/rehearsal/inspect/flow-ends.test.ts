import type { V1NetworkPolicy } from "@kubernetes/client-node";
import { compareFlowEnds, unknownNamespaces } from "../../../rehearsal/inspect/flow-ends";
import type { HelmRecord } from "../../../rehearsal/inspect/helm-records";
import type { PodTemplate } from "../../../rehearsal/inspect/pod-templates";

const labels = { "app.kubernetes.io/name": "trino", "app.kubernetes.io/component": "coordinator" };
const pods: readonly PodTemplate[] = [
  { namespace: "data", madeBy: "Deployment/trino-coordinator", labels, ports: ["8080"] },
  { namespace: "data", madeBy: "Deployment/nessie", labels: { "app.kubernetes.io/name": "nessie" }, ports: ["19120"] },
];

function policy(name: string, spec: Partial<V1NetworkPolicy["spec"]>): V1NetworkPolicy {
  return { metadata: { name, namespace: "data" }, spec: { podSelector: {}, ...spec } };
}

const peer = (app: string, namespace = "data") => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
  podSelector: { matchLabels: { "app.kubernetes.io/name": app } },
});
const nessie = { matchLabels: { "app.kubernetes.io/name": "nessie" } };
const compare = (...policies: V1NetworkPolicy[]) => compareFlowEnds(policies, pods, new Set(["stand-ins"]));

describe("the ends of network policies", () => {
  it("are in order when their labels and ports are those of the pods", () => {
    const found = compare(
      policy("in", { podSelector: nessie, ingress: [{ _from: [peer("trino")], ports: [{ port: 19120 }] }] }),
      policy("out", {
        podSelector: { matchLabels: labels },
        egress: [{ to: [peer("nessie")], ports: [{ port: "19120" }] }],
      }),
    );
    expect(found).toEqual({ checked: 4, skipped: 0, problems: [] });
  });

  it("are a problem when no pod has the labels", () => {
    const { problems } = compare(
      policy("in", { podSelector: nessie, ingress: [{ _from: [peer("flink")] }] }),
      policy("out", { podSelector: { matchLabels: { app: "nessie" } }, egress: [{ to: [peer("trino", "other")] }] }),
    );
    expect(problems).toEqual([
      "network policy data/in: no pod of data has the labels app.kubernetes.io/name=flink",
      "network policy data/out: no pod of data has the labels app=nessie",
      "network policy data/out: no pod of other has the labels app.kubernetes.io/name=trino",
    ]);
  });

  it("are a problem when no container has the port, on either side", () => {
    const { problems } = compare(
      policy("in", { podSelector: nessie, ingress: [{ ports: [{ port: 9083 }] }] }),
      policy("out", { egress: [{ to: [peer("nessie")], ports: [{ port: 8080 }] }] }),
    );
    expect(problems).toEqual([
      "network policy data/in: port 9083 is in no container of Deployment/nessie in data",
      "network policy data/out: port 8080 is in no container of Deployment/nessie in data",
    ]);
  });

  it("are counted only where a stand-in makes the pods, and not even that in a namespace of others", () => {
    const found = compare(policy("out", { egress: [{ to: [peer("x", "stand-ins"), peer("y", "kube-system")] }] }));
    expect(found).toEqual({ checked: 1, skipped: 1, problems: [] });
  });

  it("are compared there too when the pods are of the platform's own charts and jobs", () => {
    const own: PodTemplate = { namespace: "stand-ins", madeBy: "Job/own", labels: { app: "own" }, ports: ["80"] };
    const out = policy("out", {
      egress: [
        {
          to: [{ ...peer("x", "stand-ins"), podSelector: { matchLabels: { app: "own" } } }],
          ports: [{ port: 443 }],
        },
      ],
    });
    expect(compareFlowEnds([out], [...pods, own], new Set(["stand-ins"]))).toEqual({
      checked: 2,
      skipped: 0,
      problems: ["network policy data/out: port 443 is in no container of Job/own in stand-ins"],
    });
  });

  it("are none in a policy that denies all, and in ranges of addresses", () => {
    const found = compare(
      policy("default-deny", { policyTypes: ["Ingress", "Egress"] }),
      policy("out", { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 443 }] }] }),
    );
    expect(found).toEqual({ checked: 1, skipped: 0, problems: [] });
  });
});

describe("namespaces whose pods cannot be known", () => {
  const release = (namespace: string, standIn: boolean, chart = "chart"): HelmRecord => ({
    name: "release",
    namespace,
    info: { status: "deployed" },
    chart: {
      metadata: {
        name: chart,
        version: "1.0.0",
        annotations: standIn ? { "terralake.dev/stand-in": "true" } : null,
      },
    },
    manifest: "",
  });
  const jobs: V1NetworkPolicy = { metadata: { name: "out", namespace: "spark-jobs" } };

  it("are those of stand-ins, and those that only a chart elsewhere fills", () => {
    const unknown = unknownNamespaces([release("data", true), release("vault", false)], [policy("in", {}), jobs]);
    expect([...unknown].sort()).toEqual(["data", "spark-jobs"]);
  });

  it("are those too in which releases bring custom resources only", () => {
    const records = [release("data", true), release("spark-jobs", false, "custom-resources")];
    expect(unknownNamespaces(records, [jobs]).has("spark-jobs")).toBe(true);
  });

  it("are none where every chart is real", () => {
    expect(unknownNamespaces([release("data", false)], [policy("in", {}), jobs]).size).toBe(0);
  });
});
