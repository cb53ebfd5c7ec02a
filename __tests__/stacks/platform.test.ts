import { NetworkFlows } from "../../constructs/kubernetes";
import { environments } from "../../environments";
import { inClusterLayers, type Layer, layers, stackName } from "../../stacks/layers";
import { resourcesOf } from "../../stacks/stack-json";
import { synthesizedPlatform } from "../support/synthesized-platform";

const stacks = synthesizedPlatform();
const dependencies = new Map(stacks.map((stack) => [stack.name, stack.dependencies]));

/** Layers that follow one another beside what is in the cluster. */
const beside: readonly Layer[] = ["analytics", "observability"];
/** Layers that people apply by themselves: an edge would keep the others from being applied without them. */
const alone: readonly Layer[] = ["bootstrap", "perimeter"];

describe("the order of stacks", () => {
  it.each(environments.map((environment) => [environment.name, environment.target.kind] as const))(
    "%s applies each layer after the one before",
    (name, kind) => {
      const chain = kind === "gke" ? layers.filter((layer) => ![...beside, ...alone].includes(layer)) : inClusterLayers;
      expect(chain.map((layer) => dependencies.get(stackName(name, layer)))).toEqual(
        chain.map((_, index) => chain.slice(Math.max(index - 1, 0), index).map((layer) => stackName(name, layer))),
      );
    },
  );

  it("lets analytics and what watches it follow the data, beside what is in the cluster", () => {
    const cloud = environments.filter(({ target }) => target.kind === "gke");
    expect(cloud).toHaveLength(3);
    for (const { name } of cloud) {
      expect(beside.map((layer) => dependencies.get(stackName(name, layer)))).toEqual([
        [`${name}-data`],
        [`${name}-analytics`],
      ]);
      expect(alone.map((layer) => dependencies.get(stackName(name, layer)))).toEqual([[], []]);
    }
  });

  it("never leads from one environment to another", () => {
    const edges = stacks.flatMap((stack) => stack.dependencies.map((before) => [stack, before] as const));
    expect(edges.length).toBeGreaterThan(20);
    for (const [stack, before] of edges) {
      expect(stacks.find(({ name }) => name === before)?.environment.name).toBe(stack.environment.name);
    }
  });
});

// NET-08: each flow is one row of a table, and policies are made of it and of nothing else.
describe("the table of flows", () => {
  const tables = stacks.map((stack) => ({
    stack,
    flows: stack.constructs.node
      .findAll()
      .filter((construct) => construct instanceof NetworkFlows)
      .flatMap((table) => table.flows),
  }));

  /** Policies that a stack must have: each end that is pods, in its direction. */
  function expected(flows: (typeof tables)[number]["flows"]): readonly string[] {
    return flows.flatMap(({ from, to, ports, udpPorts = [] }) =>
      [
        { end: from, direction: "egress" },
        { end: to, direction: "ingress" },
      ].flatMap(({ end, direction }) =>
        "namespace" in end
          ? [`${end.namespace.name}/${from.name}-to-${to.name}-${direction} ${[...ports, ...udpPorts].join(",")}`]
          : [],
      ),
    );
  }

  /** Policies that a stack has, but for those of its namespaces. */
  function found(stack: (typeof stacks)[number]): readonly string[] {
    return resourcesOf(stack.json)
      .filter(({ type }) => type === "kubernetes_network_policy_v1")
      .flatMap(({ block }) => {
        const { name, namespace } = block.metadata as { name: string; namespace: string };
        const { ingress = [], egress = [] } = block.spec as Record<
          "ingress" | "egress",
          { ports: { port: string }[] }[]
        >;
        const ports = [...ingress, ...egress].flatMap((rule) => rule.ports.map(({ port }) => port));
        return ["default-deny", "allow-dns"].includes(name) ? [] : [`${namespace}/${name} ${ports.join(",")}`];
      });
  }

  it("has every policy as one row, and every row as its policies", () => {
    const rows = tables.flatMap(({ flows }) => flows);
    expect(rows.length).toBeGreaterThan(100);
    for (const { stack, flows } of tables) {
      expect([...found(stack)].sort()).toEqual([...expected(flows)].sort());
    }
  });

  it("says why each flow is there, and opens a port", () => {
    for (const { reason, ports, udpPorts = [] } of tables.flatMap(({ flows }) => flows)) {
      expect(reason).toMatch(/\w{3}/);
      expect(ports.length + udpPorts.length).toBeGreaterThan(0);
    }
  });

  it("has the API server in a row for every controller that calls it", () => {
    for (const { name } of environments) {
      const base = tables.find(({ stack }) => stack.name === `${name}-base`);
      const callers = base?.flows.filter(({ to }) => to.name === "api-server").map(({ from }) => from.name);
      expect(callers).toEqual(expect.arrayContaining(["cert-manager", "external-secrets", "reloader"]));
    }
  });
});
