import { listOf, objectOf } from "../../policies/blocks";
import type { Mutation } from "./copy";

const network = "gke-prod-network";
const controlPlane = "google_compute_firewall.Network_Firewall_ControlPlane";

/** At least one for each rule on networks. */
export const networkMutations: readonly Mutation[] = [
  {
    rule: "NET-01",
    what: "subnetworks in every region",
    apply: (copy) => {
      copy.resource(network, "google_compute_network.Network").auto_create_subnetworks = true;
    },
  },
  {
    rule: "NET-01",
    what: "a range that the subnetwork does not have",
    apply: (copy) => {
      const policy = copy.part(copy.resource("gke-dev-cluster", "google_container_cluster").ip_allocation_policy);
      policy.cluster_secondary_range_name = "other";
    },
  },
  {
    rule: "NET-02",
    what: "a NAT without a log",
    apply: (copy) => {
      copy.resource("gke-dev-network", "google_compute_router_nat").log_config = { enable: false, filter: "ALL" };
    },
  },
  {
    rule: "NET-03",
    what: "a webhook that is not open",
    apply: (copy) => {
      const [allow] = listOf(copy.resource(network, controlPlane).allow);
      copy.part(allow).ports = ["8200"];
    },
  },
  {
    rule: "NET-03",
    what: "a port for an operator that is off",
    apply: (copy) => copy.replace(copy.resource(network, controlPlane), "allow", '"8200"', '"8200","8443"'),
  },
  {
    rule: "NET-03",
    what: "a flow that the firewall does not know",
    apply: (copy) =>
      copy.add("gke-prod-services", "kubernetes_network_policy_v1", {
        metadata: { name: "added", namespace: "trino" },
        spec: {
          ingress: [{ from: [{ ip_block: { cidr: "10.30.32.0/28" } }], ports: [{ port: "8765", protocol: "TCP" }] }],
        },
      }),
  },
  {
    rule: "NET-04",
    what: "a door for everybody",
    apply: (copy) => {
      copy.resource(network, controlPlane).source_ranges = ["0.0.0.0/0"];
    },
  },
  {
    rule: "NET-04",
    what: "a refusal that says nothing",
    apply: (copy) => {
      delete copy.resource(network, "google_compute_firewall.Network_Firewall_DenyIngress").log_config;
    },
  },
  {
    rule: "NET-04",
    what: "nodes that reach everything",
    apply: (copy) => {
      delete copy.json("gke-staging-network").resource?.google_compute_firewall?.Network_Firewall_DenyEgress;
    },
  },
  {
    rule: "NET-04",
    what: "private networks that are reached as if they were the internet",
    apply: (copy) => {
      copy.resource(network, "google_compute_firewall.Network_Firewall_DenyPrivate").priority = 4000;
    },
  },
  {
    rule: "NET-10",
    what: "APIs at the other range too",
    apply: (copy) => {
      const policy = copy.resource("gke-prod-vault", "kubernetes_network_policy_v1.Flows_VaultVaultToGoogleApisEgress");
      copy.replace(policy, "spec", "199.36.153.8/30", "199.36.153.4/30");
    },
  },
  {
    rule: "NET-10",
    what: "Flux in other private networks",
    apply: (copy) => {
      const policy = copy.resource(
        "gke-prod-gitops",
        "kubernetes_network_policy_v1.Flows_FluxSystemFluxToInternetEgress",
      );
      copy.replace(policy, "spec", '"10.0.0.0/8",', "");
    },
  },
  {
    rule: "NET-07",
    what: "a way for pods without an identity",
    apply: (copy) => {
      const policy = copy.resource(
        "gke-prod-vault",
        "kubernetes_network_policy_v1.Flows_VaultVaultToMetadataServerEgress",
      );
      copy.part(policy.metadata).namespace = "trino-of-nobody";
    },
  },
  {
    rule: "NET-07",
    what: "a way for every pod of a namespace",
    apply: (copy) => {
      const policy = copy.resource(
        "gke-dev-vault",
        "kubernetes_network_policy_v1.Flows_VaultVaultToMetadataServerEgress",
      );
      objectOf(policy.spec).pod_selector = {};
    },
  },
  {
    rule: "NET-09",
    what: "a network that nobody waits for",
    apply: (copy) => {
      delete copy.resource("gke-dev-network", "google_compute_network.Network").timeouts;
    },
  },
  {
    rule: "NET-09",
    what: "a load balancer beside the Gateway",
    apply: (copy) =>
      copy.values("gke-prod-services", "helm_release.Services_Trino_Release", (values) => {
        values.service = { type: "LoadBalancer" };
      }),
  },
];
