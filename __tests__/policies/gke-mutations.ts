import { listOf, objectOf } from "../../policies/blocks";
import type { Block } from "../../stacks/stack-json";
import type { Copy, Mutation } from "./copy";

const clusterOf = (copy: Copy, environment = "gke-prod") =>
  copy.resource(`${environment}-cluster`, "google_container_cluster.Cluster");
const poolOf = (copy: Copy, environment = "gke-prod") =>
  copy.resource(`${environment}-cluster`, "google_container_node_pool");

/** Sets an attribute of a cluster; every one of them is there, so a mutation cannot miss. */
function cluster(
  rule: string,
  what: string,
  path: readonly string[],
  value: unknown,
  environment = "gke-prod",
): Mutation {
  return {
    rule,
    what,
    apply: (copy) => {
      const parent = copy.part(clusterOf(copy, environment), ...path.slice(0, -1));
      set(parent, path.at(-1) ?? "", value);
    },
  };
}

/** Sets an attribute of a pool. */
function pool(rule: string, what: string, path: readonly string[], value: unknown, environment = "gke-prod"): Mutation {
  return {
    rule,
    what,
    apply: (copy) => {
      const parent = copy.part(poolOf(copy, environment), ...path.slice(0, -1));
      set(parent, path.at(-1) ?? "", value);
    },
  };
}

function set(parent: Block, key: string, value: unknown): void {
  if (JSON.stringify(parent[key]) === JSON.stringify(value)) {
    throw new Error(`the mutation changes nothing: ${key}`);
  }
  if (value === undefined) {
    delete parent[key];
  } else {
    parent[key] = value;
  }
}

/** At least one for each rule on the cluster. */
export const gkeMutations: readonly Mutation[] = [
  cluster("GKE-01", "public nodes", ["private_cluster_config", "enable_private_nodes"], false, "gke-dev"),
  cluster(
    "GKE-02",
    "an API server with an address",
    ["control_plane_endpoints_config", "ip_endpoints_config", "enabled"],
    true,
    "gke-dev",
  ),
  {
    rule: "GKE-03",
    what: "an API server for everybody",
    apply: (copy) => {
      const block = clusterOf(copy);
      copy.part(block, "control_plane_endpoints_config", "ip_endpoints_config").enabled = true;
      block.master_authorized_networks_config = {
        gcp_public_cidrs_access_enabled: false,
        cidr_blocks: [{ cidr_block: "0.0.0.0/0" }],
      };
      copy.part(block, "private_cluster_config").enable_private_endpoint = true;
    },
  },
  cluster(
    "GKE-04",
    "rights for every account of Google",
    ["rbac_binding_config", "enable_insecure_binding_system_authenticated"],
    true,
  ),
  cluster(
    "GKE-05",
    "the identities of another project",
    ["workload_identity_config", "workload_pool"],
    "other.svc.id.goog",
  ),
  pool("GKE-05", "pods that act as their node", ["node_config", "workload_metadata_config", "mode"], "GCE_METADATA"),
  pool("GKE-06", "nodes under the default account", ["node_config", "service_account"], undefined, "gke-dev"),
  {
    rule: "GKE-06",
    what: "an editor of the project",
    apply: (copy) =>
      copy.add("gke-dev-cluster", "google_project_iam_member", { role: "roles/editor", member: "user:a@example.com" }),
  },
  cluster("GKE-07", "the old data path", ["datapath_provider"], "LEGACY_DATAPATH"),
  cluster("GKE-08", "nodes that prove nothing", ["enable_shielded_nodes"], false),
  pool(
    "GKE-08",
    "changed boot code",
    ["node_config", "shielded_instance_config", "enable_secure_boot"],
    false,
    "gke-dev",
  ),
  pool("GKE-09", "nodes with Ubuntu", ["node_config", "image_type"], "UBUNTU_CONTAINERD"),
  cluster("GKE-10", "the quick channel in prod", ["release_channel", "channel"], "RAPID"),
  pool("GKE-10", "nodes that stay old", ["management", "auto_upgrade"], false),
  cluster("GKE-11", "secrets with a key of Google", ["database_encryption"], undefined, "gke-staging"),
  pool("GKE-12", "disks with a key of Google", ["node_config", "boot_disk_kms_key"], undefined, "gke-staging"),
  cluster("GKE-13", "rights outside RBAC", ["enable_legacy_abac"], true, "gke-dev"),
  cluster("GKE-14", "rights by person", ["authenticator_groups_config"], undefined),
  cluster(
    "GKE-15",
    "the kubelet's port by default",
    ["node_pool_defaults", "node_config_defaults", "insecure_kubelet_readonly_port_enabled"],
    "TRUE",
  ),
  pool(
    "GKE-15",
    "the kubelet's port on a pool",
    ["node_config", "kubelet_config", "insecure_kubelet_readonly_port_enabled"],
    "TRUE",
    "gke-dev",
  ),
  cluster("GKE-16", "a cluster that runs any image", ["binary_authorization", "evaluation_mode"], "DISABLED"),
  {
    rule: "GKE-16",
    what: "a policy that lets all in",
    apply: (copy) => {
      const policy = copy.resource("gke-staging-cluster", "google_binary_authorization_policy");
      copy.part(policy, "default_admission_rule").evaluation_mode = "ALWAYS_ALLOW";
    },
  },
  {
    rule: "GKE-16",
    what: "an attestor that nobody makes",
    apply: (copy) => {
      delete copy.json("gke-prod-bootstrap").resource?.google_binary_authorization_attestor;
    },
  },
  {
    rule: "GKE-16",
    what: "own images without an attestation",
    apply: (copy) => {
      const policy = copy.resource("gke-prod-cluster", "google_binary_authorization_policy");
      policy.admission_whitelist_patterns = [
        ...listOf(policy.admission_whitelist_patterns),
        { name_pattern: "europe-west1-docker.pkg.dev/example-dev-platform-prod/platform/terralake/**" },
      ];
    },
  },
  {
    rule: "GKE-17",
    what: "an API server that is not logged",
    apply: (copy) => copy.replace(clusterOf(copy, "gke-dev"), "logging_config", '"APISERVER"', '"CONTROLLER_MANAGER"'),
  },
  {
    rule: "GKE-17",
    what: "a subnet without flow logs",
    apply: (copy) => {
      const subnets = Object.values(copy.json("gke-prod-network").resource?.google_compute_subnetwork ?? {});
      const logged = subnets.find((subnet) => subnet.log_config !== undefined);
      delete objectOf(logged).log_config;
    },
  },
  cluster("GKE-18", "upgrades that nobody hears of", ["notification_config"], undefined),
  cluster("GKE-19", "a control plane in one zone", ["location"], "europe-west1-b"),
  pool("GKE-19", "nodes in one zone", ["node_locations"], ["europe-west1-b"]),
  pool("GKE-20", "a fixed number of nodes", ["node_count"], 3, "gke-dev"),
  cluster("GKE-20", "a first pool that stays", ["remove_default_node_pool"], false),
  cluster("GKE-21", "a protection left to the default", ["deletion_protection"], undefined, "gke-dev"),
  cluster(
    "GKE-22",
    "another range of the control plane",
    ["private_cluster_config", "master_ipv4_cidr_block"],
    "10.9.0.0/28",
  ),
  cluster("GKE-23", "services with addresses of their choice", ["service_external_ips_config", "enabled"], true),
];
