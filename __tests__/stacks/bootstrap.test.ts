import { Testing } from "cdktf";
import { platformKeys } from "../../constructs/gke";
import { BootstrapStack } from "../../stacks/bootstrap";
import type { GkeEnvironment } from "../../stacks/platform-stack";
import { all, documentOf, only, reference } from "../constructs/gke/synthesized";
import { gkeEnvironments, ofTier } from "./gke-environments";

function bootstrap(environment: GkeEnvironment) {
  return new BootstrapStack(Testing.app(), environment);
}

describe("BootstrapStack", () => {
  it("acts as whoever runs it, as the other identity is made here", () => {
    const [provider] = documentOf(bootstrap(ofTier("prod"))).provider?.google ?? [];
    expect(provider).toMatchObject({ project: ofTier("prod").target.project, region: "europe-west1" });
  });

  it("acts as the identity that plans where it is told to, and as no other", () => {
    const { provider, variable } = documentOf(bootstrap(ofTier("prod")));
    expect(provider?.google?.[0]).toMatchObject({
      impersonate_service_account: reference('var.deployer == "" ? null : var.deployer'),
    });
    const planner = `gke-prod-plan@${ofTier("prod").target.project}.iam.gserviceaccount.com`;
    expect(variable?.deployer).toMatchObject({
      default: "",
      validation: [{ condition: reference(`contains(["","${planner}"], var.deployer)`) }],
    });
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
    // Ring, bucket and the three keys of every tier.
    expect(kept).toHaveLength(5);
    expect(
      kept.filter(({ lifecycle }) => (lifecycle as { prevent_destroy?: boolean })?.prevent_destroy !== true),
    ).toEqual([]);
  });

  it("lets each service agent use its key and no other", () => {
    const grants = all(bootstrap(ofTier("prod")), "google_kms_crypto_key_iam_member");
    const users = grants.map(({ crypto_key_id: key, member }) => `${member} -> ${key}`);
    const storage = reference("data.google_storage_project_service_account.StorageAgent.member");
    const agent = (domain: string) =>
      `serviceAccount:service-${reference("data.google_project.Project.number")}@${domain}.iam.gserviceaccount.com`;
    const key = (name: string) => reference(`google_kms_crypto_key.Keys_${name}.id`);
    expect(users).toEqual(
      expect.arrayContaining([
        `${storage} -> ${key("Snapshots")}`,
        `${storage} -> ${key("State")}`,
        `${reference("google_service_account.VaultSeal.member")} -> ${key("VaultUnseal")}`,
        `${agent("compute-system")} -> ${key("Disks")}`,
        `${agent("container-engine-robot")} -> ${key("Etcd")}`,
      ]),
    );
    // The account that opens Vault has two roles on its key, and nobody else has one.
    expect(users.filter((user) => user.endsWith(key("VaultUnseal")))).toHaveLength(2);
    expect(users.filter((user) => user.includes("google_service_account.Apply"))).toEqual([]);
    expect(new Set(users).size).toBe(users.length - 1);
    expect(users.filter((user) => /^(allUsers|allAuthenticatedUsers|group:|user:|domain:)/.test(user))).toEqual([]);
  });

  it("makes the keys that a tier uses: one that was made can never be removed", () => {
    const names = (tier: "dev" | "staging" | "prod") =>
      all(bootstrap(ofTier(tier)), "google_kms_crypto_key").map(({ name }) => name);
    expect([...names("dev")].sort()).toEqual(["snapshots", "state", "vault-unseal"]);
    expect(names("staging")).toEqual(expect.arrayContaining([...platformKeys]));
    expect(names("prod")).toEqual(names("staging"));
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

  const withBootstrap = (bootstrap: GkeEnvironment["google"]["bootstrap"]): GkeEnvironment => {
    const environment = ofTier("dev");
    return { ...environment, google: { ...environment.google, bootstrap } };
  };

  const actors = (environment: GkeEnvironment) =>
    all(bootstrap(environment), "google_service_account_iam_member")
      .filter(({ role }) => role !== "roles/iam.serviceAccountUser")
      .map(({ service_account_id: id, role, member }) => `${member} ${String(role).split(".").at(-1)} ${id}`)
      .sort();

  it("lets the identity that applies start machines as those it is to start them as, and as nobody else", () => {
    const starts = (environment: GkeEnvironment) =>
      all(bootstrap(environment), "google_service_account_iam_member")
        .filter(({ role }) => role === "roles/iam.serviceAccountUser")
        .map(({ service_account_id: id, member }) => `${member} ${id}`);
    const apply = reference("google_service_account.Apply.member");
    const machine = (name: string) => `${apply} ${reference(`google_service_account.Machines_${name}.name`)}`;
    expect(starts(ofTier("prod"))).toContain(machine("Nodes"));
    const { google } = ofTier("prod");
    const analytics = { ...google.analytics, composer: undefined, vertex: undefined };
    expect(starts({ ...ofTier("prod"), google: { ...google, analytics } })).toEqual([machine("Nodes")]);
  });

  it("logs who reads what before there is anything to read (OBS-02)", () => {
    for (const environment of gkeEnvironments) {
      expect(only(bootstrap(environment), "google_project_iam_audit_config").service).toBe("allServices");
    }
  });

  it("lets operators plan and apply, and nobody without them", () => {
    expect(actors(withBootstrap({ operators: [], ci: {} }))).toEqual([]);
    expect(actors(withBootstrap({ operators: ["group:platform@example.com"], ci: {} }))).toEqual([
      `group:platform@example.com serviceAccountTokenCreator ${reference("google_service_account.Apply.name")}`,
      `group:platform@example.com serviceAccountTokenCreator ${reference("google_service_account.Plan.name")}`,
    ]);
  });

  it("lets the jobs of each GitHub environment act as one identity", () => {
    const github = { repository: "example-dev/data-platform", ownerId: "1234567", branch: "main" };
    const environment = withBootstrap({ operators: [], ci: { github } });
    const jobs = (name: string) =>
      `principalSet://iam.googleapis.com/${reference("google_iam_workload_identity_pool.Github.name")}/attribute.environment/${name}`;
    expect(actors(environment)).toEqual([
      `${jobs("gke-dev")} workloadIdentityUser ${reference("google_service_account.Apply.name")}`,
      `${jobs("gke-dev-images")} workloadIdentityUser ${reference("google_service_account.Images.name")}`,
      `${jobs("gke-dev-plan")} workloadIdentityUser ${reference("google_service_account.Plan.name")}`,
    ]);
    expect(documentOf(bootstrap(environment)).output).toMatchObject({
      github_provider: { value: reference("google_iam_workload_identity_pool_provider.Github_Provider.name") },
    });
  });

  it("has no way in for GitHub unless a repository is named", () => {
    const stack = bootstrap(withBootstrap({ operators: [], ci: {} }));
    expect(all(stack, "google_iam_workload_identity_pool")).toEqual([]);
    expect(documentOf(stack).output).toBeUndefined();
  });
});
