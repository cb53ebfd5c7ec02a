import { type PlatformKey, platformKeys } from "../../../../constructs/gke/addresses";
import { KmsKeys, rotationDays } from "../../../../constructs/gke/bootstrap/kms-keys";
import { ProjectServices, platformServices } from "../../../../constructs/gke/bootstrap/project-services";
import { StateBucket } from "../../../../constructs/gke/bootstrap/state-bucket";
import { PrivateBucket, type PrivateBucketProps } from "../../../../constructs/gke/storage/private-bucket";
import { all, type Block, emptyStack, only } from "../synthesized";

const kmsKey = "projects/example-dev/locations/europe-west1/keyRings/gke-dev-platform/cryptoKeys/state";

describe("PrivateBucket", () => {
  function bucket(props: Partial<PrivateBucketProps> = {}): Block {
    const stack = emptyStack();
    new PrivateBucket(stack, "Bucket", { name: "example-dev-gke-dev-lake", location: "europe-west1", ...props });
    return only(stack, "google_storage_bucket");
  }

  it("is never public and keeps old versions", () => {
    expect(bucket()).toMatchObject({
      uniform_bucket_level_access: true,
      public_access_prevention: "enforced",
      versioning: { enabled: true },
    });
  });

  it("forgets old versions after the stated days, and never live objects unless told", () => {
    const rules = (props: Partial<PrivateBucketProps>) =>
      (bucket(props).lifecycle_rule as readonly { condition: Block; action: Block }[]).filter(
        ({ action }) => action.type === "Delete",
      );
    expect(rules({ noncurrentDays: 7 })).toEqual([
      {
        action: { type: "Delete" },
        condition: { days_since_noncurrent_time: 7, num_newer_versions: 1, with_state: "ARCHIVED" },
      },
    ]);
    expect(rules({ expireDays: 30 })[1]).toEqual({
      action: { type: "Delete" },
      condition: { age: 30, with_state: "LIVE" },
    });
  });

  it.each([true, false])("with allowDestroy %s drops its objects accordingly", (allowDestroy) => {
    expect(bucket({ allowDestroy })).toMatchObject({
      force_destroy: allowDestroy,
      lifecycle: { prevent_destroy: !allowDestroy },
    });
  });

  it("encrypts with a key when one is given", () => {
    expect(bucket({ kmsKey })).toMatchObject({ encryption: { default_kms_key_name: kmsKey } });
    expect(bucket()).not.toHaveProperty("encryption");
  });
});

describe("StateBucket", () => {
  it("cannot be destroyed, not even where the environment allows it", () => {
    const stack = emptyStack({ allowDestroy: true });
    new StateBucket(stack, "State", { name: "example-dev-state", location: "europe-west1", kmsKey });
    expect(only(stack, "google_storage_bucket")).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
      versioning: { enabled: true },
      encryption: { default_kms_key_name: kmsKey },
    });
  });

  it("lets Terraform remove its lock: no retention policy", () => {
    const stack = emptyStack();
    new StateBucket(stack, "State", { name: "example-dev-state", location: "europe-west1", kmsKey });
    expect(only(stack, "google_storage_bucket")).not.toHaveProperty("retention_policy");
  });

  it("grants on itself alone", () => {
    const stack = emptyStack();
    const state = new StateBucket(stack, "State", { name: "example-dev-state", location: "europe-west1", kmsKey });
    state.grant("Plan", "read", "serviceAccount:plan@example-dev.iam.gserviceaccount.com");
    state.grant("Apply", "write", "serviceAccount:apply@example-dev.iam.gserviceaccount.com");
    expect(all(stack, "google_storage_bucket_iam_member").map(({ role }) => role)).toEqual([
      "roles/storage.objectUser",
      "roles/storage.objectViewer",
    ]);
    expect(all(stack, "google_project_iam_member")).toEqual([]);
  });
});

describe("KmsKeys", () => {
  function keys(names: readonly PlatformKey[] = platformKeys) {
    const stack = emptyStack();
    const made = new KmsKeys(stack, "Keys", {
      project: "example-dev",
      location: "europe-west1",
      keyRing: "gke-dev-platform",
      keys: names,
    });
    return { stack, made };
  }

  /** Keys that a plan could destroy, or that are softer than the rule. */
  function weak(blocks: readonly Block[]): readonly Block[] {
    return blocks.filter((block) => {
      const { prevent_destroy: kept } = (block.lifecycle ?? {}) as Block;
      const { protection_level: level } = (block.version_template ?? {}) as Block;
      const seconds = Number(String(block.rotation_period).replace(/s$/, ""));
      return kept !== true || level !== "HSM" || !(seconds <= rotationDays * 86_400);
    });
  }

  it("makes keys in hardware, rotated within 90 days, that no plan can destroy", () => {
    const blocks = all(keys().stack, "google_kms_crypto_key");
    expect(blocks.map(({ name }) => name).sort()).toEqual([...platformKeys].sort());
    expect(weak(blocks)).toEqual([]);
    // The check itself must notice each way to be weak.
    const [first = {}] = blocks;
    const broken = [
      { ...first, lifecycle: undefined },
      { ...first, version_template: { protection_level: "SOFTWARE" } },
      { ...first, rotation_period: "31536000s" },
      { ...first, rotation_period: undefined },
    ];
    expect(weak(broken)).toHaveLength(broken.length);
  });

  it("keeps the ring, which Google never deletes", () => {
    expect(only(keys().stack, "google_kms_key_ring")).toMatchObject({ lifecycle: { prevent_destroy: true } });
  });

  it("makes the keys that are named, and says so when another one is asked for", () => {
    const { stack, made } = keys(["state", "vault-unseal"]);
    expect(all(stack, "google_kms_crypto_key").map(({ name }) => name)).toEqual(["state", "vault-unseal"]);
    expect([made.has("state"), made.has("etcd")]).toEqual([true, false]);
    expect(() => made.keyId("etcd")).toThrow(
      'the key "etcd" is not made, allowed: state, vault-unseal: make it, or use',
    );
  });

  it("lets a service agent use one key, once", () => {
    const { stack, made } = keys();
    made.grantServiceAgent("ComputeUsesDisks", "disks", "serviceAccount:agent@example.com");
    expect(only(stack, "google_kms_crypto_key_iam_member")).toMatchObject({
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      crypto_key_id: expect.stringMatching(/^\$\{google_kms_crypto_key\.Keys_Disks_.*\.id\}$/),
    });
    expect(() => made.grantServiceAgent("Disks", "state", "serviceAccount:b@example.com")).toThrow(
      'a grant or key "Disks" is there already',
    );
  });
});

describe("ProjectServices", () => {
  it("switches APIs on and never off", () => {
    const stack = emptyStack();
    new ProjectServices(stack, "Services", { project: "example-dev" });
    const services = all(stack, "google_project_service");
    expect(services).toHaveLength(platformServices.length);
    expect(services.filter(({ disable_on_destroy: off }) => off !== false)).toEqual([]);
  });

  it("takes each API once, in one order", () => {
    const services = ["storage.googleapis.com", "compute.googleapis.com", "storage.googleapis.com"];
    expect(new ProjectServices(emptyStack(), "Services", { project: "example-dev", services }).services).toEqual([
      "compute.googleapis.com",
      "storage.googleapis.com",
    ]);
  });
});
