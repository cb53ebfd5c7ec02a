import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { ServiceNetworkingConnection } from "@cdktf/provider-google/lib/service-networking-connection";
import { ServiceNetworkingPeeredDnsDomain } from "@cdktf/provider-google/lib/service-networking-peered-dns-domain";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { PlatformError } from "../../terraform/platform-error";
import { gcpName } from "../names";

/** Settings of {@link PrivateServiceAccess}. */
export interface PrivateServiceAccessProps {
  readonly project: string;
  readonly name: string;
  /** The network, as a reference. */
  readonly network: string;
  /** Short name of the network, as a reference. */
  readonly networkName: string;
  /** Range, in CIDR notation, that managed services take their addresses from. */
  readonly range: string;
  /**
   * DNS suffixes, with a dot last, that managed services resolve in the network's private zones: a database that
   * replicates from a host of the company, say.
   *
   * @default - none: they resolve public names only
   */
  readonly peeredDomains?: readonly string[];
  /**
   * Whether a plan may destroy the peering: databases behind it are unreachable without it, and never get their range back.
   *
   * @default - the choice of the environment, see {@link DeploySettings}
   */
  readonly allowDestroy?: boolean;
}

/**
 * Peering through which managed services, such as Cloud SQL, have private addresses in the network.
 *
 * @see https://cloud.google.com/vpc/docs/configure-private-services-access
 */
export class PrivateServiceAccess extends Construct {
  constructor(scope: Construct, id: string, props: PrivateServiceAccessProps) {
    super(scope, id);
    const [address, prefixLength] = props.range.split("/");
    const length = Number(prefixLength);
    if (!address || !Number.isInteger(length) || length < 8 || length > 24) {
      throw new PlatformError(
        this,
        `the range is "${props.range}"`,
        "use an IPv4 range between /8 and /24, such as 10.64.0.0/20",
      );
    }
    const lifecycle = { preventDestroy: !(props.allowDestroy ?? DeploySettings.of(this).allowDestroy) };
    const reserved = new ComputeGlobalAddress(this, "Range", {
      project: props.project,
      name: props.name,
      network: props.network,
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      address,
      prefixLength: length,
      lifecycle,
    });
    const connection = new ServiceNetworkingConnection(this, "Resource", {
      network: props.network,
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: [reserved.name],
      // NET-09: a peering that Google still remembers from an earlier network of this name is taken over, not refused.
      updateOnCreationFail: true,
      lifecycle,
      timeouts: { create: "20m", update: "20m", delete: "20m" },
    });
    for (const suffix of props.peeredDomains ?? []) {
      const name = suffix.replace(/\.$/, "").replaceAll(".", "-");
      new ServiceNetworkingPeeredDnsDomain(this, `Domain-${name}`, {
        project: props.project,
        name: gcpName(this, "network", name),
        network: props.networkName,
        dnsSuffix: suffix,
        dependsOn: [connection],
      });
    }
  }
}
