import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CustomResources, type KubernetesObject } from "./custom-resources";
import type { INamespace } from "./namespace";

/** Settings of a {@link CertificateAuthority}. */
export interface CertificateAuthorityProps {
  /** Namespace of cert-manager, where it looks for the key of a ClusterIssuer. */
  readonly namespace: INamespace;
  /** Name of the ClusterIssuer, and of the Secret that holds its key. */
  readonly name: string;
  /**
   * What must exist before.
   *
   * @default - nothing but the namespace
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const apiVersion = "cert-manager.io/v1";

/** Settings of a certificate that the platform's own authority signs. */
export interface ServiceCertificateProps {
  /** Name of the Certificate and of the Secret it becomes. */
  readonly name: string;
  readonly namespace: INamespace;
  /** ClusterIssuer that signs it. */
  readonly issuer: string;
  /** Names that the certificate is good for, the first is its common name in listings. */
  readonly dnsNames: readonly string[];
  /** @default - none */
  readonly ipAddresses?: readonly string[];
  /**
   * Labels of the Secret, such as those by which an operator follows a renewal.
   *
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
  /**
   * Whether key and certificates stand in one file too, `tls-combined.pem`.
   *
   * @default false
   */
  readonly combined?: boolean;
  /**
   * Whether the key is written in PKCS #8, which Java's servers read and nothing else.
   *
   * @default false: the form of its algorithm
   */
  readonly pkcs8?: boolean;
}

/** A certificate for a service, renewed by cert-manager 30 days before its 90 days end. */
export function serviceCertificate(props: ServiceCertificateProps): KubernetesObject {
  return {
    apiVersion,
    kind: "Certificate",
    metadata: { name: props.name, namespace: props.namespace.name },
    spec: {
      secretName: props.name,
      duration: "2160h",
      renewBefore: "720h",
      privateKey: {
        algorithm: "ECDSA",
        size: 256,
        rotationPolicy: "Always",
        encoding: props.pkcs8 ? "PKCS8" : undefined,
      },
      usages: ["digital signature", "key encipherment", "server auth", "client auth"],
      dnsNames: props.dnsNames,
      ipAddresses: props.ipAddresses,
      secretTemplate: props.labels ? { labels: props.labels } : undefined,
      additionalOutputFormats: props.combined ? [{ type: "CombinedPEM" }] : undefined,
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: props.issuer },
    },
  };
}

/** The platform's own certificate authority for traffic between its services; its key never leaves the cluster. */
export class CertificateAuthority extends Construct {
  /** Name of the ClusterIssuer. */
  readonly issuer: string;
  readonly resources: CustomResources;

  constructor(scope: Construct, id: string, props: CertificateAuthorityProps) {
    super(scope, id);
    this.issuer = props.name;
    const selfSigned = `${props.name}-root`;
    this.resources = new CustomResources(this, "Issuers", {
      namespace: props.namespace,
      releaseName: props.name,
      dependsOn: props.dependsOn,
      objects: [
        { apiVersion, kind: "ClusterIssuer", metadata: { name: selfSigned }, spec: { selfSigned: {} } },
        {
          apiVersion,
          kind: "Certificate",
          metadata: { name: props.name, namespace: props.namespace.name },
          spec: {
            isCA: true,
            commonName: props.name,
            secretName: props.name,
            duration: "87600h",
            // Another key would break the trust of all whose own certificate is not renewed yet.
            privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: selfSigned },
          },
        },
        { apiVersion, kind: "ClusterIssuer", metadata: { name: props.name }, spec: { ca: { secretName: props.name } } },
      ],
    });
  }
}
