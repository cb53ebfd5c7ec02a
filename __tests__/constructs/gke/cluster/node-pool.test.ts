import { GkeNodePool, type GkeNodePoolProps } from "../../../../constructs/gke/cluster/node-pool";
import { NodeServiceAccount } from "../../../../constructs/gke/cluster/node-service-account";
import { type Block, emptyStack, only } from "../synthesized";

const key = (name: string) => `projects/p/locations/l/keyRings/r/cryptoKeys/${name}`;

function poolOf(props: Partial<GkeNodePoolProps> = {}, accountId = "gke-dev-nodes"): Block {
  const stack = emptyStack();
  new GkeNodePool(stack, "Pool", {
    name: "main",
    machineType: "n2-standard-8",
    count: 1,
    minCount: 1,
    maxCount: 3,
    diskSizeGib: 100,
    spot: false,
    project: "example-dev",
    region: "europe-west1",
    zones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
    cluster: "gke-dev",
    nodeTag: "gke-dev-node",
    serviceAccount: new NodeServiceAccount(stack, "Nodes", { project: "example-dev", accountId }),
    ...props,
  });
  return only(stack, "google_container_node_pool");
}

describe("the name of a pool", () => {
  const plain = poolOf().name;

  it("is its own name and a hash", () => expect(plain).toMatch(/^main-[0-9a-f]{6}$/));

  it.each<[string, Partial<GkeNodePoolProps>]>([
    ["spot nodes", { spot: true }],
    ["fewer pods on a node", { maxPodsPerNode: 32 }],
    ["local SSDs", { localSsds: 1 }],
    ["another key of its disks", { diskKey: key("disks") }],
  ])("is another one for %s, which need other nodes", (_, change) => expect(poolOf(change).name).not.toBe(plain));

  it("is another one for another account", () => expect(poolOf({}, "gke-dev-other").name).not.toBe(plain));

  it.each<[string, Partial<GkeNodePoolProps>]>([
    ["another machine type", { machineType: "n2-standard-16" }],
    ["a larger disk", { diskSizeGib: 200, diskType: "pd-ssd" }],
    ["other counts", { count: 2, minCount: 0, maxCount: 9, limits: "total" }],
    ["another way to upgrade", { upgrade: "blue-green", soakSeconds: 60 }],
    ["another use", { role: "memory" }],
    ["other logs and images", { logging: "max-throughput", imageStreaming: false }],
  ])("stays for %s, which is an upgrade in place", (_, change) => expect(poolOf(change).name).toBe(plain));

  it("has room for 33 characters, of 40 that the API allows", () => {
    expect(String(poolOf({ name: "a".repeat(33) }).name)).toHaveLength(40);
    expect(() => poolOf({ name: "a".repeat(34) })).toThrow(/has 41 characters, 1 to 40 are allowed/);
  });

  it("lets a new pool be there before the old one goes", () => {
    expect(poolOf()).toMatchObject({ lifecycle: { create_before_destroy: true } });
  });
});

describe("what a pool is for", () => {
  it("keeps other pods away from all but general nodes", () => {
    expect(poolOf({ role: "memory" })).toMatchObject({
      node_config: {
        labels: { "terralake.dev/pool": "memory" },
        taint: [{ key: "terralake.dev/pool", value: "memory", effect: "NO_SCHEDULE" }],
      },
    });
    expect(poolOf()).toMatchObject({ node_config: { labels: { "terralake.dev/pool": "general" } } });
    expect(poolOf().node_config).not.toHaveProperty("taint");
  });
});

describe("the size of a pool", () => {
  it("is per zone", () => {
    expect(poolOf()).toMatchObject({
      initial_node_count: 1,
      autoscaling: { min_node_count: 1, max_node_count: 3, location_policy: "BALANCED" },
    });
    expect(poolOf().autoscaling).not.toHaveProperty("total_max_node_count");
  });

  it("is of all zones together where that is asked for, and begins in each of them", () => {
    const block = poolOf({ limits: "total", count: 4, maxCount: 6 });
    expect(block).toMatchObject({
      initial_node_count: 2,
      autoscaling: { total_min_node_count: 1, total_max_node_count: 6 },
    });
    expect(block.autoscaling).not.toHaveProperty("max_node_count");
  });

  it("comes from any zone for spot nodes", () => {
    expect(poolOf({ spot: true })).toMatchObject({ autoscaling: { location_policy: "ANY" } });
    expect(poolOf({ spot: true, locationPolicy: "balanced" })).toMatchObject({
      autoscaling: { location_policy: "BALANCED" },
    });
  });
});

describe("the nodes of a pool", () => {
  it("are upgraded one by one", () => {
    expect(poolOf().upgrade_settings).toEqual({ strategy: "SURGE", max_surge: 1, max_unavailable: 0 });
  });

  it("are upgraded by a second set that can be left again", () => {
    expect(poolOf({ upgrade: "blue-green", soakSeconds: 600 }).upgrade_settings).toEqual({
      strategy: "BLUE_GREEN",
      blue_green_settings: {
        node_pool_soak_duration: "600s",
        standard_rollout_policy: { batch_percentage: 0.34, batch_soak_duration: "300s" },
      },
    });
  });

  it("read images while pods start, and logs as fast as asked", () => {
    expect(poolOf()).toMatchObject({ node_config: { gcfs_config: { enabled: true }, logging_variant: "DEFAULT" } });
    expect(poolOf({ imageStreaming: false, logging: "max-throughput" })).toMatchObject({
      node_config: { gcfs_config: { enabled: false }, logging_variant: "MAX_THROUGHPUT" },
    });
  });

  it("have the disks that were asked for", () => {
    expect(poolOf({ diskType: "hyperdisk-balanced", diskSizeGib: 50, localSsds: 2 })).toMatchObject({
      max_pods_per_node: 110,
      node_config: {
        disk_type: "hyperdisk-balanced",
        disk_size_gb: 50,
        ephemeral_storage_local_ssd_config: { local_ssd_count: 2 },
      },
    });
  });
});
