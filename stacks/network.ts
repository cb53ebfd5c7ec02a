import type { Construct } from "constructs";
import {
  bootstrapAddresses,
  GkeNetwork,
  type GkeNetworkAddresses,
  googleProvider,
  InternalEdge,
  type NetworkFirewall,
  PublicEdge,
  SharedGkeNetwork,
} from "../constructs/gke";
import { edgeNames, NAT_PORTS_PER_NODE } from "../environments/schema";
import type { FirewallFlows } from "./firewall-flows";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** What the network layer offers; every value is computed, so a plan of the cluster needs no network. */
export type NetworkOutputs = GkeNetworkAddresses;

/** Layer `network`: the VPC of one environment with its firewall, and the address and names of its pages. */
export class NetworkStack extends PlatformStack {
  readonly outputs: NetworkOutputs;
  private readonly firewall: NetworkFirewall;
  private readonly egressPorts: readonly number[];

  constructor(scope: Construct, environment: GkeEnvironment) {
    super(scope, "network", environment);
    const { project, region } = environment.target;
    const place = { environment: environment.name, project, region };
    googleProvider(this, { ...place, impersonate: bootstrapAddresses(this, place).applyIdentity });
    const network = this.network(environment);
    this.outputs = network.addresses;
    this.firewall = network.firewall;
    this.egressPorts = environment.target.vpc.egressPorts;
    this.edge(environment, network);
  }

  /**
   * Opens what pods and the control plane ask for. It comes last, when the layers inside the cluster have said what that
   * is, although this layer is applied before them.
   */
  allow({ controlPlane, in: callers, out }: FirewallFlows): void {
    this.firewall.allowControlPlane(controlPlane);
    this.firewall.allowIn(callers);
    this.firewall.allowOut([...out, { name: "internet", cidrs: ["0.0.0.0/0"], ports: this.egressPorts }]);
  }

  private network({ name: prefix, target, allowDestroy }: GkeEnvironment): GkeNetwork | SharedGkeNetwork {
    const { project, region, network: ranges, vpc } = target;
    const { shared, googleApis } = vpc;
    const common = { project, region, prefix, ranges, googleApis };
    return shared
      ? new SharedGkeNetwork(this, "Network", {
          ...common,
          ...shared,
          podsRangeName: shared.podsRange,
          servicesRangeName: shared.servicesRange,
        })
      : new GkeNetwork(this, "Network", {
          ...common,
          peeredDomains: vpc.peeredDomains,
          natPortsPerNode: NAT_PORTS_PER_NODE,
          natAddresses: vpc.natAddresses,
          allowDestroy,
        });
  }

  /** Address and names of pages; without a domain there are none. */
  private edge(
    { name: prefix, target, google, allowDestroy }: GkeEnvironment,
    { references }: GkeNetwork | SharedGkeNetwork,
  ) {
    const { project, region } = target;
    const { domain, access, zone, callers, requestsPerMinute } = google.edge;
    if (domain === undefined) return;
    const common = { project, prefix, domain, names: edgeNames(prefix) };
    if (access === "public") {
      new PublicEdge(this, "Edge", { ...common, zone, callers, requestsPerMinute, allowDestroy });
      return;
    }
    new InternalEdge(this, "Edge", { ...common, ...references, region });
  }
}
