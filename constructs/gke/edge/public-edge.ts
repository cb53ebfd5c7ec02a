import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { ComputeSslPolicy } from "@cdktf/provider-google/lib/compute-ssl-policy";
import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { gcpName } from "../names";
import { WebCertificate } from "./web-certificate";
import { WebFirewall } from "./web-firewall";

/** Names that a Gateway refers to. */
export interface EdgeNames {
  readonly address: string;
  readonly sslPolicy: string;
  readonly certificateMap: string;
  readonly securityPolicy: string;
}

/** Settings of a {@link PublicEdge}. */
export interface PublicEdgeProps {
  readonly project: string;
  /** First part of all names. */
  readonly prefix: string;
  readonly names: EdgeNames;
  /** Domain, without a dot last. */
  readonly domain: string;
  /** Zone that has the domain already. @default - one is made */
  readonly zone?: { readonly name: string; readonly project?: string };
  /** Ranges whose requests are taken. @default - everybody's */
  readonly callers?: readonly string[];
  /** Requests that one address may send in a minute. */
  readonly requestsPerMinute: number;
  /** Whether a plan may destroy zone and address. */
  readonly allowDestroy: boolean;
}

const seconds = 300;

/**
 * What pages need to be reached from the internet by a Gateway of the class `gke-l7-global-external-managed`: an address that stays,
 * names, a certificate for all of them, TLS of 1.2 and above, and Cloud Armor.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/secure-gateway
 */
export class PublicEdge extends Construct {
  /** Zone of the domain, when one is made: its name servers go to who has the domain above. */
  readonly zone?: DnsManagedZone;

  constructor(scope: Construct, id: string, props: PublicEdgeProps) {
    super(scope, id);
    const { project, prefix, names, domain } = props;
    const lifecycle = { preventDestroy: !props.allowDestroy };
    const address = new ComputeGlobalAddress(this, "Address", {
      project,
      name: names.address,
      addressType: "EXTERNAL",
      // Names lead to it, and Google gives it to the next customer.
      lifecycle,
    });
    new ComputeSslPolicy(this, "SslPolicy", {
      project,
      name: names.sslPolicy,
      // Forward secrecy and authenticated encryption only; without a policy Google takes TLS 1.0.
      profile: "RESTRICTED",
      minTlsVersion: "TLS_1_2",
    });
    if (props.zone === undefined) {
      this.zone = new DnsManagedZone(this, "Zone", {
        project,
        name: gcpName(this, "network", prefix, "web"),
        dnsName: `${domain}.`,
        description: `Pages of ${prefix}`,
        visibility: "public",
        // Nobody forges an answer for a name of ours; NSEC3, as NSEC would list all names to whoever asks.
        dnssecConfig: { state: "on", nonExistence: "nsec3" },
        cloudLoggingConfig: { enableLogging: true },
        lifecycle,
      });
    }
    const zone = { project: props.zone?.project ?? project, name: this.zone?.name ?? props.zone?.name ?? "" };
    const record = { project: zone.project, managedZone: zone.name, ttl: seconds };
    for (const [recordId, name] of [
      ["Domain", `${domain}.`],
      ["Names", `*.${domain}.`],
    ] as const) {
      new DnsRecordSet(this, recordId, { ...record, name, type: "A", rrdatas: [address.address] });
    }
    if (this.zone) {
      new DnsRecordSet(this, "Authorities", {
        ...record,
        name: `${domain}.`,
        type: "CAA",
        // No other authority may sign a certificate for a name of ours.
        rrdatas: ['0 issue "pki.goog"', '0 issuewild "pki.goog"'],
      });
    }
    new WebCertificate(this, "Certificate", { project, prefix, mapName: names.certificateMap, domain, zone });
    new WebFirewall(this, "Firewall", {
      project,
      name: names.securityPolicy,
      callers: props.callers,
      requestsPerMinute: props.requestsPerMinute,
    });
  }
}
