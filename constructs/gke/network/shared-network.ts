import { ComputeSharedVpcServiceProject } from "@cdktf/provider-google/lib/compute-shared-vpc-service-project";
import { Construct } from "constructs";
import { gcpName } from "../names";
import type { GkeNetworkAddresses, GkeNetworkRanges, GkeNetworkReferences } from "./network";
import { NetworkFirewall } from "./network-firewall";
import { type GoogleApisAccess, googleApiRanges } from "./private-names";

/** Settings of a {@link SharedGkeNetwork}. */
export interface SharedGkeNetworkProps {
  /** Project of the cluster. */
  readonly project: string;
  readonly region: string;
  /** First part of all names. */
  readonly prefix: string;
  /** Ranges as the host project has them. */
  readonly ranges: GkeNetworkRanges;
  /** Project that has the network. */
  readonly hostProject: string;
  /** Short name, as those that follow. */
  readonly network: string;
  readonly subnetwork: string;
  readonly podsRangeName: string;
  readonly servicesRangeName: string;
  /**
   * Whether the project is attached to the host project here; it takes a Shared VPC administrator of the organization.
   *
   * @default false: somebody did it before
   */
  readonly attach?: boolean;
  /**
   * Addresses at which the host project's network reaches Google's APIs.
   *
   * @default "private"
   */
  readonly googleApis?: GoogleApisAccess;
}

/**
 * A network of another project: nothing is made of it but the firewall rules of this cluster's own nodes, in the host
 * project. Subnetworks, NAT, names and private service access are made by who keeps it.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc
 */
export class SharedGkeNetwork extends Construct {
  readonly addresses: GkeNetworkAddresses;
  readonly firewall: NetworkFirewall;
  /** The same addresses: the network is there before this stack. */
  readonly references: GkeNetworkReferences;

  constructor(scope: Construct, id: string, props: SharedGkeNetworkProps) {
    super(scope, id);
    const { hostProject, region, prefix, ranges } = props;
    this.addresses = {
      network: `projects/${hostProject}/global/networks/${props.network}`,
      subnetwork: `projects/${hostProject}/regions/${region}/subnetworks/${props.subnetwork}`,
      podsRangeName: props.podsRangeName,
      servicesRangeName: props.servicesRangeName,
      controlPlaneRange: ranges.controlPlane,
      nodeTag: gcpName(this, "firewall", prefix, "node"),
    };
    this.references = { network: this.addresses.network, subnetwork: this.addresses.subnetwork };
    const attached = props.attach
      ? [
          new ComputeSharedVpcServiceProject(this, "Attachment", {
            hostProject,
            serviceProject: props.project,
          }),
        ]
      : [];
    this.firewall = new NetworkFirewall(this, "Firewall", {
      project: hostProject,
      prefix,
      network: this.addresses.network,
      nodeTag: this.addresses.nodeTag,
      controlPlaneRange: ranges.controlPlane,
      ownRanges: [ranges.nodes, ranges.pods, ranges.privateServices],
      googleApis: googleApiRanges[props.googleApis ?? "private"],
      shared: true,
      dependsOn: attached,
    });
  }
}
