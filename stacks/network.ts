import type { Construct } from "constructs";
import { bootstrapAddresses, GkeNetwork, type GkeNetworkAddresses, googleProvider } from "../constructs/gke";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** What the network layer offers; every value is computed, so a plan of the cluster needs no network. */
export type NetworkOutputs = GkeNetworkAddresses;

/** Ports of pods that the control plane calls, with who listens there (NET-03). */
export const controlPlaneFlows = [
  { port: 8200, listener: "vault", reason: "Terraform reaches Vault through the API server's service proxy" },
  { port: 9443, listener: "cloudnative-pg", reason: "admission webhook" },
  { port: 9443, listener: "mariadb-operator", reason: "admission webhook" },
  { port: 9443, listener: "spark-operator", reason: "admission webhook" },
  { port: 10250, listener: "cert-manager", reason: "admission webhook" },
  { port: 10250, listener: "external-secrets", reason: "admission webhook" },
] as const;

/** Layer `network`: the VPC of one environment, its subnetwork, NAT, firewall and private service access. */
export class NetworkStack extends PlatformStack {
  readonly outputs: NetworkOutputs;

  constructor(scope: Construct, environment: GkeEnvironment) {
    super(scope, "network", environment);
    const { project, region, network: ranges } = environment.target;
    const place = { environment: environment.name, project, region };
    googleProvider(this, { ...place, impersonate: bootstrapAddresses(this, place).applyIdentity });

    const network = new GkeNetwork(this, "Network", {
      project,
      region,
      prefix: environment.name,
      ranges,
      controlPlanePorts: controlPlaneFlows.map(({ port }) => port),
      allowDestroy: environment.allowDestroy,
    });
    this.outputs = network.addresses;
  }
}
