import { type FlowEnd, PlatformNamespace } from "../../../constructs/kubernetes";
import { PlatformError } from "../../../constructs/terraform";
import { lake, rows, testFlows, testStack } from "../../support/test-stack";
import { all, type Block, only } from "../gke/synthesized";

const trino = { namespace: lake, name: "trino", podLabels: { app: "trino" } };
const nessie = { namespace: { name: "catalog" }, name: "nessie" };
const internet: FlowEnd = { name: "internet", cidrs: ["0.0.0.0/0"], except: ["10.0.0.0/8"] };
const api = { ports: [{ protocol: "TCP", port: "6443" }] };

function policies(...flows: readonly { from: FlowEnd; to: FlowEnd; ports: readonly number[] }[]) {
  const stack = testStack();
  const table = testFlows(stack);
  for (const flow of flows) {
    table.allow({ ...flow, reason: "test" });
  }
  return { stack, table, blocks: () => all(stack, "kubernetes_network_policy_v1") };
}

function named(blocks: readonly Block[]): readonly string[] {
  return blocks.map(({ metadata }) => {
    const { name, namespace } = metadata as { name: string; namespace: string };
    return `${namespace}/${name}`;
  });
}

describe("NetworkFlows", () => {
  it("opens both sides of a flow between pods, each with its reason", () => {
    const annotations = { "terralake.dev/reason": "test" };
    const { blocks } = policies({ from: trino, to: nessie, ports: [19120, 9000] });
    const ports = [
      { protocol: "TCP", port: "19120" },
      { protocol: "TCP", port: "9000" },
    ];
    expect(blocks().map(({ metadata, spec }) => ({ metadata, spec }))).toEqual([
      {
        metadata: { name: "trino-to-nessie-ingress", namespace: "catalog", annotations },
        spec: {
          pod_selector: {},
          policy_types: ["Ingress"],
          ingress: [
            {
              from: [
                {
                  namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "lake" } },
                  pod_selector: { match_labels: { app: "trino" } },
                },
              ],
              ports,
            },
          ],
        },
      },
      {
        metadata: { name: "trino-to-nessie-egress", namespace: "lake", annotations },
        spec: {
          pod_selector: { match_labels: { app: "trino" } },
          policy_types: ["Egress"],
          egress: [
            {
              to: [
                {
                  namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "catalog" } },
                  pod_selector: {},
                },
              ],
              ports,
            },
          ],
        },
      },
    ]);
  });

  it("opens the side of the pods alone where the other end is outside", () => {
    const { blocks } = policies(
      { from: trino, to: internet, ports: [443] },
      { from: internet, to: nessie, ports: [80] },
    );
    expect(named(blocks())).toEqual(["catalog/internet-to-nessie-ingress", "lake/trino-to-internet-egress"]);
    expect(blocks()[1]).toMatchObject({
      spec: { egress: [{ to: [{ ip_block: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }] },
    });
  });

  it("knows the API server as an end, at its own port when it is called and at theirs when it calls", () => {
    const { stack, table } = policies();
    table.allowApiServer(trino);
    table.allowFromApiServer(nessie, [9443]);
    expect(rows(table)).toEqual(["trino -> api-server 6443", "api-server -> nessie 9443"]);
    expect(table.flows.map(({ reason }) => reason)).toEqual(["calls the Kubernetes API", "admission webhook"]);
    expect(all(stack, "kubernetes_network_policy_v1")).toMatchObject([
      { spec: { ingress: [{ from: [{ ip_block: { cidr: "10.0.0.1/32" } }] }] } },
      { spec: { egress: [{ to: [{ ip_block: { cidr: "10.0.0.1/32" } }], ...api }] } },
    ]);
  });

  it("refuses a pair of ends that is there twice", () => {
    const flow = { from: trino, to: nessie, ports: [1] };
    expect(() => policies(flow, { ...flow, ports: [2] })).toThrow(PlatformError);
    expect(() => policies(flow, { ...flow, ports: [2] })).toThrow(
      "test/Flows: the flow lake/trino-to-nessie/catalog is there twice: put all its ports into one row",
    );
  });

  it("refuses two ends of the same name whose policies would meet in one namespace", () => {
    const elsewhere = { ...trino, namespace: { name: "other" } };
    expect(() =>
      policies({ from: trino, to: nessie, ports: [1] }, { from: elsewhere, to: nessie, ports: [1] }),
    ).toThrow(
      'test/Flows: the namespace catalog has two policies "trino-to-nessie-ingress": give one of the ends another name',
    );
  });

  it("takes two ends of the same name whose policies do not meet", () => {
    const elsewhere = { ...trino, namespace: { name: "other" } };
    const { blocks } = policies(
      { from: trino, to: internet, ports: [1] },
      { from: elsewhere, to: internet, ports: [1] },
    );
    expect(named(blocks())).toEqual(["lake/trino-to-internet-egress", "other/trino-to-internet-egress"]);
  });

  it("hands out a copy of its table", () => {
    const { table } = policies({ from: trino, to: nessie, ports: [1] });
    (table.flows as unknown[]).pop();
    expect(table.flows).toHaveLength(1);
  });

  it("waits for a namespace of its own stack", () => {
    const stack = testStack();
    const namespace = new PlatformNamespace(stack, "Lake", {
      name: "lake",
      quota: { cpu: "1", memory: "1Gi", pods: 1 },
    });
    testFlows(stack).allowApiServer({ ...trino, namespace });
    const policy = all(stack, "kubernetes_network_policy_v1").find(
      ({ metadata }) => (metadata as { name: string }).name === "trino-to-api-server-egress",
    );
    expect(policy?.depends_on).toEqual([`kubernetes_namespace_v1.${namespace.resource.friendlyUniqueId}`]);
  });
});

describe("the API server's policies", () => {
  it("carry the port as Kubernetes wants it, as a string", () => {
    const { stack, table } = policies();
    table.allowApiServer(trino);
    expect(only(stack, "kubernetes_network_policy_v1")).toMatchObject({ spec: { egress: [api] } });
  });
});
