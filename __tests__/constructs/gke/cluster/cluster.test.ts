import { GkeCluster, type GkeClusterProps } from "../../../../constructs/gke/cluster/cluster";
import { NodeServiceAccount } from "../../../../constructs/gke/cluster/node-service-account";
import { all, type Block, emptyStack, only } from "../synthesized";

const addresses = {
  network: "projects/example-dev/global/networks/gke-dev-network",
  subnetwork: "projects/example-dev/regions/europe-west1/subnetworks/gke-dev-nodes",
  podsRangeName: "pods",
  servicesRangeName: "services",
  controlPlaneRange: "172.16.0.0/28",
  nodeTag: "gke-dev-node",
};
const pool = {
  name: "general",
  machineType: "e2-standard-4",
  count: 1,
  minCount: 1,
  maxCount: 3,
  diskSizeGib: 100,
  spot: false,
};

function cluster(props: Partial<GkeClusterProps> = {}, stack = emptyStack()) {
  const serviceAccount = new NodeServiceAccount(stack, "Nodes", { project: "example-dev", accountId: "gke-dev-nodes" });
  const made = new GkeCluster(stack, "Cluster", {
    project: "example-dev",
    region: "europe-west1",
    zones: ["europe-west1-b", "europe-west1-c"],
    name: "gke-dev",
    network: addresses,
    serviceAccount,
    ...props,
  });
  return { stack, made, block: () => only(stack, "google_container_cluster") };
}

/** Whether a cluster's API is reached by its DNS name alone. */
function reachedByNameAlone(block: Block): boolean {
  const endpoints = block.control_plane_endpoints_config as
    | { ip_endpoints_config?: { enabled?: boolean }; dns_endpoint_config?: { allow_external_traffic?: boolean } }
    | undefined;
  return (
    endpoints?.ip_endpoints_config?.enabled === false && endpoints.dns_endpoint_config?.allow_external_traffic === true
  );
}

describe("GkeCluster", () => {
  it("is regional, with nodes in each zone", () => {
    expect(cluster().block()).toMatchObject({
      location: "europe-west1",
      node_locations: ["europe-west1-b", "europe-west1-c"],
    });
  });

  it("has private nodes and a control plane in the stated range", () => {
    expect(cluster().block()).toMatchObject({
      private_cluster_config: { enable_private_nodes: true, master_ipv4_cidr_block: "172.16.0.0/28" },
    });
  });

  it("is reached by its DNS name alone", () => {
    const block = cluster().block();
    expect(reachedByNameAlone(block)).toBe(true);
    // The check itself must notice an address, also the one that is there when nothing is said.
    const named = { dns_endpoint_config: { allow_external_traffic: true } };
    expect(reachedByNameAlone({ ...block, control_plane_endpoints_config: named })).toBe(false);
    expect(reachedByNameAlone({ ...block, control_plane_endpoints_config: undefined })).toBe(false);
  });

  it("uses Dataplane V2 without the Calico add-on", () => {
    const block = cluster().block();
    expect(block.datapath_provider).toBe("ADVANCED_DATAPATH");
    expect(block).not.toHaveProperty("network_policy");
  });

  it("gives pods an identity by Workload Identity", () => {
    expect(cluster().block()).toMatchObject({ workload_identity_config: { workload_pool: "example-dev.svc.id.goog" } });
  });

  it("refuses bindings for everybody and credentials that never end", () => {
    expect(cluster().block()).toMatchObject({
      rbac_binding_config: {
        enable_insecure_binding_system_authenticated: false,
        enable_insecure_binding_system_unauthenticated: false,
      },
      master_auth: { client_certificate_config: { issue_client_certificate: false } },
      enable_legacy_abac: false,
      enable_kubernetes_alpha: false,
      service_external_ips_config: { enabled: false },
    });
  });

  it("protects nodes: shielded, no read-only kubelet port", () => {
    expect(cluster().block()).toMatchObject({
      enable_shielded_nodes: true,
      node_pool_defaults: { node_config_defaults: { insecure_kubelet_readonly_port_enabled: "FALSE" } },
    });
  });

  it("takes its version from a channel and upgrades in the window", () => {
    const block = cluster({ releaseChannel: "STABLE" }).block();
    expect(block).toMatchObject({
      release_channel: { channel: "STABLE" },
      maintenance_policy: { recurring_window: { recurrence: "FREQ=WEEKLY;BYDAY=SA,SU" } },
    });
    expect(block).not.toHaveProperty("min_master_version");
  });

  it("leaves Google 48 hours in 32 days for upgrades", () => {
    const { startTime, endTime } = cluster().made.maintenance;
    const hours = (Date.parse(endTime) - Date.parse(startTime)) / 3_600_000;
    // Any 32 days hold four Saturdays and four Sundays at least.
    expect(hours * 8).toBeGreaterThanOrEqual(48);
  });

  it("logs and measures the control plane", () => {
    expect(cluster().block()).toMatchObject({
      logging_config: { enable_components: expect.arrayContaining(["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"]) },
      monitoring_config: { enable_components: expect.arrayContaining(["SYSTEM_COMPONENTS", "APISERVER"]) },
      enable_intranode_visibility: true,
      security_posture_config: { mode: "BASIC" },
    });
  });

  it("keeps the DNS cache that network policies allow", () => {
    expect(cluster().block()).toMatchObject({ addons_config: { dns_cache_config: { enabled: true } } });
  });

  it("encrypts secrets with a key by name when one is given", () => {
    const etcdKey = "projects/p/locations/l/keyRings/r/cryptoKeys/etcd";
    expect(cluster({ etcdKey }).block()).toMatchObject({
      database_encryption: { state: "ENCRYPTED", key_name: etcdKey },
    });
    expect(cluster().block()).not.toHaveProperty("database_encryption");
  });

  it("admits images by policy and knows groups when asked to", () => {
    expect(
      cluster({ binaryAuthorization: true, securityGroup: "gke-security-groups@example.com" }).block(),
    ).toMatchObject({
      binary_authorization: { evaluation_mode: "PROJECT_SINGLETON_POLICY_ENFORCE" },
      authenticator_groups_config: { security_group: "gke-security-groups@example.com" },
    });
  });

  it("sends upgrade notices to a topic of its own when asked to", () => {
    const { stack, block } = cluster({ upgradeNotices: true, noticesKey: "key" });
    expect(only(stack, "google_pubsub_topic")).toMatchObject({ name: "gke-dev-upgrades", kms_key_name: "key" });
    expect(block()).toMatchObject({ notification_config: { pubsub: { enabled: true } } });
    expect(cluster().block()).not.toHaveProperty("notification_config");
  });

  it("has a private address for the networks that are named, beside its name", () => {
    const authorizedNetworks = [{ cidr: "10.200.0.0/24", name: "operators" }];
    expect(cluster({ authorizedNetworks }).block()).toMatchObject({
      private_cluster_config: { enable_private_nodes: true, enable_private_endpoint: true },
      control_plane_endpoints_config: {
        dns_endpoint_config: { allow_external_traffic: true },
        ip_endpoints_config: { enabled: true },
      },
      master_authorized_networks_config: {
        gcp_public_cidrs_access_enabled: false,
        cidr_blocks: [{ cidr_block: "10.200.0.0/24", display_name: "operators" }],
      },
    });
    expect(cluster({ authorizedNetworks, publicEndpoint: true }).block()).toMatchObject({
      private_cluster_config: { enable_private_endpoint: false },
    });
    expect(cluster().block()).not.toHaveProperty("master_authorized_networks_config");
  });

  it("adds pools as hardened as its own, up to a limit, when asked to", () => {
    const block = cluster({ autoProvisioning: { maxCpu: 64, maxMemoryGib: 256 }, diskKey: "disks" }).block();
    expect(block).toMatchObject({
      cluster_autoscaling: {
        enabled: true,
        resource_limits: [
          { resource_type: "cpu", maximum: 64 },
          { resource_type: "memory", maximum: 256 },
        ],
        auto_provisioning_defaults: {
          service_account: "gke-dev-nodes@example-dev.iam.gserviceaccount.com",
          boot_disk_kms_key: "disks",
          image_type: "COS_CONTAINERD",
          management: { auto_repair: true, auto_upgrade: true },
          shielded_instance_config: { enable_secure_boot: true, enable_integrity_monitoring: true },
        },
      },
      node_pool_auto_config: {
        network_tags: { tags: ["gke-dev-node"] },
        node_kubelet_config: { insecure_kubelet_readonly_port_enabled: "FALSE" },
      },
    });
    expect(cluster().block()).not.toHaveProperty("cluster_autoscaling");
    expect(cluster().block()).not.toHaveProperty("node_pool_auto_config");
  });

  it("is left alone in the times that are named", () => {
    const exclusions = [
      { name: "freeze", startTime: "2026-12-18T00:00:00Z", endTime: "2026-12-28T00:00:00Z", scope: "NO_UPGRADES" },
    ] as const;
    expect(cluster({ exclusions }).block()).toMatchObject({
      maintenance_policy: { maintenance_exclusion: [{ exclusion_name: "freeze" }] },
    });
  });

  it("runs the parts that it is asked for, and says so of those that are off", () => {
    expect(cluster().block()).toMatchObject({
      addons_config: { gke_backup_agent_config: { enabled: false }, gcs_fuse_csi_driver_config: { enabled: false } },
      gateway_api_config: { channel: "CHANNEL_STANDARD" },
      vertical_pod_autoscaling: { enabled: true },
      monitoring_config: { advanced_datapath_observability_config: { enable_metrics: true } },
    });
    expect(cluster({ backupAgent: true, bucketVolumes: true }).block()).toMatchObject({
      addons_config: { gke_backup_agent_config: { enabled: true }, gcs_fuse_csi_driver_config: { enabled: true } },
    });
    expect(cluster({ confidentialNodes: true }).block()).toMatchObject({ confidential_nodes: { enabled: true } });
  });

  it("removes the first pool and does not mourn it", () => {
    expect(cluster().block()).toMatchObject({
      remove_default_node_pool: true,
      initial_node_count: 1,
      node_config: { service_account: "gke-dev-nodes@example-dev.iam.gserviceaccount.com" },
      lifecycle: { ignore_changes: ["initial_node_count", "node_config"] },
    });
  });

  it.each([
    [true, false],
    [false, true],
  ])("with allowDestroy %s says deletion protection %s", (allowDestroy, protectedFrom) => {
    expect(cluster({ allowDestroy }).block()).toMatchObject({
      deletion_protection: protectedFrom,
      lifecycle: { prevent_destroy: protectedFrom },
    });
  });

  it("is protected when nobody says anything, and follows the environment", () => {
    expect(cluster().block().deletion_protection).toBe(true);
    expect(cluster({}, emptyStack({ allowDestroy: true })).block().deletion_protection).toBe(false);
  });

  it("refuses zones of another region, and none", () => {
    expect(() => cluster({ zones: ["europe-west4-a"] })).toThrow(
      'zone "europe-west4-a" is not in region "europe-west1": use zones such as europe-west1-b',
    );
    expect(() => cluster({ zones: [] })).toThrow("zones is empty");
  });
});

describe("GkeNodePool", () => {
  function withPool(shape = pool, props: Partial<GkeClusterProps> = {}) {
    const { stack, made } = cluster(props);
    made.addNodePool("General", shape);
    return { stack, made, block: () => only(stack, "google_container_node_pool") };
  }

  it("leaves its size to the autoscaler", () => {
    const block = withPool().block();
    expect(block).toMatchObject({
      initial_node_count: 1,
      autoscaling: { min_node_count: 1, max_node_count: 3 },
      lifecycle: { ignore_changes: ["initial_node_count"] },
    });
    expect(block).not.toHaveProperty("node_count");
  });

  it("repairs and upgrades itself", () => {
    expect(withPool().block()).toMatchObject({ management: { auto_repair: true, auto_upgrade: true } });
  });

  it("runs hardened nodes under an account of their own", () => {
    expect(withPool().block()).toMatchObject({
      node_config: {
        image_type: "COS_CONTAINERD",
        service_account: "gke-dev-nodes@example-dev.iam.gserviceaccount.com",
        workload_metadata_config: { mode: "GKE_METADATA" },
        shielded_instance_config: { enable_secure_boot: true, enable_integrity_monitoring: true },
        kubelet_config: { insecure_kubelet_readonly_port_enabled: "FALSE" },
        tags: ["gke-dev-node"],
      },
    });
  });

  it("waits for the role of its nodes", () => {
    const { stack, block } = withPool();
    expect(only(stack, "google_project_iam_member").role).toBe("roles/container.defaultNodeServiceAccount");
    expect(block().depends_on).toEqual([expect.stringMatching(/^google_project_iam_member\.Nodes_DefaultNode/)]);
  });

  it("encrypts disks with the cluster's key", () => {
    const diskKey = "projects/p/locations/l/keyRings/r/cryptoKeys/disks";
    expect(withPool(pool, { diskKey }).block()).toMatchObject({ node_config: { boot_disk_kms_key: diskKey } });
    expect(withPool().block().node_config).not.toHaveProperty("boot_disk_kms_key");
  });

  it("refuses counts out of order", () => {
    expect(() => withPool({ ...pool, count: 4 })).toThrow(
      "minCount is 1, count is 4 and maxCount is 3: use 0 <= minCount <= count <= maxCount",
    );
  });

  it("refuses two pools with one id", () => {
    const { stack, made } = withPool();
    expect(() => made.addNodePool("General", pool)).toThrow('two node pools have the id "General"');
    expect(all(stack, "google_container_node_pool")).toHaveLength(1);
  });
});
