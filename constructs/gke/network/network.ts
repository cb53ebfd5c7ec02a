import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRouter } from "@cdktf/provider-google/lib/compute-router";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { VpcAccessConnector } from "@cdktf/provider-google/lib/vpc-access-connector";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { gcpName } from "../names";
import { Nat } from "./nat";
import { NetworkFirewall } from "./network-firewall";
import { type GoogleApisAccess, googleApiRanges, PrivateNames } from "./private-names";
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
  /**
   * Range of the proxies of the region's load balancers, a /26 or larger.
   *
   * @default - there are no such load balancers
   */
  readonly proxies?: string;
}

/** Settings of a {@link GkeNetwork}. */
export interface GkeNetworkProps {
  readonly project: string;
  readonly region: string;
  /** First part of all names. */
  readonly prefix: string;
  readonly ranges: GkeNetworkRanges;
  /**
   * Addresses at which Google's APIs are reached.
   *
   * @default "private"
   */
  readonly googleApis?: GoogleApisAccess;
  /**
   * DNS suffixes, with a dot last, that managed services resolve in this network.
   *
   * @default - none
   */
  readonly peeredDomains?: readonly string[];
  /**
   * Ports of a public address that each node has at least; a power of two from 32.
   *
   * @default 128
   */
  readonly natPortsPerNode?: number;
  /**
   * Public addresses of the NAT that stay the same.
   *
   * @default - as many as are needed, which may change
   */
  readonly natAddresses?: number;
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

/** A network as others in its stack refer to it, so that it exists before them. */
export interface GkeNetworkReferences {
  readonly network: string;
  readonly subnetwork: string;
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
  readonly references: GkeNetworkReferences;
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

    this.references = { network: network.id, subnetwork: subnetwork.id };

    if (ranges.proxies !== undefined) {
      new ComputeSubnetwork(this, "Proxies", {
        project,
        region,
        name: gcpName(this, "network", prefix, "proxies"),
        network: network.id,
        ipCidrRange: ranges.proxies,
        // Google runs the proxies: no machine of ours gets an address here, so there is nothing to log.
        purpose: "REGIONAL_MANAGED_PROXY",
        role: "ACTIVE",
        timeouts,
      });
    }

    const router = new ComputeRouter(this, "Router", {
      project,
      region,
      name: gcpName(this, "network", prefix, "router"),
      network: network.id,
    });
    new Nat(this, "Nat", {
      project,
      region,
      prefix,
      router: router.name,
      subnetwork: subnetwork.id,
      portsPerNode: props.natPortsPerNode ?? 128,
      addresses: props.natAddresses,
      allowDestroy: this.allowDestroy,
    });

    const access = props.googleApis ?? "private";
    new PrivateNames(this, "Names", { project, prefix, network: network.id, access });

    this.firewall = new NetworkFirewall(this, "Firewall", {
      project,
      prefix,
      network: network.id,
      nodeTag: this.addresses.nodeTag,
      controlPlaneRange: ranges.controlPlane,
      ownRanges: [ranges.nodes, ranges.pods, ranges.privateServices],
      googleApis: googleApiRanges[access],
    });

    new PrivateServiceAccess(this, "PrivateServices", {
      project,
      name: gcpName(this, "network", prefix, "private-services"),
      network: network.id,
      networkName: network.name,
      range: ranges.privateServices,
      peeredDomains: props.peeredDomains,
      allowDestroy: this.allowDestroy,
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
