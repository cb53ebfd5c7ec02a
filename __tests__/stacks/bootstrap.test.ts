import { Testing } from "cdktf";
import { BootstrapStack } from "../../stacks/bootstrap";
import type { GkeEnvironment } from "../../stacks/platform-stack";
import { all, documentOf, only, reference } from "../constructs/gke/synthesized";
import { gkeEnvironments, ofTier } from "./gke-environments";

function bootstrap(environment: GkeEnvironment, options?: ConstructorParameters<typeof BootstrapStack>[2]) {
  return new BootstrapStack(Testing.app(), environment, options);
}

describe("BootstrapStack", () => {
  it("acts as whoever runs it, as the other identity is made here", () => {
    const [provider] = documentOf(bootstrap(ofTier("prod"))).provider?.google ?? [];
    expect(provider).toMatchObject({ project: ofTier("prod").target.project, region: "europe-west1" });
    expect(provider).not.toHaveProperty("impersonate_service_account");
  });

  it("keeps states in the bucket that the back ends name, encrypted with a key that can be used", () => {
    for (const environment of gkeEnvironments) {
      const { backend } = environment;
      const stack = bootstrap(environment);
      expect(backend.type).toBe("gcs");
      expect(only(stack, "google_storage_bucket")).toMatchObject({
        name: backend.type === "gcs" ? backend.bucket : "",
        encryption: { default_kms_key_name: reference("google_kms_crypto_key.Keys_State.id") },
        depends_on: ["google_kms_crypto_key_iam_member.Keys_StorageUsesState"],
      });
    }
  });

  it("makes no bucket when states live elsewhere", () => {
    const stack = bootstrap({ ...ofTier("dev"), backend: { type: "local" } });
    expect(all(stack, "google_storage_bucket")).toEqual([]);
    expect(stack.outputs.stateBucket).toBeUndefined();
  });

  it("can never be destroyed: neither key nor state, also where all else may be", () => {
    const environment = ofTier("dev");
    expect(environment.allowDestroy).toBe(true);
    const stack = bootstrap(environment);
    const kept = ["google_kms_key_ring", "google_kms_crypto_key", "google_storage_bucket"].flatMap((type) =>
      all(stack, type),
    );
    expect(kept).toHaveLength(7);
    expect(
      kept.filter(({ lifecycle }) => (lifecycle as { prevent_destroy?: boolean })?.prevent_destroy !== true),
    ).toEqual([]);
  });

  it("lets each service agent use its key and no other", () => {
    const grants = all(bootstrap(ofTier("prod")), "google_kms_crypto_key_iam_member");
    const users = grants.map(({ crypto_key_id: key, member }) => `${member} -> ${key}`).sort();
    expect(users).toEqual([
      `${reference("data.google_storage_project_service_account.StorageAgent.member")} -> ${reference("google_kms_crypto_key.Keys_Snapshots.id")}`,
      `${reference("data.google_storage_project_service_account.StorageAgent.member")} -> ${reference("google_kms_crypto_key.Keys_State.id")}`,
      `${reference("google_service_account.Apply.member")} -> ${reference("google_kms_crypto_key.Keys_VaultUnseal.id")}`,
      `serviceAccount:service-${reference("data.google_project.Project.number")}@compute-system.iam.gserviceaccount.com -> ${reference("google_kms_crypto_key.Keys_Disks.id")}`,
      `serviceAccount:service-${reference("data.google_project.Project.number")}@container-engine-robot.iam.gserviceaccount.com -> ${reference("google_kms_crypto_key.Keys_Etcd.id")}`,
    ]);
  });

  it("reads nothing before the APIs are on, so that it can be planned with no cloud", () => {
    const data = Object.values(documentOf(bootstrap(ofTier("dev"))).data ?? {}).flatMap((blocks) =>
      Object.values(blocks),
    );
    expect(data).toHaveLength(2);
    for (const { depends_on: needed } of data) {
      expect(needed).toContain("google_project_service.Services_Cloudresourcemanager");
      expect(needed).toContain("google_project_service.Services_Storage");
    }
  });

  it("offers the names that the other layers compute", () => {
    const { target } = ofTier("prod");
    expect(bootstrap(ofTier("prod")).outputs).toMatchObject({
      applyIdentity: `gke-prod-apply@${target.project}.iam.gserviceaccount.com`,
      keyRing: "gke-prod-platform",
    });
  });

  it("names operators and adopts keys when it is asked to", () => {
    const stack = bootstrap(ofTier("dev"), { operators: ["group:platform@example.com"], adoptKeys: true });
    expect(all(stack, "google_service_account_iam_member").map(({ service_account_id: id }) => id)).toEqual([
      reference("google_service_account.Apply.name"),
      reference("google_service_account.Plan.name"),
    ]);
    expect(documentOf(stack).import).toHaveLength(6);
  });
});
