import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { requestJson } from "../../../operations/https-json";
import { CertificateAuthority, createServiceAccountKeys } from "../../../rehearsal/cluster/certificates";

describe("certificate authority", () => {
  it("signs a certificate that chains to it and carries the names", async () => {
    const authority = await CertificateAuthority.create("test-ca");
    const ca = new X509Certificate(authority.certificate);
    const pair = await authority.issue({
      commonName: "vault",
      organizations: ["system:masters", "others"],
      dnsNames: ["vault-active.vault.svc"],
      ipAddresses: ["127.0.0.1", "10.200.0.1"],
    });
    const certificate = new X509Certificate(pair.certificate);

    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkHost("vault-active.vault.svc")).toBeDefined();
    expect(certificate.checkIP("10.200.0.1")).toBeDefined();
    expect(certificate.checkIP("10.200.0.2")).toBeUndefined();
    expect(certificate.subject.split("\n")).toEqual(["O=system:masters", "O=others", "CN=vault"]);
    expect(certificate.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
  });

  it("is refused by another authority", async () => {
    const [one, other] = await Promise.all([CertificateAuthority.create("one"), CertificateAuthority.create("other")]);
    const pair = await one.issue({ commonName: "x" });
    expect(new X509Certificate(pair.certificate).verify(new X509Certificate(other.certificate).publicKey)).toBe(false);
  });

  it("goes on signing after it was saved and loaded", async () => {
    const first = await CertificateAuthority.create("test-ca");
    const loaded = await CertificateAuthority.load(first.certificate, first.key);
    const pair = await loaded.issue({ commonName: "x", dnsNames: ["x"] });
    expect(new X509Certificate(pair.certificate).verify(new X509Certificate(first.certificate).publicKey)).toBe(true);
  });

  it("serves TLS to a client that trusts it, under the name it was made for, and to no other", async () => {
    const authority = await CertificateAuthority.create("test-ca");
    const pair = await authority.issue({ commonName: "x", dnsNames: ["vault-active.vault.svc"] });
    const server = createServer({ cert: pair.certificate, key: pair.key }, (_, response) =>
      response.end('{"ok":true}'),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      const request = { method: "GET", url, ca: authority.certificate } as const;
      await expect(requestJson({ ...request, serverName: "vault-active.vault.svc" })).resolves.toMatchObject({
        status: 200,
        body: { ok: true },
      });
      await expect(requestJson(request)).rejects.toThrow(/does not match certificate/);
      await expect(requestJson({ method: "GET", url, serverName: "vault-active.vault.svc" })).rejects.toThrow();
    } finally {
      server.close();
    }
  });
});

it("makes a pair of keys for service-account tokens that belong together", () => {
  const keys = createServiceAccountKeys();
  const derived = createPublicKey(createPrivateKey(keys.privateKey)).export({ type: "spki", format: "pem" });
  expect(derived).toBe(keys.publicKey);
});
