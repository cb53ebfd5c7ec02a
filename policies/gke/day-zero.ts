/** What a cluster was made with and cannot change: attributes of the cluster, and ranges of its subnet. */
export interface Choices {
  readonly [attribute: string]: string | boolean;
}

/** What an environment chooses beyond what all of them have. */
interface Own {
  readonly name: string;
  readonly project: string;
  readonly region: string;
  readonly controlPlane: string;
  readonly nodes: string;
  readonly pods: string;
  readonly services: string;
}

function choices(own: Own): Choices {
  return {
    location: own.region,
    network: `projects/${own.project}/global/networks/${own.name}-network`,
    subnetwork: `projects/${own.project}/regions/${own.region}/subnetworks/${own.name}-nodes`,
    networking_mode: "VPC_NATIVE",
    datapath_provider: "ADVANCED_DATAPATH",
    "private_cluster_config.enable_private_nodes": true,
    "private_cluster_config.master_ipv4_cidr_block": own.controlPlane,
    "ip_allocation_policy.cluster_secondary_range_name": "pods",
    "ip_allocation_policy.services_secondary_range_name": "services",
    "ranges.nodes": own.nodes,
    "ranges.pods": own.pods,
    "ranges.services": own.services,
  };
}

/**
 * What each environment chose on the first day of its cluster (rule GKE-22). Written by hand, and changed only when a new
 * cluster is meant: nothing here comes from the environment files.
 */
export const dayZero: { readonly [environment: string]: Choices } = {
  "gke-dev": choices({
    name: "gke-dev",
    project: "example-dev-platform-dev",
    region: "europe-west1",
    controlPlane: "10.10.32.0/28",
    nodes: "10.10.0.0/20",
    pods: "10.11.0.0/16",
    services: "10.10.16.0/20",
  }),
  "gke-staging": choices({
    name: "gke-staging",
    project: "example-dev-platform-staging",
    region: "europe-west1",
    controlPlane: "10.20.32.0/28",
    nodes: "10.20.0.0/20",
    pods: "10.21.0.0/16",
    services: "10.20.16.0/20",
  }),
  "gke-prod": choices({
    name: "gke-prod",
    project: "example-dev-platform-prod",
    region: "europe-west1",
    controlPlane: "10.30.32.0/28",
    nodes: "10.30.0.0/20",
    pods: "10.31.0.0/16",
    services: "10.30.16.0/20",
  }),
};
