import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsPolicy } from "@cdktf/provider-google/lib/dns-policy";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { gcpName } from "../names";

/** Which addresses serve Google's APIs to a network. */
export type GoogleApisAccess = "private" | "restricted";

/**
 * Addresses of Google's APIs that are reached from inside Google's network only.
 *
 * @see https://cloud.google.com/vpc/docs/configure-private-google-access#config-options
 */
export const googleApiRanges: Readonly<Record<GoogleApisAccess, string>> = {
  private: "199.36.153.8/30",
  restricted: "199.36.153.4/30",
};

/** Domains whose names lead to these addresses: APIs and registries of images. */
const domains: readonly { readonly id: string; readonly domain: string }[] = [
  { id: "GoogleApis", domain: "googleapis.com" },
  { id: "ArtifactRegistry", domain: "pkg.dev" },
  { id: "ContainerRegistry", domain: "gcr.io" },
];

/** Settings of {@link PrivateNames}. */
export interface PrivateNamesProps {
  readonly project: string;
  /** First part of all names. */
  readonly prefix: string;
  /** The network, as a reference. */
  readonly network: string;
  readonly access: GoogleApisAccess;
}

const seconds = 300;

/**
 * Names of Google's APIs inside a network: they lead to addresses that the internet does not have, so that firewall, network
 * policies and VPC Service Controls can tell Google's APIs from everything else. Every question is logged.
 *
 * @see https://cloud.google.com/vpc-service-controls/docs/set-up-private-connectivity
 */
export class PrivateNames extends Construct {
  constructor(scope: Construct, id: string, { project, prefix, network, access }: PrivateNamesProps) {
    super(scope, id);
    new DnsPolicy(this, "Policy", {
      project,
      name: gcpName(this, "network", prefix, "dns"),
      description: "Logs which names were asked for, and by whom",
      // GKE-17: names that were asked for are the first trace of data that leaves.
      enableLogging: true,
      networks: [{ networkUrl: network }],
    });
    for (const { id: zoneId, domain } of domains) {
      const zone = new DnsManagedZone(this, zoneId, {
        project,
        name: gcpName(this, "network", prefix, domain.replace(".", "-")),
        dnsName: `${domain}.`,
        description: `${domain} at addresses that only Google's network has`,
        visibility: "private",
        privateVisibilityConfig: { networks: [{ networkUrl: network }] },
      });
      // Of googleapis.com, the host that Google names after the addresses; of the others, the domain itself.
      const host = domain === "googleapis.com" ? `${access}.${domain}.` : `${domain}.`;
      const record = { project, managedZone: zone.name, ttl: seconds };
      new DnsRecordSet(this, `${zoneId}Addresses`, {
        ...record,
        name: host,
        type: "A",
        rrdatas: addressesOf(googleApiRanges[access]),
      });
      new DnsRecordSet(this, `${zoneId}Names`, { ...record, name: `*.${domain}.`, type: "CNAME", rrdatas: [host] });
    }
  }
}

/** The four addresses of a /30. */
function addressesOf(range: string): string[] {
  const [, front = "", last = ""] = /^(.*\.)(\d+)\/30$/.exec(range) ?? [];
  return [0, 1, 2, 3].map((offset) => `${front}${Number(last) + offset}`);
}
