import { NetworkFirewall, type NetworkFirewallProps } from "../../../../constructs/gke/network/network-firewall";
import { all, emptyStack, where } from "../synthesized";

function firewall(props: Partial<NetworkFirewallProps> = {}) {
  const stack = emptyStack();
  const made = new NetworkFirewall(stack, "Firewall", {
    project: "example-dev",
    prefix: "gke-dev",
    network: "the-network",
    nodeTag: "gke-dev-node",
    controlPlaneRange: "172.16.0.0/28",
    ownRanges: ["10.10.0.0/20", "10.16.0.0/14"],
    googleApis: "199.36.153.8/30",
    ...props,
  });
  const rule = (name: string) => where(stack, "google_compute_firewall", "name", `gke-dev-${name}`);
  const names = () => all(stack, "google_compute_firewall").map(({ name }) => name);
  return { stack, made, rule, names };
}

describe("what comes in", () => {
  it("opens the ports of flows to the control plane alone, each once, without those of GKE", () => {
    const { made, rule } = firewall();
    made.allowControlPlane([
      { listener: "webhook", ports: [9443] },
      { listener: "vault", ports: [8200] },
      { listener: "other", ports: [9443, 443, 10250] },
    ]);
    expect(rule("control-plane")).toMatchObject({
      description: "Control plane to vault (8200), other, webhook (9443)",
      direction: "INGRESS",
      source_ranges: ["172.16.0.0/28"],
      target_tags: ["gke-dev-node"],
      allow: [{ protocol: "tcp", ports: ["8200", "9443"] }],
    });
  });

  it("has no rule for the control plane when GKE opens all that is called", () => {
    const { made, names } = firewall();
    made.allowControlPlane([{ listener: "cert-manager", ports: [10250] }]);
    expect(names()).not.toContain("gke-dev-control-plane");
  });

  it("refuses all other traffic to the whole network and logs it, after the rules that GKE makes", () => {
    const rule = firewall().rule("deny-ingress");
    expect(rule).toMatchObject({ deny: [{ protocol: "all" }], log_config: { metadata: "INCLUDE_ALL_METADATA" } });
    expect(rule.target_tags).toBeUndefined();
    expect(rule.priority).toBeGreaterThan(1000);
  });

  it("refuses it for the nodes alone in a network that others have machines in", () => {
    expect(firewall({ shared: true }).rule("deny-ingress").target_tags).toEqual(["gke-dev-node"]);
  });

  it("opens pages to load balancers, with one rule for all their pages", () => {
    const { made, rule } = firewall();
    made.allowIn([
      { name: "load-balancer", cidrs: ["130.211.0.0/22", "35.191.0.0/16"], ports: [8088] },
      { name: "load-balancer", cidrs: ["130.211.0.0/22", "35.191.0.0/16"], ports: [8080] },
    ]);
    expect(rule("from-load-balancer")).toMatchObject({
      direction: "INGRESS",
      source_ranges: ["130.211.0.0/22", "35.191.0.0/16"],
      target_tags: ["gke-dev-node"],
      allow: [{ protocol: "tcp", ports: ["8080", "8088"] }],
    });
  });

  it("opens nothing to everybody, whatever a flow says", () => {
    const { made, names } = firewall();
    made.allowIn([{ name: "people", cidrs: ["0.0.0.0/0"], ports: [8443] }]);
    expect(names()).not.toContain("gke-dev-from-people");
  });

  it("refuses what is no port", () => {
    const { made } = firewall();
    expect(() => made.allowControlPlane([{ listener: "a", ports: [0] }])).toThrow(
      "a flow has the port 0: use port numbers from 1 to 65535",
    );
    expect(() => made.allowOut([{ name: "a", cidrs: ["0.0.0.0/0"], ports: [70000] }])).toThrow(
      "a flow has the port 70000",
    );
  });
});

describe("what goes out", () => {
  it("refuses and logs what no other rule allows, before the rule by which Google lets everything out", () => {
    expect(firewall().rule("deny-egress")).toMatchObject({
      direction: "EGRESS",
      priority: 65000,
      destination_ranges: ["0.0.0.0/0"],
      target_tags: ["gke-dev-node"],
      deny: [{ protocol: "all" }],
      log_config: { metadata: "INCLUDE_ALL_METADATA" },
    });
  });

  it("refuses private networks that are not named, before the internet is reached", () => {
    const { made, rule } = firewall();
    made.allowOut([{ name: "ldap", cidrs: ["10.90.0.0/24"], ports: [636] }]);
    const refused = rule("deny-private");
    expect(refused).toMatchObject({
      direction: "EGRESS",
      destination_ranges: expect.arrayContaining(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]),
      target_tags: ["gke-dev-node"],
      deny: [{ protocol: "all" }],
      log_config: { metadata: "INCLUDE_ALL_METADATA" },
    });
    expect(Number(rule("to-internet").priority)).toBeGreaterThan(Number(refused.priority));
    // Without a priority it is 1000, the default of the API.
    for (const name of ["to-ldap", "to-own-ranges", "to-google-apis"]) expect(rule(name).priority).toBeUndefined();
  });

  it("reaches the nodes' own ranges, the control plane and Google's APIs", () => {
    const { rule } = firewall();
    expect(rule("to-own-ranges")).toMatchObject({
      destination_ranges: ["10.10.0.0/20", "10.16.0.0/14", "172.16.0.0/28"],
      target_tags: ["gke-dev-node"],
      allow: [{ protocol: "all" }],
    });
    expect(rule("to-google-apis")).toMatchObject({
      destination_ranges: ["199.36.153.8/30"],
      allow: [{ protocol: "tcp", ports: ["443"] }],
    });
  });

  it("reaches the internet at the ports of flows, and at 443 for images", () => {
    const { made, rule } = firewall();
    made.allowOut([
      { name: "git", cidrs: ["0.0.0.0/0"], ports: [443, 22] },
      { name: "mail", cidrs: ["0.0.0.0/0"], ports: [587] },
    ]);
    expect(rule("to-internet")).toMatchObject({
      destination_ranges: ["0.0.0.0/0"],
      target_tags: ["gke-dev-node"],
      allow: [{ protocol: "tcp", ports: ["22", "443", "587"] }],
    });
  });

  it("reaches the internet at 443 alone when nobody asks for more", () => {
    const { made, rule } = firewall();
    made.allowOut([]);
    expect(rule("to-internet").allow).toEqual([{ protocol: "tcp", ports: ["443"] }]);
  });

  it("reaches other addresses at their own ports only, with one rule for each of them", () => {
    const { made, rule, names } = firewall();
    made.allowOut([
      { name: "ldap", cidrs: ["10.90.0.0/24"], ports: [636] },
      { name: "ldap", cidrs: ["10.91.0.0/24"], ports: [636, 3269] },
      { name: "google-apis", cidrs: ["199.36.153.4/30", "199.36.153.8/30"], ports: [443] },
      { name: "pods", cidrs: ["10.16.0.0/14"], ports: [5432] },
    ]);
    expect(rule("to-ldap")).toMatchObject({
      destination_ranges: ["10.90.0.0/24", "10.91.0.0/24"],
      allow: [{ protocol: "tcp", ports: ["636", "3269"] }],
    });
    expect(rule("to-internet").allow).toEqual([{ protocol: "tcp", ports: ["443"] }]);
    expect(names()).toHaveLength(7);
  });
});
