import { CertificateAuthority, CustomResources, serviceCertificate } from "../../../constructs/kubernetes";
import { PlatformError } from "../../../constructs/terraform";
import { releasesOf, valuesOf } from "../../support/releases";
import { lake, testStack } from "../../support/test-stack";
import { all, only } from "../gke/synthesized";

function object(name: string, namespace?: string, kind = "Thing") {
  return { apiVersion: "example.com/v1", kind, metadata: { name, namespace } };
}

function resources(...objects: ReturnType<typeof object>[]) {
  const stack = testStack();
  new CustomResources(stack, "Things", { namespace: lake, releaseName: "things", objects });
  return stack;
}

describe("CustomResources", () => {
  it("delivers objects by the local chart, by names that are unique in the release", () => {
    const stack = resources(object("a"), object("a", "other"), object("b", "lake"), object("a", undefined, "Item"));
    expect(releasesOf(stack)).toMatchObject([{ name: "things", namespace: "lake", chart: "custom-resources" }]);
    expect(Object.keys(valuesOf(stack, "things").objects as object)).toEqual([
      "item-a",
      "thing-a",
      "thing-b",
      "thing-other-a",
    ]);
    expect(valuesOf(stack, "things")).toMatchObject({ objects: { "thing-b": object("b", "lake") } });
  });

  it("delivers what its objects are when the tree is written, where they still grow", () => {
    const stack = testStack();
    const objects = [object("a")];
    const made = new CustomResources(stack, "Things", {
      namespace: lake,
      releaseName: "things",
      objects: () => objects,
    });
    objects.push(object("${b}"));
    expect(Object.keys(valuesOf(stack, "things").objects as object)).toEqual(["thing-${b}", "thing-a"]);
    expect(made.objects).toEqual(objects);
  });

  it("refuses two of a name also where objects still grow", () => {
    const stack = testStack();
    const objects = () => [object("a"), object("a")];
    new CustomResources(stack, "Things", { namespace: lake, releaseName: "things", objects });
    expect(() => valuesOf(stack, "things")).toThrow("thing-a is there twice");
  });

  it("does not wait, as Helm cannot judge custom resources", () => {
    expect(only(resources(object("a")), "helm_release")).toMatchObject({ wait: false });
  });

  it("uses no manifest, so that a plan needs no cluster", () => {
    expect(all(resources(object("a")), "kubernetes_manifest")).toEqual([]);
  });

  it("refuses to deliver nothing", () => {
    expect(() => resources()).toThrow(PlatformError);
    expect(() => resources()).toThrow("test/Things: there are no objects: add one or leave the release out");
  });

  it.each([
    ["twice", undefined],
    ["once with the namespace of the release", "lake"],
  ])("refuses an object that is there %s", (_, namespace) => {
    expect(() => resources(object("a"), object("a", namespace))).toThrow(
      "test/Things: thing-a is there twice: keep one of them or give the other another name",
    );
  });
});

describe("serviceCertificate", () => {
  it("is renewed long before it ends, with a new key each time", () => {
    const certificate = serviceCertificate({ name: "tls", namespace: lake, issuer: "ca", dnsNames: ["a.lake.svc"] });
    expect(certificate).toMatchObject({
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: "tls", namespace: "lake" },
      spec: {
        secretName: "tls",
        duration: "2160h",
        renewBefore: "720h",
        dnsNames: ["a.lake.svc"],
        privateKey: { rotationPolicy: "Always" },
        issuerRef: { kind: "ClusterIssuer", name: "ca" },
      },
    });
  });
});

describe("CertificateAuthority", () => {
  it("signs itself and offers an issuer", () => {
    const stack = testStack();
    const authority = new CertificateAuthority(stack, "Authority", { namespace: lake, name: "platform-ca" });
    expect(authority.issuer).toBe("platform-ca");
    expect(valuesOf(stack, "platform-ca").objects).toMatchObject({
      "clusterissuer-platform-ca-root": { spec: { selfSigned: {} } },
      "certificate-platform-ca": { spec: { isCA: true, issuerRef: { name: "platform-ca-root" } } },
      "clusterissuer-platform-ca": { spec: { ca: { secretName: "platform-ca" } } },
    });
  });
});
