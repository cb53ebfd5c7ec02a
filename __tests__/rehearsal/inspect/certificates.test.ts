import { CertificateAuthority } from "../../../rehearsal/cluster/certificates";
import { chainProblems, splitBundle } from "../../../rehearsal/inspect/certificate-chain";
import { notReady } from "../../../rehearsal/inspect/certificates";

describe("Certificates that are not ready", () => {
  const certificate = (name: string, conditions?: { type: string; status: string; message?: string }[]) => ({
    metadata: { name, namespace: "lake" },
    spec: { secretName: name, issuerRef: { name: "issuer" } },
    status: conditions && { conditions },
  });

  it("are named with what their issuer says", () => {
    expect(
      notReady([
        certificate("good", [{ type: "Ready", status: "True", message: "signed" }]),
        certificate("refused", [{ type: "Ready", status: "False", message: "vault: name not allowed" }]),
        certificate("new"),
        certificate("issuing", [{ type: "Issuing", status: "True" }]),
      ]),
    ).toEqual([
      "certificate lake/refused is not ready: vault: name not allowed",
      "certificate lake/new is not ready: nobody has looked at it",
      "certificate lake/issuing is not ready: nobody has looked at it",
    ]);
  });
});

describe("a chain", () => {
  const names = ["a.lake.svc"];

  it("must go from leaf over intermediate to root", async () => {
    const root = await CertificateAuthority.create("root");
    const other = await CertificateAuthority.create("root");
    const leaf = await root.issue({ commonName: "a", dnsNames: names });
    expect(chainProblems([leaf.certificate, root.certificate, root.certificate], names)).toEqual([]);
    expect(chainProblems([leaf.certificate, root.certificate], names)).toEqual([
      "it has 2 members instead of leaf, intermediate and root",
    ]);
    expect(chainProblems([leaf.certificate, other.certificate, other.certificate], names)).toEqual([
      "CN=a is not signed by CN=root",
    ]);
    expect(chainProblems([leaf.certificate, root.certificate, root.certificate], ["b.lake.svc"])).toEqual([
      "b.lake.svc is not in it",
    ]);
    expect(chainProblems([leaf.certificate, leaf.certificate, root.certificate], names)).toContain("CN=a may not sign");
  });

  it("is read from a bundle", async () => {
    const { certificate } = await CertificateAuthority.create("root");
    expect(splitBundle(`${certificate}\n${certificate}`).map((pem) => pem.trim())).toEqual([
      certificate.trim(),
      certificate.trim(),
    ]);
    expect(splitBundle("")).toEqual([]);
  });
});
