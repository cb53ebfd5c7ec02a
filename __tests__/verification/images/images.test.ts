import type { RenderedRelease } from "../../../verification";
import { checkImages, Ledger, listImages } from "../../../verification";
import { imageReference } from "../../../verification/images/reference";

/** A release that makes one object. */
function release(id: string, block: object): RenderedRelease {
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    name: "a",
    namespace: "b",
    block,
    origin: { stack: "s", release: id },
  };
  return { installation: { id }, by: "helm", objects: [object] } as unknown as RenderedRelease;
}

const namesIn = (block: object) => listImages([release("a/b", block)]).map(({ reference }) => reference);

describe("a reference", () => {
  test.each([
    ["nginx:1.27", "docker.io/library/nginx:1.27"],
    ["apache/hive:4.2.0", "docker.io/apache/hive:4.2.0"],
    ["localhost:5001/a/b:1", "localhost:5001/a/b:1"],
    ["quay.io/a/b", "quay.io/a/b"],
  ])("%s is %s", (text, reference) => expect(imageReference(text)?.reference).toBe(reference));

  test.each(["", "two words", "https://example.com/a:1", "UPPER/case:1"])("%p is none", (text) =>
    expect(imageReference(text)).toBeUndefined(),
  );
});

describe("the list", () => {
  test("has what containers, custom resources, arguments and environments name", () => {
    expect(
      namesIn({
        spec: {
          containers: [
            {
              image: "quay.io/a/pod:1",
              args: ["--reloader=quay.io/a/reloader:2"],
              env: [{ name: "KAFKA_IMAGES", value: "4.2.0=quay.io/a/kafka:1-4.2.0\n4.3.1=quay.io/a/kafka:1-4.3.1\n" }],
            },
          ],
          imageName: "ghcr.io/a/postgresql:17.6",
          web: { image: { repository: "docker.io/a/superset", tag: "6.1.0" } },
        },
      }),
    ).toEqual([
      "docker.io/a/superset:6.1.0",
      "ghcr.io/a/postgresql:17.6",
      "quay.io/a/kafka:1-4.2.0",
      "quay.io/a/kafka:1-4.3.1",
      "quay.io/a/pod:1",
      "quay.io/a/reloader:2",
    ]);
  });

  test("takes no address of a service for an image", () => {
    expect(
      namesIn({ spec: { url: "http://nessie.data-platform.svc:19120/iceberg/", host: "trino.data.svc:8080" } }),
    ).toEqual([]);
  });

  test("names every release that runs an image", () => {
    const pod = { spec: { containers: [{ image: "quay.io/a/b:1" }] } };
    expect(listImages([release("b/b", pod), release("a/a", pod)])).toMatchObject([{ releases: ["a/a", "b/b"] }]);
  });
});

describe("an environment that admits attested images alone", () => {
  const own = "europe-west1-docker.pkg.dev/example-dev/platform";
  const policy = { admission_whitelist_patterns: [{ name_pattern: "quay.io/a/b*" }, { name_pattern: "ghcr.io/c/**" }] };
  const stacks = [
    {
      name: "gke-prod-cluster",
      folder: "",
      json: { resource: { google_binary_authorization_policy: { Policy: policy } } },
    },
  ];
  const found = (image: string, attested: string | undefined = own) => {
    const ledger = new Ledger();
    const pods = [release("a/b", { spec: { containers: [{ image }] } })];
    checkImages(pods, ledger, { ...(attested && { attested }), stacks: stacks as never });
    return ledger.findings.map(({ allowed }) => allowed);
  };

  test("is told of its own image that has no digest, and so no attestation", () => {
    const refused = ["an image with a digest: admission refuses it until CI has attested it"];
    expect(found(`${own}/terralake/kyuubi:1`)).toEqual(refused);
    expect(found(`${own}/terralake/kyuubi:1@sha256:${"0".repeat(64)}`)).toEqual([]);
    expect(found(`${own}/terralake/kyuubi:1`, "")).toEqual([]);
  });

  test("is told of another's image that its policy does not list", () => {
    const refused = ["an image that admission knows: this one is neither attested nor listed"];
    expect(found("quay.io/a/b:1")).toEqual([]);
    expect(found("ghcr.io/c/d/e:1")).toEqual([]);
    expect(found("quay.io/a/b/c:1")).toEqual(refused);
    expect(found("quay.io/a/other:1")).toEqual(refused);
  });
});

describe("the check", () => {
  const problems = (image: string) => {
    const ledger = new Ledger();
    checkImages([release("a/b", { spec: { containers: [{ image }] } })], ledger);
    expect(ledger.checked).toEqual({ images: 1 });
    return ledger.findings.map(({ given, allowed }) => `${given}: ${allowed}`);
  };

  test.each(["quay.io/a/b:latest", "quay.io/a/b"])("refuses %s, which is another image tomorrow", (image) => {
    expect(problems(image)).toEqual([`${image}: an exact tag or a digest`]);
  });

  test.each([
    "bitnami/kubectl:1.34.0",
    "docker.io/bitnamilegacy/redis:7",
    "apachesuperset.docker.scarf.sh/apache/superset:6",
  ])("refuses %s for its registry", (image) => expect(problems(image)).toHaveLength(1));

  test("refuses what an environment's mirror does not have", () => {
    const ledger = new Ledger();
    const of = (image: string) => release("a/b", { spec: { containers: [{ image }] } });
    checkImages([of("quay.io/a/b:1"), of("mirror.example.com/x/a/b:1")], ledger, {
      registries: ["mirror.example.com/x"],
    });
    expect(ledger.findings.map(({ given }) => given)).toEqual(["quay.io/a/b:1"]);
  });

  test.each(["quay.io/a/b:1", `quay.io/a/b@sha256:${"0".repeat(64)}`])("takes %s", (image) => {
    expect(problems(image)).toEqual([]);
  });
});
