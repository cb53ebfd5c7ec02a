import { Testing } from "cdktf";
import { controlPlaneFlows, NetworkStack } from "../../stacks/network";
import { documentOf, only, where } from "../constructs/gke/synthesized";
import { gkeEnvironments, ofTier } from "./gke-environments";

describe("NetworkStack", () => {
  it("acts as the identity of its own environment", () => {
    expect(gkeEnvironments).toHaveLength(3);
    for (const environment of gkeEnvironments) {
      const [provider] = documentOf(new NetworkStack(Testing.app(), environment)).provider?.google ?? [];
      expect(provider).toMatchObject({
        project: environment.target.project,
        impersonate_service_account: `${environment.name}-apply@${environment.target.project}.iam.gserviceaccount.com`,
        default_labels: { environment: environment.name, "managed-by": "terralake" },
      });
    }
  });

  it("has the ranges of the environment", () => {
    const { network } = ofTier("staging").target;
    expect(only(new NetworkStack(Testing.app(), ofTier("staging")), "google_compute_subnetwork")).toMatchObject({
      ip_cidr_range: network.nodes,
      secondary_ip_range: [{ ip_cidr_range: network.pods }, { ip_cidr_range: network.services }],
    });
  });

  it("opens what the control plane calls beside the ports of GKE", () => {
    const stack = new NetworkStack(Testing.app(), ofTier("prod"));
    const called = new Set<number>(controlPlaneFlows.map(({ port }) => port));
    called.delete(10250);
    expect(where(stack, "google_compute_firewall", "name", "gke-prod-control-plane").allow).toEqual([
      { protocol: "tcp", ports: [...called].sort((a, b) => a - b).map(String) },
    ]);
  });

  it("reads no data and no other state, so that it can be planned with no cloud", () => {
    expect(documentOf(new NetworkStack(Testing.app(), ofTier("dev"))).data).toBeUndefined();
  });
});
