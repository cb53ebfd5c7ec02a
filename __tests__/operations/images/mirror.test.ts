import { chartCopies, imageCopies } from "../../../operations/images/mirror";

const digest = `sha256:${"a".repeat(64)}`;
const image = (registry: string, repository: string, tag?: string, withDigest?: string) => ({
  reference: `${registry}/${repository}${tag ? `:${tag}` : ""}${withDigest ? `@${withDigest}` : ""}`,
  registry,
  repository,
  ...(tag ? { tag } : {}),
  ...(withDigest ? { digest: withDigest } : {}),
});

test("an image keeps its path below the registry, where an environment with images.registry looks for it", () => {
  expect(imageCopies([image("quay.io", "a/b", "1.2.3")], "registry.example.com/mirror", "skopeo")).toEqual([
    ["skopeo", "copy", "--all", "docker://quay.io/a/b:1.2.3", "docker://registry.example.com/mirror/a/b:1.2.3"],
  ]);
  expect(imageCopies([image("quay.io", "a/b", "1.2.3")], "localhost:5001", "crane")).toEqual([
    ["crane", "copy", "--insecure", "quay.io/a/b:1.2.3", "localhost:5001/a/b:1.2.3"],
  ]);
});

test("an image that is there already is not copied", () => {
  expect(imageCopies([image("localhost:5001", "a/b", "1")], "localhost:5001", "skopeo")).toEqual([]);
});

test("a source with tag and digest is taken by its digest, since skopeo takes one of them", () => {
  const [command = []] = imageCopies([image("quay.io", "a/b", "1", digest)], "localhost:5001", "skopeo");
  expect(command.slice(-2)).toEqual([`docker://quay.io/a/b@${digest}`, "docker://localhost:5001/a/b:1"]);
});

test("charts come from an index or an OCI repository, and go to one folder of the registry", () => {
  expect(
    chartCopies(
      [
        { chart: "trino", repository: "https://trinodb.github.io/charts/", version: "1.42.2" },
        { chart: "reloader", repository: "oci://ghcr.io/stakater/charts", version: "2.2.16" },
      ],
      "localhost:5001",
    ).map((command) => command.join(" ")),
  ).toEqual([
    "helm pull trino --repo https://trinodb.github.io/charts/ --version 1.42.2",
    "helm push trino-1.42.2.tgz oci://localhost:5001/charts --plain-http",
    "helm pull oci://ghcr.io/stakater/charts/reloader --version 2.2.16",
    "helm push reloader-2.2.16.tgz oci://localhost:5001/charts --plain-http",
  ]);
});
