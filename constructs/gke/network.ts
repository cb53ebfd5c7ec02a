import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRouter } from "@cdktf/provider-google/lib/compute-router";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { VpcAccessConnector } from "@cdktf/provider-google/lib/vpc-access-connector";
import { Construct } from "constructs";
import { DeploySettings } from "../terraform/deploy-settings";
import { gcpName } from "./names";
import { NetworkFirewall } from "./network-firewall";
import { PrivateServiceAccess } from "./private-service-access";

/** Address ranges of a network, in CIDR notation; none may overlap another. */
export interface GkeNetworkRanges {
  readonly nodes: string;
  readonly pods: string;
  readonly services: string;
  /** Range of the control plane, a /28. */
  readonly controlPlane: string;
  /** Range of the serverless VPC connector, a /28. */
  readonly connector: string;
  /** Range given to Google's managed services, such as Cloud SQL. */
  readonly privateServices: string;
}

/** Settings of a {@link GkeNetwork}. */
export interface GkeNetworkProps {
  readonly project: string;
  readonly region: string;
  /** First part of all names. */
  readonly prefix: string;
  readonly ranges: GkeNetworkRanges;
  /**
   * Ports of pods that the control plane calls: admission webhooks and services read through its proxy. 443 and 10250 are
   * opened by GKE itself and left out.
   *
   * @default - none beside those of GKE
   */
  readonly controlPlanePorts?: readonly number[];
  /**
   * Share of flows that the subnetwork logs, 0 to 1.
   *
   * @default 0.5, the default of Google
   */
  readonly flowLogSampling?: number;
  /**
   * Whether a plan may destroy the network.
   *
   * @default - the choice of the environment, see {@link DeploySettings}
   */
  readonly allowDestroy?: boolean;
}

/** What others may know of a network; every value is known before the network exists. */
export interface GkeNetworkAddresses {
  /** `projects/<project>/global/networks/<name>` */
  readonly network: string;
  /** `projects/<project>/regions/<region>/subnetworks/<name>` */
  readonly subnetwork: string;
  readonly podsRangeName: string;
  readonly servicesRangeName: string;
  readonly controlPlaneRange: string;
  /** Network tag that nodes must carry: the firewall rules are written for it. */
  readonly nodeTag: string;
}

/** Deleting a network waits for what Google's services leave behind (NET-09). */
const timeouts = { create: "10m", update: "10m", delete: "30m" };

/**
 * A network for one private cluster: a subnetwork with ranges for pods and services, a way out by NAT, a firewall, and
 * private access to Google's managed services.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips
 */
export class GkeNetwork extends Construct {
  readonly addresses: GkeNetworkAddresses;
  readonly firewall: NetworkFirewall;
  readonly flowLogSampling: number;
  readonly allowDestroy: boolean;

  constructor(scope: Construct, id: string, props: GkeNetworkProps) {
    super(scope, id);
    const { project, region, prefix, ranges } = props;
    this.flowLogSampling = props.flowLogSampling ?? 0.5;
    this.allowDestroy = props.allowDestroy ?? DeploySettings.of(this).allowDestroy;
    const lifecycle = { preventDestroy: !this.allowDestroy };

    const networkName = gcpName(this, "network", prefix, "network");
    const subnetworkName = gcpName(this, "network", prefix, "nodes");
    this.addresses = {
      network: `projects/${project}/global/networks/${networkName}`,
      subnetwork: `projects/${project}/regions/${region}/subnetworks/${subnetworkName}`,
      podsRangeName: "pods",
      servicesRangeName: "services",
      controlPlaneRange: ranges.controlPlane,
      nodeTag: gcpName(this, "firewall", prefix, "node"),
    };

    const network = new ComputeNetwork(this, "Resource", {
      project,
      name: networkName,
      // NET-01: subnetworks in every region of the world are nobody's plan.
      autoCreateSubnetworks: false,
      routingMode: "REGIONAL",
      lifecycle,
      timeouts,
    });

    const subnetwork = new ComputeSubnetwork(this, "Nodes", {
      project,
      region,
      name: subnetworkName,
      network: network.id,
      ipCidrRange: ranges.nodes,
      // NET-01: pods and services have ranges of their own, so that the network routes to them natively.
      secondaryIpRange: [
        { rangeName: this.addresses.podsRangeName, ipCidrRange: ranges.pods },
        { rangeName: this.addresses.servicesRangeName, ipCidrRange: ranges.services },
      ],
      // NET-01: nodes without a public address reach Google's APIs inside the network.
      privateIpGoogleAccess: true,
      // GKE-17: who talked to whom, for an investigation afterwards.
      logConfig: {
        aggregationInterval: "INTERVAL_5_SEC",
        flowSampling: this.flowLogSampling,
        metadata: "INCLUDE_ALL_METADATA",
      },
      lifecycle,
      timeouts,
    });

    const router = new ComputeRouter(this, "Router", {
      project,
      region,
      name: gcpName(this, "network", prefix, "router"),
      network: network.id,
    });
    new ComputeRouterNat(this, "Nat", {
      project,
      region,
      name: gcpName(this, "network", prefix, "nat"),
      router: router.name,
      natIpAllocateOption: "AUTO_ONLY",
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      // Pods too: images of public registries are pulled by nodes, data by pods.
      subnetwork: [{ name: subnetwork.id, sourceIpRangesToNat: ["ALL_IP_RANGES"] }],
      // NET-02: connections that leave the network, and those that found no port.
      logConfig: { enable: true, filter: "ALL" },
    });

    this.firewall = new NetworkFirewall(this, "Firewall", {
      project,
      prefix,
      network: network.id,
      nodeTag: this.addresses.nodeTag,
      controlPlaneRange: ranges.controlPlane,
      controlPlanePorts: props.controlPlanePorts ?? [],
    });

    new PrivateServiceAccess(this, "PrivateServices", {
      project,
      name: gcpName(this, "network", prefix, "private-services"),
      network: network.id,
      range: ranges.privateServices,
    });

    new VpcAccessConnector(this, "Connector", {
      project,
      region,
      name: gcpName(this, "connector", prefix, "vpc"),
      network: network.name,
      ipCidrRange: ranges.connector,
      minInstances: 2,
      maxInstances: 3,
    });
  }
}
