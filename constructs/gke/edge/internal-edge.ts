import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeRegionSslPolicy } from "@cdktf/provider-google/lib/compute-region-ssl-policy";
import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { gcpName } from "../names";
import type { EdgeNames } from "./public-edge";

/** Settings of an {@link InternalEdge}. */
export interface InternalEdgeProps {
  readonly project: string;
  readonly region: string;
  /** First part of all names. */
  readonly prefix: string;
  readonly names: Pick<EdgeNames, "address" | "sslPolicy">;
  /** Domain, without a dot last. */
  readonly domain: string;
  /** The network, as `projects/<project>/global/networks/<name>`. */
  readonly network: string;
  /** The subnetwork of the nodes, in which the address is. */
  readonly subnetwork: string;
}

const seconds = 300;

/**
 * What pages need to be reached from the network only, by a Gateway of the class `gke-l7-rilb`: an address of the network, names
 * that nobody outside it can ask for, and TLS of 1.2 and above.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/deploying-gateways
 */
export class InternalEdge extends Construct {
  constructor(scope: Construct, id: string, props: InternalEdgeProps) {
    super(scope, id);
    const { project, region, prefix, names, domain } = props;
    const address = new ComputeAddress(this, "Address", {
      project,
      region,
      name: names.address,
      addressType: "INTERNAL",
      subnetwork: props.subnetwork,
      // Two listeners have it: that of HTTP, which leads to the other one, and that of HTTPS.
      purpose: "SHARED_LOADBALANCER_VIP",
    });
    new ComputeRegionSslPolicy(this, "SslPolicy", {
      project,
      region,
      name: names.sslPolicy,
      // Forward secrecy and authenticated encryption only; without a policy Google takes TLS 1.0.
      profile: "RESTRICTED",
      minTlsVersion: "TLS_1_2",
    });
    const zone = new DnsManagedZone(this, "Zone", {
      project,
      name: gcpName(this, "network", prefix, "web"),
      dnsName: `${domain}.`,
      description: `Pages of ${prefix}, inside the network`,
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: props.network }] },
    });
    for (const [recordId, name] of [
      ["Domain", `${domain}.`],
      ["Names", `*.${domain}.`],
    ] as const) {
      new DnsRecordSet(this, recordId, {
        project,
        managedZone: zone.name,
        name,
        type: "A",
        ttl: seconds,
        rrdatas: [address.address],
      });
    }
  }
}
