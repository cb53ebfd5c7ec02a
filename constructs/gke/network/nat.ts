import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { Construct } from "constructs";
import { gcpName } from "../names";

/** Settings of a {@link Nat}. */
export interface NatProps {
  readonly project: string;
  readonly region: string;
  /** First part of all names. */
  readonly prefix: string;
  /** The router of the region, by its name. */
  readonly router: string;
  /** The subnetwork whose nodes and pods go out, as a reference. */
  readonly subnetwork: string;
  /** Ports of a public address that each node has at least; a power of two from 32. */
  readonly portsPerNode: number;
  /**
   * Public addresses that stay the same.
   *
   * @default - as many as are needed, which may change
   */
  readonly addresses?: number;
  /** Whether a plan may give the public addresses back. */
  readonly allowDestroy: boolean;
}

/** Most ports that one node gets: a fleet of downloads, and not so many that a leak of connections starves the others. */
const mostPortsPerNode = 8192;

/**
 * The only way from nodes and pods to the internet, with logs; nobody comes in by it.
 *
 * @see https://cloud.google.com/nat/docs/ports-and-addresses#dynamic-port
 */
export class Nat extends Construct {
  constructor(scope: Construct, id: string, props: NatProps) {
    super(scope, id);
    const { project, region, prefix } = props;
    const addresses = Array.from(
      { length: props.addresses ?? 0 },
      (_, index) =>
        new ComputeAddress(this, `Address${index + 1}`, {
          project,
          region,
          name: gcpName(this, "network", prefix, "nat", String(index + 1)),
          addressType: "EXTERNAL",
          networkTier: "PREMIUM",
          // Others have it in their lists of callers, and Google gives it to the next customer.
          lifecycle: { preventDestroy: !props.allowDestroy },
        }),
    );
    new ComputeRouterNat(this, "Resource", {
      project,
      region,
      name: gcpName(this, "network", prefix, "nat"),
      router: props.router,
      ...(addresses.length > 0
        ? { natIpAllocateOption: "MANUAL_ONLY", natIps: addresses.map(({ selfLink }) => selfLink) }
        : { natIpAllocateOption: "AUTO_ONLY" }),
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      // Pods too: images of public registries are pulled by nodes, data by pods.
      subnetwork: [{ name: props.subnetwork, sourceIpRangesToNat: ["ALL_IP_RANGES"] }],
      // All pods of a node share its ports: each has few to begin with and gets more while it needs them.
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
      minPortsPerVm: props.portsPerNode,
      maxPortsPerVm: mostPortsPerNode,
      // NET-02: connections that leave the network, and those that found no port.
      logConfig: { enable: true, filter: "ALL" },
    });
  }
}
