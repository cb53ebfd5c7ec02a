import { Testing } from "cdktf";
import { existingNamespace, NetworkFlows } from "../../constructs/kubernetes";
import { BaseStack } from "../../stacks/base";
import { firewallFlows } from "../../stacks/firewall-flows";
import { PlatformStack } from "../../stacks/platform-stack";
import { ofTier } from "./gke-environments";

class EmptyStack extends PlatformStack {}

const pods = (name: string) => ({ namespace: existingNamespace("app"), name });

function tables(declare: (flows: NetworkFlows) => void) {
  const stack = new EmptyStack(Testing.app(), "base", ofTier("dev"));
  declare(new NetworkFlows(stack, "Flows", { cidrs: ["10.10.32.0/28"], port: 443 }));
  return firewallFlows([stack]);
}

describe("firewallFlows", () => {
  it("reads what the control plane calls", () => {
    expect(tables((flows) => flows.allowFromApiServer(pods("webhook"), [9443])).controlPlane).toEqual([
      { listener: "webhook", ports: [9443] },
    ]);
  });

  it("reads what pods call outside the network", () => {
    const mail = { name: "mail", cidrs: ["0.0.0.0/0"] };
    const { out } = tables((flows) => flows.allow({ from: pods("alerts"), to: mail, ports: [587], reason: "tells" }));
    expect(out).toEqual([{ ...mail, ports: [587] }]);
  });

  it("reads which addresses call pods", () => {
    const balancer = { name: "load-balancer", cidrs: ["35.191.0.0/16"] };
    const found = tables((flows) =>
      flows.allow({ from: balancer, to: pods("web"), ports: [8080], reason: "brings people to pages" }),
    );
    expect(found).toEqual({ controlPlane: [], in: [{ ...balancer, ports: [8080] }], out: [] });
  });

  it("leaves out what does not leave a node or the cluster", () => {
    const metadata = { name: "metadata-server", cidrs: ["169.254.169.254/32", "169.254.169.252/32"] };
    const people = { name: "people", cidrs: ["0.0.0.0/0"] };
    const found = tables((flows) => {
      flows.allow({ from: pods("a"), to: metadata, ports: [80], reason: "identity" });
      flows.allow({ from: pods("a"), to: pods("b"), ports: [5432], reason: "reads" });
      flows.allow({ from: people, to: pods("a"), ports: [8080], reason: "open pages" });
      flows.allowApiServer(pods("a"));
    });
    expect(found).toEqual({ controlPlane: [], in: [{ ...people, ports: [8080] }], out: [] });
  });

  it("knows the webhooks of the operators that are on", () => {
    const { controlPlane } = firewallFlows([new BaseStack(Testing.app(), ofTier("prod"))]);
    const listeners = controlPlane.map(({ listener }) => listener);
    expect(listeners).toEqual(expect.arrayContaining(["cloudnative-pg", "cert-manager-webhook"]));
    expect(listeners.some((name) => name.includes("mariadb"))).toBe(false);
  });
});
