import { ImageRegistry, type ImageRegistryProps } from "../../../../constructs/gke/images/image-registry";
import { RegistryMirror, type RegistryMirrorProps } from "../../../../constructs/gke/images/registry-mirror";
import { all, emptyStack, only, where } from "../synthesized";

const key = "projects/p/locations/l/keyRings/r/cryptoKeys/registry";
const place = { project: "example-dev", region: "europe-west1" };
const nodes = { id: "Nodes", member: "serviceAccount:nodes@example-dev.iam.gserviceaccount.com" };
const publisher = { id: "Publisher", member: "serviceAccount:images@example-dev.iam.gserviceaccount.com" };

describe("ImageRegistry", () => {
  function registry(props: Partial<ImageRegistryProps> = {}, stack = emptyStack()) {
    const made = new ImageRegistry(stack, "Registry", {
      ...place,
      repository: "platform",
      keepVersions: 10,
      deleteUntaggedDays: 14,
      readers: [nodes],
      writers: [publisher],
      ...props,
    });
    return { stack, made, block: () => only(stack, "google_artifact_registry_repository") };
  }

  it("has the address that images are named by", () => {
    const { made, block } = registry();
    expect(made.address).toBe("europe-west1-docker.pkg.dev/example-dev/platform");
    expect(block()).toMatchObject({ location: "europe-west1", repository_id: "platform", format: "DOCKER" });
  });

  it("keeps the newest versions and deletes those without a tag by age", () => {
    expect(registry({ keepVersions: 5, deleteUntaggedDays: 2 }).block()).toMatchObject({
      cleanup_policy_dry_run: false,
      cleanup_policies: [
        { action: "KEEP", most_recent_versions: { keep_count: 5 } },
        { action: "DELETE", condition: { tag_state: "UNTAGGED", older_than: "172800s" } },
      ],
    });
  });

  it("has tags that do not move and looks for vulnerabilities, unless it is told otherwise", () => {
    expect(registry().block()).toMatchObject({
      docker_config: { immutable_tags: true },
      vulnerability_scanning_config: { enablement_config: "INHERITED" },
    });
    expect(registry({ movableTags: true, scanning: false }).block()).toMatchObject({
      docker_config: { immutable_tags: false },
      vulnerability_scanning_config: { enablement_config: "DISABLED" },
    });
  });

  it("encrypts with a key by name when one is given", () => {
    expect(registry({ kmsKey: key }).block().kms_key_name).toBe(key);
    expect(registry().block()).not.toHaveProperty("kms_key_name");
  });

  it("is read by nodes and written by the publisher alone", () => {
    const grants = all(registry().stack, "google_artifact_registry_repository_iam_member");
    expect(grants.map(({ role, member }) => [role, member])).toEqual([
      ["roles/artifactregistry.reader", nodes.member],
      ["roles/artifactregistry.writer", publisher.member],
    ]);
  });

  it("stays unless the environment may be destroyed", () => {
    expect(registry().block().lifecycle).toEqual({ prevent_destroy: true });
    expect(registry({}, emptyStack({ allowDestroy: true })).block().lifecycle).toEqual({ prevent_destroy: false });
  });
});

describe("RegistryMirror", () => {
  function mirror(props: Partial<RegistryMirrorProps> = {}) {
    const stack = emptyStack();
    const made = new RegistryMirror(stack, "Mirror", {
      ...place,
      repository: "mirror",
      registries: ["docker.io", "quay.io"],
      readers: [nodes],
      ...props,
    });
    return { stack, made };
  }
  const repository = (name: string, props: Partial<RegistryMirrorProps> = {}) =>
    where(mirror(props).stack, "google_artifact_registry_repository", "repository_id", name);

  it("copies each registry, Docker Hub by its name and others by their address", () => {
    expect(repository("mirror-docker-io")).toMatchObject({
      mode: "REMOTE_REPOSITORY",
      remote_repository_config: { docker_repository: { public_repository: "DOCKER_HUB" } },
    });
    expect(repository("mirror-quay-io")).toMatchObject({
      mode: "REMOTE_REPOSITORY",
      remote_repository_config: { common_repository: { uri: "https://quay.io" } },
    });
  });

  it("offers all under one address, where the first registry wins", () => {
    expect(mirror().made.address).toBe("europe-west1-docker.pkg.dev/example-dev/mirror");
    const { upstream_policies: policies } = repository("mirror").virtual_repository_config as {
      readonly upstream_policies: readonly { readonly id: string; readonly priority: number }[];
    };
    expect(policies.map(({ id, priority }) => [id, priority])).toEqual([
      ["mirror-docker-io", 20],
      ["mirror-quay-io", 10],
    ]);
  });

  it("encrypts and forgets copies", () => {
    expect(repository("mirror-quay-io", { kmsKey: key, keepDays: 7 })).toMatchObject({
      kms_key_name: key,
      cleanup_policies: [{ action: "DELETE", condition: { older_than: "604800s" } }],
    });
  });

  it("is read by its one address", () => {
    const grant = only(mirror().stack, "google_artifact_registry_repository_iam_member");
    expect(grant).toMatchObject({ role: "roles/artifactregistry.reader", member: nodes.member });
    expect(grant.repository).toMatch(/\.Mirror(_\w{8})?\.name\}$/);
  });

  it("refuses no registry, and one twice", () => {
    expect(() => mirror({ registries: [] })).toThrow("registries is empty: name each registry once, one at least");
    expect(() => mirror({ registries: ["quay.io", "quay.io"] })).toThrow('the registry "quay.io" is named twice');
  });
});
