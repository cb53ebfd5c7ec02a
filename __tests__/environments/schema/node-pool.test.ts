import { capacity, defineEnvironment, type EnvironmentInput, type NodePool } from "../../../environments/schema";
import { closestMachineType, takesDisk } from "../../../environments/schema/machine-types";
import { nodesInUpgrade, podAddresses } from "../../../environments/schema/node-pool";
import { gke, gkeTarget } from "../../fixtures/environments/base";

const withPools = (pools: readonly object[], target: object = {}) =>
  defineEnvironment({ ...gke, target: { ...gkeTarget, ...target, nodePools: pools } } as EnvironmentInput);
const poolsOf = (pools: readonly object[], target?: object): readonly NodePool[] => {
  const { target: made } = withPools(pools, target);
  return made.kind === "gke" ? made.nodePools : [];
};
const main = { name: "main", machineType: "n2-standard-8", count: 2, maxCount: 4 };
const memory = { name: "memory", for: "memory", machineType: "n2-highmem-8", count: 1, maxCount: 2 };
const batch = { name: "batch", for: "batch", machineType: "n2-highmem-8", spot: true, count: 0, maxCount: 2 };

describe("a pool that says little", () => {
  test("is general, balanced, and upgraded by a second set of nodes that is watched in prod", () => {
    expect(poolsOf([main])[0]).toMatchObject({
      role: "general",
      limits: "zone",
      locationPolicy: "balanced",
      diskType: "pd-balanced",
      maxPodsPerNode: 110,
      upgrade: "blue-green",
      soakSeconds: 3600,
      imageStreaming: true,
      logging: "default",
    });
  });

  test("is upgraded one by one in dev, and of spot nodes everywhere", () => {
    expect(poolsOf([main], { tier: "dev" })[0]?.upgrade).toBe("surge");
    expect(poolsOf([main, batch])[1]).toMatchObject({ upgrade: "surge", locationPolicy: "any" });
  });

  test("has the disks that its machines take", () => {
    expect(poolsOf([{ ...main, machineType: "n4-standard-8" }])[0]?.diskType).toBe("hyperdisk-balanced");
    expect(takesDisk("n2-standard-8", "hyperdisk-balanced")).toBe(false);
    expect(takesDisk("c3-standard-8", "hyperdisk-balanced")).toBe(true);
    expect(takesDisk("c3-standard-8", "pd-ssd")).toBe(true);
  });
});

describe("a machine type that is misspelt", () => {
  test.each([
    ["e2-standart-4", "e2-standard-4"],
    ["n2-higmem-8", "n2-highmem-8"],
    ["e2-standard4", "e2-standard-4"],
    ["e22-standard-16", "e2-standard-16"],
  ])("%s is %s", (given, meant) => expect(closestMachineType(given)).toBe(meant));

  test.each([
    "c4-standard-8",
    "n1-standard-4",
    "t2d-standard-4",
    "m3-ultramem-32",
    "e2-medium",
    "e2-custom-4-8192",
    "c3-standard-8-lssd",
  ])("%s is none: Google has it", (given) => expect(closestMachineType(given)).toBeUndefined());
});

describe("volumes", () => {
  const volumesOf = (pools: readonly object[], target?: object) => {
    const { target: made } = withPools(pools, target);
    return made.kind === "gke" ? made.volumes : undefined;
  };

  test("are of the kind that general machines take", () => {
    expect(volumesOf([main])).toEqual({ type: "pd-balanced", regional: false });
    expect(volumesOf([{ ...main, machineType: "n4-standard-8" }])?.type).toBe("hyperdisk-balanced");
    expect(volumesOf([main], { volumes: { regional: true } })).toEqual({ type: "pd-balanced", regional: true });
  });

  test("have a class that every service is told", () => {
    const { storageClass, services } = withPools([main]);
    expect(storageClass).toBe("platform-disks");
    expect(services.postgres?.storageClass).toBe("platform-disks");
    expect(defineEnvironment({ ...gke, storageClass: "fast" } as EnvironmentInput).storageClass).toBe("fast");
  });
});

describe("nodes at most", () => {
  const pool = { name: "main", maxCount: 4, limits: "zone", upgrade: "blue-green" } as const;

  test("are twice as many while a second set is there, and one more where they go one by one", () => {
    expect(nodesInUpgrade(pool, 3)).toEqual({
      count: 24,
      sum: "main 4 x 3 zones, twice during upgrades = 24 nodes",
    });
    expect(nodesInUpgrade({ ...pool, upgrade: "surge" }, 3).count).toBe(13);
    expect(nodesInUpgrade({ ...pool, limits: "total" }, 3)).toEqual({
      count: 8,
      sum: "main 4, twice during upgrades = 8 nodes",
    });
  });

  // https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr
  test.each([
    [8, 16],
    [9, 32],
    [32, 64],
    [64, 128],
    [110, 256],
    [129, 512],
  ])("have, for %s pods, %s addresses each", (maxPodsPerNode, addresses) =>
    expect(podAddresses({ maxPodsPerNode })).toBe(addresses),
  );
});

describe("capacity", () => {
  test("is counted for each kind of pool", () => {
    const { pools, total, available } = capacity(withPools([main, memory, batch]));
    expect(pools.map(({ role }) => role)).toEqual(["general", "memory", "batch"]);
    for (const key of ["cpu", "memory", "pods"] as const) {
      expect(total[key]).toBe(pools.reduce((sum, pool) => sum + pool.total[key], 0));
      expect(available[key]).toBe(pools.reduce((sum, pool) => sum + pool.available[key], 0));
    }
  });

  test("moves what asks for a pool there, and nothing else", () => {
    const without = capacity(withPools([main]));
    const [general, special] = capacity(withPools([main, memory])).pools;
    const trino = without.requested.filter(({ component }) => component.startsWith("trino-"));
    const moved = trino.reduce((sum, { memory: bytes }) => sum + bytes, 0);
    expect(moved).toBeGreaterThan(0);
    expect(without.pools[0]?.total.memory).toBe((general?.total.memory ?? 0) + moved);
    // and what Kubernetes runs on each of six nodes
    expect(special?.total.memory).toBe(moved + 6 * 600 * 2 ** 20);
  });

  test("does not let general nodes stand in for a pool that is too small", () => {
    const environment = withPools([main, memory]);
    const { target } = environment;
    if (target.kind !== "gke") throw new Error("not on Google Cloud");
    const small = target.nodePools.map((pool) => (pool.role === "memory" ? { ...pool, maxCount: 0 } : pool));
    const found = capacity({ ...environment, target: { ...target, nodePools: small } });
    expect(found.fits).toBe(false);
    expect(found.pools.map(({ role, fits }) => [role, fits])).toEqual([
      ["general", true],
      ["memory", false],
    ]);
  });
});
