import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { ServiceNetworkingConnection } from "@cdktf/provider-google/lib/service-networking-connection";
import { Construct } from "constructs";
import { PlatformError } from "../terraform/platform-error";

/** Settings of {@link PrivateServiceAccess}. */
export interface PrivateServiceAccessProps {
  readonly project: string;
  readonly name: string;
  /** The network, as a reference. */
  readonly network: string;
  /** Range, in CIDR notation, that managed services take their addresses from. */
  readonly range: string;
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
    const reserved = new ComputeGlobalAddress(this, "Range", {
      project: props.project,
      name: props.name,
      network: props.network,
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      address,
      prefixLength: length,
    });
    new ServiceNetworkingConnection(this, "Resource", {
      network: props.network,
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: [reserved.name],
      // NET-09: a peering that Google still remembers from an earlier network of this name is taken over, not refused.
      updateOnCreationFail: true,
      timeouts: { create: "20m", update: "20m", delete: "20m" },
    });
  }
}
