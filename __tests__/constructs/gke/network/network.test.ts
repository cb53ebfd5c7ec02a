import { GkeNetwork, type GkeNetworkProps } from "../../../../constructs/gke/network/network";
import { all, emptyStack, only, ranges, where } from "../synthesized";

function network(props: Partial<GkeNetworkProps> = {}) {
  const stack = emptyStack();
  const made = new GkeNetwork(stack, "Network", {
    project: "example-dev",
    region: "europe-west1",
    prefix: "gke-dev",
    ranges,
    ...props,
  });
  return { stack, made };
}

describe("GkeNetwork", () => {
  it("has no subnetworks but its own", () => {
    const { stack } = network();
    expect(only(stack, "google_compute_network")).toMatchObject({
      name: "gke-dev-network",
      auto_create_subnetworks: false,
    });
  });

  it("gives pods and services ranges of their own", () => {
    const { stack } = network();
    expect(where(stack, "google_compute_subnetwork", "name", "gke-dev-nodes")).toMatchObject({
      ip_cidr_range: "10.10.0.0/20",
      secondary_ip_range: [
        { range_name: "pods", ip_cidr_range: "10.16.0.0/14" },
        { range_name: "services", ip_cidr_range: "10.20.0.0/20" },
      ],
    });
  });

  it("reaches Google's APIs privately and logs flows", () => {
    const { stack } = network({ flowLogSampling: 1 });
    expect(only(stack, "google_compute_subnetwork")).toMatchObject({
      private_ip_google_access: true,
      log_config: { flow_sampling: 1, metadata: "INCLUDE_ALL_METADATA" },
    });
  });

  it("lets nodes and pods out by a NAT that logs", () => {
    const { stack } = network();
    expect(only(stack, "google_compute_router_nat")).toMatchObject({
      log_config: { enable: true, filter: "ALL" },
      source_subnetwork_ip_ranges_to_nat: "LIST_OF_SUBNETWORKS",
      subnetwork: [{ source_ip_ranges_to_nat: ["ALL_IP_RANGES"] }],
    });
  });

  it("gives each node few ports to begin with and more while it needs them", () => {
    const { stack } = network({ natPortsPerNode: 256 });
    expect(only(stack, "google_compute_router_nat")).toMatchObject({
      enable_dynamic_port_allocation: true,
      enable_endpoint_independent_mapping: false,
      min_ports_per_vm: 256,
      nat_ip_allocate_option: "AUTO_ONLY",
    });
  });

  it("goes out by addresses that stay where others admit callers by address", () => {
    const { stack } = network({ natAddresses: 2 });
    expect(all(stack, "google_compute_address").map(({ name, lifecycle }) => [name, lifecycle])).toEqual([
      ["gke-dev-nat-1", { prevent_destroy: true }],
      ["gke-dev-nat-2", { prevent_destroy: true }],
    ]);
    expect(only(stack, "google_compute_router_nat")).toMatchObject({
      nat_ip_allocate_option: "MANUAL_ONLY",
      nat_ips: [1, 2].map((index) => expect.stringContaining(`google_compute_address.Network_Nat_Address${index}`)),
    });
  });

  it("has a range for the region's proxies only where one is given", () => {
    expect(all(network().stack, "google_compute_subnetwork")).toHaveLength(1);
    const { stack } = network({ ranges: { ...ranges, proxies: "10.50.0.0/23" } });
    expect(where(stack, "google_compute_subnetwork", "name", "gke-dev-proxies")).toMatchObject({
      ip_cidr_range: "10.50.0.0/23",
      purpose: "REGIONAL_MANAGED_PROXY",
      role: "ACTIVE",
      timeouts: { delete: "30m" },
    });
  });

  it("lets managed services resolve the domains that are named, after the peering", () => {
    expect(all(network().stack, "google_service_networking_peered_dns_domain")).toEqual([]);
    const { stack } = network({ peeredDomains: ["corp.example.com."] });
    expect(only(stack, "google_service_networking_peered_dns_domain")).toMatchObject({
      name: "corp-example-com",
      dns_suffix: "corp.example.com.",
      depends_on: [expect.stringMatching(/^google_service_networking_connection\.Network_PrivateServices/)],
    });
  });

  it("reserves the range of managed services", () => {
    const { stack } = network();
    expect(only(stack, "google_compute_global_address")).toMatchObject({
      purpose: "VPC_PEERING",
      address: "10.40.0.0",
      prefix_length: 20,
    });
    expect(only(stack, "google_service_networking_connection")).toMatchObject({ update_on_creation_fail: true });
  });

  it("refuses a range too small for managed services", () => {
    expect(() => network({ ranges: { ...ranges, privateServices: "10.40.0.0/28" } })).toThrow(
      'the range is "10.40.0.0/28": use an IPv4 range between /8 and /24',
    );
  });

  it("has a connector in its own range", () => {
    expect(only(network().stack, "google_vpc_access_connector")).toMatchObject({ ip_cidr_range: "10.30.0.0/28" });
  });

  it("can be destroyed only where that is allowed, and waits for leftovers then", () => {
    for (const type of ["google_compute_network", "google_compute_subnetwork"]) {
      expect(only(network().stack, type)).toMatchObject({ lifecycle: { prevent_destroy: true } });
      expect(only(network({ allowDestroy: true }).stack, type)).toMatchObject({
        lifecycle: { prevent_destroy: false },
        timeouts: { delete: "30m" },
      });
    }
  });

  it("computes its addresses, so that a cluster can be planned without it", () => {
    expect(network().made.addresses).toEqual({
      network: "projects/example-dev/global/networks/gke-dev-network",
      subnetwork: "projects/example-dev/regions/europe-west1/subnetworks/gke-dev-nodes",
      podsRangeName: "pods",
      servicesRangeName: "services",
      controlPlaneRange: "172.16.0.0/28",
      nodeTag: "gke-dev-node",
    });
  });
});
