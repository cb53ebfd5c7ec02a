import { CertificateManagerCertificate } from "@cdktf/provider-google/lib/certificate-manager-certificate";
import { CertificateManagerCertificateMap } from "@cdktf/provider-google/lib/certificate-manager-certificate-map";
import { CertificateManagerCertificateMapEntry } from "@cdktf/provider-google/lib/certificate-manager-certificate-map-entry";
import { CertificateManagerDnsAuthorization } from "@cdktf/provider-google/lib/certificate-manager-dns-authorization";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { gcpName } from "../names";

/** Settings of a {@link WebCertificate}. */
export interface WebCertificateProps {
  readonly project: string;
  /** First part of all names. */
  readonly prefix: string;
  /** Name of the map, which the Gateway has in an annotation. */
  readonly mapName: string;
  readonly domain: string;
  /** Zone of Cloud DNS that has the domain. */
  readonly zone: { readonly project: string; readonly name: string };
}

/**
 * A certificate of Google's authority for a domain and every name right below it, renewed by Google. Who owns the domain is
 * proved by a record, so it is there before the first request and for names that nobody has asked for yet.
 *
 * @see https://cloud.google.com/certificate-manager/docs/domain-authorization
 */
export class WebCertificate extends Construct {
  constructor(scope: Construct, id: string, { project, prefix, mapName, domain, zone }: WebCertificateProps) {
    super(scope, id);
    const authorization = new CertificateManagerDnsAuthorization(this, "Authorization", {
      project,
      name: gcpName(this, "network", prefix, "web"),
      domain,
    });
    const proof = authorization.dnsResourceRecord.get(0);
    new DnsRecordSet(this, "Proof", {
      project: zone.project,
      managedZone: zone.name,
      name: proof.name,
      type: proof.type,
      ttl: 300,
      rrdatas: [proof.data],
    });
    const certificate = new CertificateManagerCertificate(this, "Resource", {
      project,
      name: gcpName(this, "network", prefix, "web"),
      managed: { domains: [domain, `*.${domain}`], dnsAuthorizations: [authorization.id] },
    });
    const map = new CertificateManagerCertificateMap(this, "Map", { project, name: mapName });
    for (const [entry, hostname] of [
      ["Domain", domain],
      ["Names", `*.${domain}`],
    ] as const) {
      new CertificateManagerCertificateMapEntry(this, entry, {
        project,
        name: gcpName(this, "network", prefix, "web", entry.toLowerCase()),
        map: map.name,
        hostname,
        certificates: [certificate.id],
      });
    }
  }
}
