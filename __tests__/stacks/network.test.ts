import { Testing } from "cdktf";
import { defineEnvironment, type EnvironmentInput } from "../../environments/schema";
import { NetworkStack } from "../../stacks/network";
import { type GkeEnvironment, isGke } from "../../stacks/platform-stack";
import { all, documentOf, only, where } from "../constructs/gke/synthesized";
import { gke, gkeTarget, network } from "../fixtures/environments/base";
import { gkeEnvironments, ofTier } from "./gke-environments";

const target = { ...gkeTarget, tier: "dev" };

/** An environment like that of the fixtures, with changes. */
function environment(changes: object): GkeEnvironment {
  const made = defineEnvironment({ ...gke, target, ...changes } as EnvironmentInput);
  if (!isGke(made)) {
    throw new Error("the fixture is not on Google Cloud");
  }
  return made;
}

const stackOf = (changes: object) => new NetworkStack(Testing.app(), environment(changes));
const edge = (settings: object) => ({ google: { edge: { domain: "data.example.com", ...settings } } });

describe("NetworkStack", () => {
  it("acts as the identity of its own environment", () => {
    expect(gkeEnvironments).toHaveLength(3);
    for (const each of gkeEnvironments) {
      const document = documentOf(new NetworkStack(Testing.app(), each));
      expect(JSON.stringify(document)).toContain(`${each.name}-apply@${each.target.project}.iam.gserviceaccount.com`);
      expect(document.provider?.google?.[0]).toMatchObject({
        project: each.target.project,
        default_labels: { environment: each.name, "managed-by": "terralake" },
      });
    }
  });

  it("has the ranges of the environment", () => {
    const { network: ranges } = ofTier("staging").target;
    const stack = new NetworkStack(Testing.app(), ofTier("staging"));
    expect(where(stack, "google_compute_subnetwork", "ip_cidr_range", ranges.nodes)).toMatchObject({
      secondary_ip_range: [{ ip_cidr_range: ranges.pods }, { ip_cidr_range: ranges.services }],
    });
  });

  it("opens what the layers inside the cluster say", () => {
    const stack = stackOf({});
    stack.allow({
      controlPlane: [{ listener: "webhook", ports: [9443] }],
      in: [{ name: "load-balancer", cidrs: ["35.191.0.0/16"], ports: [8088] }],
      out: [{ name: "mail", cidrs: ["0.0.0.0/0"], ports: [587] }],
    });
    const rule = (name: string) => where(stack, "google_compute_firewall", "name", `gke-prod-${name}`);
    expect(rule("control-plane")).toMatchObject({
      source_ranges: [network.controlPlane],
      allow: [{ ports: ["9443"] }],
    });
    expect(rule("from-load-balancer")).toMatchObject({ allow: [{ ports: ["8088"] }] });
    expect(rule("to-internet")).toMatchObject({ allow: [{ ports: ["443", "587"] }] });
    expect(rule("to-own-ranges").destination_ranges).toEqual([
      network.nodes,
      network.pods,
      network.privateServices,
      network.controlPlane,
    ]);
  });

  it("opens ports to the internet that workloads from Git may call", () => {
    const stack = stackOf({ target: { ...target, network: { ...network, egressPorts: [5432] } } });
    stack.allow({ controlPlane: [], in: [], out: [] });
    expect(where(stack, "google_compute_firewall", "name", "gke-prod-to-internet").allow).toEqual([
      { protocol: "tcp", ports: ["443", "5432"] },
    ]);
  });

  it("uses a shared network without making any of it", () => {
    const shared = {
      hostProject: "example-dev-host",
      network: "company",
      subnetwork: "platform",
      podsRange: "pods",
      servicesRange: "services",
    };
    const stack = stackOf({ target: { ...target, network: { ...network, shared } } });
    expect(Object.keys(documentOf(stack).resource ?? {})).toEqual(["google_compute_firewall"]);
    expect(stack.outputs).toMatchObject({
      network: "projects/example-dev-host/global/networks/company",
      podsRangeName: "pods",
    });
  });

  it("makes no edge without a domain", () => {
    expect(all(stackOf({}), "google_compute_ssl_policy")).toEqual([]);
  });

  it("makes an edge for the internet", () => {
    const stack = stackOf(edge({ access: "public" }));
    expect(only(stack, "google_compute_ssl_policy").name).toBe("gke-prod-web");
    expect(only(stack, "google_certificate_manager_certificate_map").name).toBe("gke-prod-web");
    expect(where(stack, "google_compute_global_address", "name", "gke-prod-web").address_type).toBe("EXTERNAL");
  });

  it("makes an edge for the network, after the network", () => {
    const proxies = { target: { ...target, network: { ...network, proxies: "10.10.34.0/23" } } };
    const stack = stackOf({ ...proxies, ...edge({}) });
    expect(only(stack, "google_compute_address").subnetwork).toMatch(/^\$\{google_compute_subnetwork\./);
    expect(where(stack, "google_compute_subnetwork", "purpose", "REGIONAL_MANAGED_PROXY").ip_cidr_range).toBe(
      "10.10.34.0/23",
    );
    expect(all(stack, "google_compute_global_address").filter(({ purpose }) => purpose !== "VPC_PEERING")).toEqual([]);
  });

  it("reads no data and no other state, so that it can be planned with no cloud", () => {
    expect(documentOf(new NetworkStack(Testing.app(), ofTier("dev"))).data).toBeUndefined();
  });
});
