import { pkiAccess } from "../../constructs/vault";
import { all, only } from "../constructs/gke/synthesized";
import { objectsOf, releasesOf } from "../support/releases";
import { synthesizedStack } from "../support/synthesized-platform";

interface CertificateSpec {
  readonly dnsNames: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly duration: string;
  readonly issuerRef: { readonly kind: string; readonly name: string };
}

const environments = ["kind", "minikube", "gke-dev", "gke-staging", "gke-prod"];

describe.each(environments)("certificates of services in %s", (environment) => {
  const objects = objectsOf(releasesOf(synthesizedStack(environment, "services").constructs));
  const secrets = synthesizedStack(environment, "secrets").constructs;
  const certificates = objects
    .filter(({ kind }) => kind === "Certificate")
    .map(({ metadata, spec }) => ({ namespace: metadata.namespace, spec: spec as CertificateSpec }))
    .filter(({ spec }) => spec.issuerRef.name === pkiAccess.issuer);

  it("ask an issuer that is there", () => {
    const issuers = objects.filter(({ kind }) => kind === "ClusterIssuer").map(({ metadata }) => metadata.name);
    expect(issuers).toEqual([pkiAccess.issuer]);
    expect(certificates.map(({ spec }) => spec.issuerRef.kind)).toEqual(certificates.map(() => "ClusterIssuer"));
  });

  it("ask for nothing that Vault's role refuses", () => {
    const role = only(secrets, "vault_pki_secret_backend_role");
    const domains = role.allowed_domains as readonly string[];
    for (const { namespace, spec } of certificates) {
      expect(domains).toContain(`${namespace}.svc`);
      expect(spec.dnsNames.length).toBeGreaterThan(0);
      for (const name of spec.dnsNames) {
        expect(name).toMatch(/^[a-z0-9.-]+\.svc$/);
        expect(domains.some((domain) => name.endsWith(`.${domain}`))).toBe(true);
      }
      expect(spec.ipAddresses ?? []).toEqual([]);
      expect(Number.parseInt(spec.duration, 10) * 3600).toBeLessThanOrEqual(Number(role.max_ttl));
    }
  });

  it("are for no namespace of the platform itself", () => {
    const domains = only(secrets, "vault_pki_secret_backend_role").allowed_domains as readonly string[];
    expect(domains).not.toContain("vault.svc");
    expect(domains).not.toContain("cert-manager.svc");
  });

  it("come after what cert-manager needs in Vault, which is made by the layer before", () => {
    expect(all(secrets, "vault_kubernetes_auth_backend_role").map(({ role_name }) => role_name)).toContain(
      pkiAccess.issuer,
    );
  });
});

it("PostgreSQL and its client have certificates in kind", () => {
  const names = objectsOf(releasesOf(synthesizedStack("kind", "services").constructs))
    .filter(({ kind }) => kind === "Certificate")
    .filter(({ spec }) => (spec as CertificateSpec).issuerRef.name === pkiAccess.issuer)
    .map(({ metadata }) => metadata.name);
  expect(names).toEqual(expect.arrayContaining(["nessie-tls", "postgres-tls"]));
});
