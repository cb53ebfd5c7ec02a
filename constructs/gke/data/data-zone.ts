import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { gcpName } from "../names";
import { dataDomain } from "./cloud-sql-names";

/** Settings of {@link DataZone}. */
export interface DataZoneProps {
  readonly project: string;
  readonly environment: string;
  /** `projects/<project>/global/networks/<name>` */
  readonly network: string;
}

/** Seconds for which an address is remembered: a server that was restored has another one. */
const ttl = 60;

/**
 * Names of managed servers, known when the stacks are synthesized, while a cloud decides their addresses when it makes them.
 *
 * @see https://cloud.google.com/dns/docs/zones#create-private-zone
 */
export class DataZone extends Construct {
  readonly domain: string;
  private readonly zone: DnsManagedZone;
  private readonly project: string;

  constructor(scope: Construct, id: string, { project, environment, network }: DataZoneProps) {
    super(scope, id);
    this.project = project;
    this.domain = dataDomain(environment);
    this.zone = new DnsManagedZone(this, "Resource", {
      project,
      name: gcpName(this, "network", environment, "data"),
      dnsName: `${this.domain}.`,
      description: `Managed servers of ${environment}`,
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: network }] },
    });
  }

  /** Names an address. */
  add(name: string, address: string): void {
    new DnsRecordSet(this, idOf(name), {
      project: this.project,
      managedZone: this.zone.name,
      name: `${name}.${this.domain}.`,
      type: "A",
      ttl,
      rrdatas: [address],
    });
  }
}
