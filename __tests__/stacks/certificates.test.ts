import { pkiAccess } from "../../constructs/vault";
import { environments } from "../../environments";
import { defineEnvironment, type EnvironmentInput } from "../../environments/schema";
import type { Layer } from "../../stacks/layers";
import { all, only } from "../constructs/gke/synthesized";
import analyticalEngines from "../fixtures/environments/valid/analytical-engines";
import dataStores from "../fixtures/environments/valid/data-stores";
import kyuubiMonitored from "../fixtures/environments/valid/kyuubi-monitored";
import minikubeEveryService from "../fixtures/environments/valid/minikube-every-service";
import streaming from "../fixtures/environments/valid/streaming";
import { objectsOf, releasesOf } from "../support/releases";
import { synthesizedEnvironments, synthesizedStack } from "../support/synthesized-platform";

interface CertificateSpec {
  readonly dnsNames: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly duration: string;
  readonly issuerRef: { readonly kind: string; readonly name: string };
}

/** Environments of the program do not have every service: these have the others, and pages with hosts outside. */
const more = { analyticalEngines, dataStores, kyuubiMonitored, minikubeEveryService, streaming };

const cases = [
  ...environments.map((environment) => [environment.name, environment] as const),
  ...Object.entries(more).map(([name, input]) => [name, defineEnvironment(input as EnvironmentInput)] as const),
];

describe.each(cases)("certificates of services in %s", (_name, environment) => {
  const stacks = synthesizedEnvironments([environment]);
  const constructsOf = (layer: Layer) => {
    const found = stacks.find((stack) => stack.layer === layer);
    if (!found) throw new Error(`${environment.name} has no stack ${layer}`);
    return found.constructs;
  };
  const objects = objectsOf(releasesOf(constructsOf("services")));
  const secrets = constructsOf("secrets");
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
