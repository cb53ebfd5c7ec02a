import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from "@peculiar/x509";
import type { VaultClient } from "../../../operations/vault/client";
import { createRequest } from "../../../rehearsal/cluster/certificate-request";
import { CertificateAuthority } from "../../../rehearsal/cluster/certificates";
import { signByVault, tokenAudiences, type VaultIssuerSpec } from "../../../rehearsal/cluster/vault-issuer";

const spec: VaultIssuerSpec = {
  server: "https://vault-active.vault.svc:8200",
  path: "pki-int/sign/services",
  auth: { kubernetes: { role: "vault-services", serviceAccountRef: { name: "issuer", audiences: ["vault"] } } },
};

/** A Vault that answers with what it is given, and keeps what it is asked. */
function vaultWith(data: object) {
  const asked: { path: string; body: Readonly<Record<string, unknown>> }[] = [];
  const put: VaultClient["put"] = async (path, body) => {
    asked.push({ path, body });
    return { data };
  };
  return { asked, client: { put } as VaultClient };
}

describe("the stand-in for cert-manager's Vault issuer", () => {
  it("asks for a token with the audiences that cert-manager asks for", () => {
    expect(tokenAudiences("vault-services", spec)).toEqual([
      "vault",
      "vault://vault-services",
      "https://vault-active.vault.svc:8200",
    ]);
  });

  it("asks for the names of a request without a common name", async () => {
    const { request, key } = await createRequest({ dnsNames: ["a.lake.svc", "b.lake.svc"], ipAddresses: ["10.0.0.1"] });
    const parsed = new Pkcs10CertificateRequest(request);
    expect(parsed.subject).toBe("");
    expect(await parsed.verify()).toBe(true);
    const names = parsed.extensions.find(({ type }) => type === "2.5.29.17");
    expect(new SubjectAlternativeNameExtension(names?.rawData ?? new Uint8Array()).names.toJSON()).toEqual([
      { type: "dns", value: "a.lake.svc" },
      { type: "dns", value: "b.lake.svc" },
      { type: "ip", value: "10.0.0.1" },
    ]);
    expect(key).toContain("PRIVATE KEY");
  });

  it("sends what cert-manager sends, and keeps the root apart from the chain", async () => {
    const root = await CertificateAuthority.create("root");
    const leaf = await root.issue({ commonName: "a.lake.svc", dnsNames: ["a.lake.svc"] });
    const { client, asked } = vaultWith({
      certificate: leaf.certificate,
      issuing_ca: root.certificate,
      ca_chain: [root.certificate],
    });
    const signed = await signByVault(client, spec.path, { request: "CSR", dnsNames: ["a.lake.svc"] }, 3600);
    expect(asked).toEqual([
      {
        path: "pki-int/sign/services",
        body: {
          common_name: "",
          alt_names: "a.lake.svc",
          ip_sans: "",
          uri_sans: "",
          ttl: "3600s",
          csr: "CSR",
          exclude_cn_from_sans: "true",
        },
      },
    ]);
    expect(signed.chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    expect(new X509Certificate(signed.chain).subject).toBe("CN=a.lake.svc");
    expect(new X509Certificate(signed.authority).subject).toBe("CN=root");
  });

  it("trusts the last of a chain that has no root", async () => {
    const root = await CertificateAuthority.create("root");
    const leaf = await root.issue({ commonName: "a.lake.svc" });
    const above = await root.issue({ commonName: "above" });
    const { client } = vaultWith({ certificate: leaf.certificate, issuing_ca: above.certificate });
    const { authority } = await signByVault(client, spec.path, { request: "CSR" }, 60);
    expect(new X509Certificate(authority).subject).toBe("CN=above");
  });
});
