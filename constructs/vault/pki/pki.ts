import { Mount } from "@cdktf/provider-vault/lib/mount";
import { PkiSecretBackendConfigAutoTidy } from "@cdktf/provider-vault/lib/pki-secret-backend-config-auto-tidy";
import { PkiSecretBackendConfigUrls } from "@cdktf/provider-vault/lib/pki-secret-backend-config-urls";
import { PkiSecretBackendCrlConfig } from "@cdktf/provider-vault/lib/pki-secret-backend-crl-config";
import { PkiSecretBackendIntermediateCertRequest } from "@cdktf/provider-vault/lib/pki-secret-backend-intermediate-cert-request";
import { PkiSecretBackendIntermediateSetSigned } from "@cdktf/provider-vault/lib/pki-secret-backend-intermediate-set-signed";
import { PkiSecretBackendRole } from "@cdktf/provider-vault/lib/pki-secret-backend-role";
import { PkiSecretBackendRootCert } from "@cdktf/provider-vault/lib/pki-secret-backend-root-cert";
import { PkiSecretBackendRootSignIntermediate } from "@cdktf/provider-vault/lib/pki-secret-backend-root-sign-intermediate";
import type { ITerraformDependable, TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings, PlatformError } from "../../terraform";
import { pkiAccess, pkiUrls } from "./pki-access";

/** Settings of a {@link Pki}. */
export interface PkiProps {
  /** Namespaces whose services may have certificates, each for the names below `<namespace>.svc`. */
  readonly namespaces: readonly string[];
  /**
   * What must exist before, such as the audit devices.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Ten years: the root and the mounts, which bound what is signed in them. */
const rootSeconds = 10 * 365 * 24 * 3600;

/** Five years, of the intermediate. */
const intermediateSeconds = rootSeconds / 2;

/** 90 days, of a service's certificate; cert-manager renews it after 60. */
const serviceSeconds = 90 * 24 * 3600;

const key = { keyType: "ec", keyBits: 256 } as const;

/**
 * Vault's PKI engine: a root, an intermediate below it, and a role by which the intermediate signs certificates of services.
 *
 * Both keys are made inside Vault (`internal`) and cannot be read, by Terraform or anybody: the state holds certificates
 * and a request only.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/pki/considerations
 */
export class Pki extends Construct {
  /** Certificate of the root as an expression, PEM: what clients trust. It is public. */
  readonly rootCertificate: string;
  private readonly lifecycle: TerraformResourceLifecycle | undefined;

  /** @throws PlatformError for a name that no namespace can have, such as a pattern */
  constructor(scope: Construct, id: string, props: PkiProps) {
    super(scope, id);
    const namespaces = [...new Set(props.namespaces)].sort();
    const strange = namespaces.filter((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
    if (strange.length > 0) {
      throw new PlatformError(this, `namespaces are [${strange.join(", ")}]`, "give names of namespaces, no patterns");
    }
    this.lifecycle = DeploySettings.of(this).allowDestroy ? undefined : { preventDestroy: true };

    const rootMount = this.mount("RootMount", pkiAccess.rootMount, "Root of the platform's certificates", props);
    const root = new PkiSecretBackendRootCert(this, "Root", {
      backend: rootMount.path,
      type: "internal",
      commonName: "Terralake root",
      issuerName: "root",
      ttl: String(rootSeconds),
      maxPathLength: 1,
      ...key,
      lifecycle: this.lifecycle,
    });
    this.rootCertificate = root.certificate;
    const rootUrls = this.urls("RootUrls", pkiAccess.rootMount, rootMount);
    this.revocation("RootRevocation", rootMount, root);

    const mount = this.mount("IntermediateMount", pkiAccess.mount, "Certificates of the platform's services", props);
    const request = new PkiSecretBackendIntermediateCertRequest(this, "IntermediateRequest", {
      backend: mount.path,
      type: "internal",
      commonName: "Terralake services",
      ...key,
      lifecycle: this.lifecycle,
    });
    const signed = new PkiSecretBackendRootSignIntermediate(this, "IntermediateCertificate", {
      backend: rootMount.path,
      issuerRef: root.issuerId,
      csr: request.csr,
      commonName: "Terralake services",
      ttl: String(intermediateSeconds),
      maxPathLength: 0,
      // The addresses are written into what is signed, so they come first.
      dependsOn: [rootUrls],
      lifecycle: this.lifecycle,
    });
    // With the root beside it, so that whoever gets a certificate gets the whole chain.
    const intermediate = new PkiSecretBackendIntermediateSetSigned(this, "Intermediate", {
      backend: mount.path,
      certificate: signed.certificateBundle,
      lifecycle: this.lifecycle,
    });
    const urls = this.urls("Urls", pkiAccess.mount, mount);
    this.revocation("Revocation", mount, intermediate);
    this.role(mount, namespaces, [intermediate, urls]);
  }

  private mount(id: string, path: string, description: string, props: PkiProps): Mount {
    return new Mount(this, id, {
      path,
      type: "pki",
      description,
      defaultLeaseTtlSeconds: serviceSeconds,
      maxLeaseTtlSeconds: rootSeconds,
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
      lifecycle: this.lifecycle,
    });
  }

  /** Where a certificate's issuer and its list of revoked certificates are fetched, by anybody and without a token. */
  private urls(id: string, path: string, mount: Mount): PkiSecretBackendConfigUrls {
    const { issuer, revoked } = pkiUrls(path);
    return new PkiSecretBackendConfigUrls(this, id, {
      backend: mount.path,
      issuingCertificates: [issuer],
      crlDistributionPoints: [revoked],
      enableTemplating: true,
    });
  }

  /** Lists of revoked certificates are signed anew before they end, and what has ended is thrown away. */
  private revocation(id: string, mount: Mount, issuer: ITerraformDependable): void {
    const dependsOn = [issuer];
    new PkiSecretBackendCrlConfig(this, `${id}Lists`, {
      backend: mount.path,
      expiry: "72h",
      autoRebuild: true,
      autoRebuildGracePeriod: "12h",
      dependsOn,
    });
    new PkiSecretBackendConfigAutoTidy(this, `${id}Tidy`, {
      backend: mount.path,
      enabled: true,
      intervalDuration: "12h",
      safetyBuffer: "72h",
      tidyCertStore: true,
      tidyRevokedCerts: true,
      dependsOn,
    });
  }

  private role(mount: Mount, namespaces: readonly string[], dependsOn: ITerraformDependable[]): void {
    new PkiSecretBackendRole(this, "ServicesRole", {
      backend: mount.path,
      name: pkiAccess.role,
      allowedDomains: namespaces.map((namespace) => `${namespace}.svc`),
      allowSubdomains: true,
      allowBareDomains: false,
      allowGlobDomains: false,
      allowWildcardCertificates: false,
      allowLocalhost: false,
      allowAnyName: false,
      allowIpSans: false,
      enforceHostnames: true,
      // cert-manager asks without a common name: the names stand in the alternative names only.
      requireCn: false,
      ...key,
      keyUsage: ["DigitalSignature"],
      serverFlag: true,
      clientFlag: true,
      codeSigningFlag: false,
      emailProtectionFlag: false,
      ttl: String(serviceSeconds),
      maxTtl: String(serviceSeconds),
      dependsOn,
    });
  }
}
