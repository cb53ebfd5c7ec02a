import { GkeNetwork, type GkeNetworkProps } from "../../../constructs/gke/network";
import { all, type Block, emptyStack, only, where } from "./synthesized";

const ranges = {
  nodes: "10.10.0.0/20",
  pods: "10.16.0.0/14",
  services: "10.20.0.0/20",
  controlPlane: "172.16.0.0/28",
  connector: "10.30.0.0/28",
  privateServices: "10.40.0.0/20",
};

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

/** Rules that let traffic in from everywhere. */
function openRules(rules: readonly Block[]): readonly Block[] {
  return rules.filter(
    ({ direction, source_ranges: sources, allow }) =>
      direction === "INGRESS" && Array.isArray(sources) && sources.includes("0.0.0.0/0") && allow !== undefined,
  );
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
    expect(only(stack, "google_compute_subnetwork")).toMatchObject({
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

  it("opens the named ports to the control plane alone, each once, without those of GKE", () => {
    const { stack, made } = network({ controlPlanePorts: [9443, 443, 8200, 9443, 10250] });
    expect(made.firewall.controlPlanePorts).toEqual([8200, 9443]);
    expect(where(stack, "google_compute_firewall", "name", "gke-dev-control-plane")).toMatchObject({
      direction: "INGRESS",
      source_ranges: ["172.16.0.0/28"],
      target_tags: [made.addresses.nodeTag],
      allow: [{ protocol: "tcp", ports: ["8200", "9443"] }],
    });
  });

  it("has no rule for the control plane when GKE opens all that is called", () => {
    const { stack } = network({ controlPlanePorts: [443, 10250] });
    expect(only(stack, "google_compute_firewall").name).toBe("gke-dev-deny-ingress");
  });

  it("refuses what is no port", () => {
    expect(() => network({ controlPlanePorts: [0] })).toThrow(
      "controlPlanePorts has 0: use port numbers from 1 to 65535",
    );
  });

  it("refuses all other traffic and logs it, after the rules that GKE makes", () => {
    const { stack } = network();
    const rule = where(stack, "google_compute_firewall", "name", "gke-dev-deny-ingress");
    expect(rule).toMatchObject({ deny: [{ protocol: "all" }], log_config: { metadata: "INCLUDE_ALL_METADATA" } });
    expect(rule.priority).toBeGreaterThan(1000);
  });

  it("lets nobody in from everywhere", () => {
    const rules = all(network({ controlPlanePorts: [9443] }).stack, "google_compute_firewall");
    expect(rules).toHaveLength(2);
    expect(openRules(rules)).toEqual([]);
    // The check itself must notice an open rule.
    const broken = rules.map((rule) => ({ ...rule, source_ranges: ["0.0.0.0/0"] }));
    expect(openRules(broken)).toHaveLength(1);
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
