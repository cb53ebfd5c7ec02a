import { SharedGkeNetwork, type SharedGkeNetworkProps } from "../../../../constructs/gke/network/shared-network";
import { all, documentOf, emptyStack, only, ranges } from "../synthesized";

function shared(props: Partial<SharedGkeNetworkProps> = {}) {
  const stack = emptyStack();
  const made = new SharedGkeNetwork(stack, "Network", {
    project: "example-dev",
    region: "europe-west1",
    prefix: "gke-dev",
    ranges,
    hostProject: "example-dev-host",
    network: "company",
    subnetwork: "platform",
    podsRangeName: "platform-pods",
    servicesRangeName: "platform-services",
    ...props,
  });
  return { stack, made };
}

describe("SharedGkeNetwork", () => {
  it("makes firewall rules for its own nodes in the host project, and nothing else", () => {
    const { stack } = shared();
    expect(Object.keys(documentOf(stack).resource ?? {})).toEqual(["google_compute_firewall"]);
    for (const rule of all(stack, "google_compute_firewall")) {
      expect(rule).toMatchObject({
        project: "example-dev-host",
        network: "projects/example-dev-host/global/networks/company",
        target_tags: ["gke-dev-node"],
      });
    }
  });

  it("offers the addresses of the host project", () => {
    expect(shared().made.addresses).toEqual({
      network: "projects/example-dev-host/global/networks/company",
      subnetwork: "projects/example-dev-host/regions/europe-west1/subnetworks/platform",
      podsRangeName: "platform-pods",
      servicesRangeName: "platform-services",
      controlPlaneRange: "172.16.0.0/28",
      nodeTag: "gke-dev-node",
    });
  });

  it("attaches the project before all else where that is asked for", () => {
    const { stack } = shared({ attach: true });
    expect(only(stack, "google_compute_shared_vpc_service_project")).toMatchObject({
      host_project: "example-dev-host",
      service_project: "example-dev",
    });
    for (const rule of all(stack, "google_compute_firewall")) {
      expect(rule.depends_on).toEqual([
        expect.stringMatching(/^google_compute_shared_vpc_service_project\.Network_Attachment/),
      ]);
    }
  });
});
