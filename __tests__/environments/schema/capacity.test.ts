import { capacity, defineEnvironment, type EnvironmentInput } from "../../../environments/schema";
import { gkeAllocatable, machineShape } from "../../../environments/schema/machine-types";
import { gke, kind } from "../../fixtures/environments/base";

const GIB = 2 ** 30;
const onKind = (change: object = {}) => capacity(defineEnvironment({ ...kind, ...change } as EnvironmentInput));

describe("capacity", () => {
  test("sums up its components", () => {
    const { requested, total } = onKind();
    expect(requested.length).toBeGreaterThan(10);
    for (const key of ["cpu", "memory", "storage", "pods"] as const) {
      expect(total[key]).toBe(requested.reduce((sum, component) => sum + component[key], 0));
    }
  });

  test("counts Kubernetes, the platform, Vault and each service that is on, once", () => {
    const names = onKind().requested.map(({ component }) => component);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        "kubernetes",
        "cert-manager",
        "external-secrets",
        "reloader",
        "flux",
        "flux-operator",
        "cloudnative-pg",
        "vault",
        "postgres",
        "object-store",
        "nessie",
        "trino-coordinator",
        "trino-worker",
        "spark-operator",
      ]),
    );
    expect(names).not.toContain("mariadb-operator");
  });

  test("leaves out the operator of a database that is off", () => {
    const names = onKind({ services: { mariadb: {} } }).requested.map(({ component }) => component);
    expect(names).toContain("mariadb-operator");
    expect(names).not.toContain("cloudnative-pg");
  });

  test("grows by exactly what one more worker asks for", () => {
    const roomy = { target: { ...kind.target, nodes: [{ count: 2, cpu: "4", memory: "8Gi" }] } };
    const one = onKind({ ...roomy, services: { ...kind.services, trino: { workers: 1 } } });
    const two = onKind({ ...roomy, services: { ...kind.services, trino: { workers: 2 } } });
    expect([
      two.total.cpu - one.total.cpu,
      two.total.memory - one.total.memory,
      two.total.pods - one.total.pods,
    ]).toEqual([400, 1.5 * GIB, 1]);
  });

  test("multiplies volumes by pods", () => {
    const { requested } = capacity(defineEnvironment(gke as EnvironmentInput));
    const storage = (name: string) => requested.find(({ component }) => component === name)?.storage;
    expect([storage("postgres"), storage("vault"), storage("trino-worker")]).toEqual([150 * GIB, 50 * GIB, 0]);
  });

  test("counts the nodes of every zone, up to the autoscaler's limit", () => {
    expect(capacity(defineEnvironment(gke as EnvironmentInput)).available.pods).toBe(12 * 110);
  });

  test("says when the nodes are too small", () => {
    const environment = defineEnvironment(kind as EnvironmentInput);
    const nodes = [{ count: 1, cpu: "2", memory: "4Gi" }] as const;
    expect(capacity(environment).fits).toBe(true);
    expect(
      capacity({ ...environment, target: { ...environment.target, nodes } as typeof environment.target }).fits,
    ).toBe(false);
  });
});

describe("a GKE node", () => {
  test.each([
    ["e2-standard-4", "4", "16Gi"],
    ["n2-highmem-8", "8", "64Gi"],
    ["n4-highcpu-16", "16", "32Gi"],
  ])("%s has %s CPUs and %s", (type, cpu, memory) => expect(machineShape(type)).toEqual({ cpu, memory }));

  test.each(["e2-medium", "m3-ultramem-32", "e2-standard-0", "e2-standard"])("%s is of unknown size", (type) => {
    expect(machineShape(type)).toBeUndefined();
  });

  test("keeps back what GKE's page on node sizes says", () => {
    // 6% + 1% + 2 x 0.5% of a core; 25% of 4Gi + 20% of 4Gi + 10% of 8Gi, and 100Mi to evict at
    expect(gkeAllocatable({ cpu: "4", memory: "16Gi" })).toEqual({
      cpu: 3920,
      memory: Math.floor((16 - 2.6) * 1024) * 2 ** 20 - 100 * 2 ** 20,
    });
  });
});
