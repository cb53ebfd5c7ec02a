import { type App, Testing } from "cdktf";
import { ClusterStack } from "../../stacks/cluster";
import { NetworkStack } from "../../stacks/network";
import type { GkeEnvironment } from "../../stacks/platform-stack";
import { all, documentOf, only, reference } from "../constructs/gke/synthesized";
import { gkeEnvironments, ofTier } from "./gke-environments";

function cluster(environment: GkeEnvironment): ClusterStack {
  const app: App = Testing.app();
  const network = new NetworkStack(app, environment);
  return new ClusterStack(app, environment, { network: network.outputs });
}

const protectedTiers = gkeEnvironments.filter(({ target }) => target.tier !== "dev");

describe("ClusterStack", () => {
  it("stands in the network of its environment, by computed names", () => {
    const { project } = ofTier("dev").target;
    const stack = cluster(ofTier("dev"));
    expect(only(stack, "google_container_cluster")).toMatchObject({
      network: `projects/${project}/global/networks/gke-dev-network`,
      subnetwork: `projects/${project}/regions/europe-west1/subnetworks/gke-dev-nodes`,
      private_cluster_config: { master_ipv4_cidr_block: ofTier("dev").target.network.controlPlane },
    });
    expect(documentOf(stack).data).toBeUndefined();
  });

  it("has each node pool of the environment", () => {
    for (const environment of gkeEnvironments) {
      const pools = all(cluster(environment), "google_container_node_pool");
      expect(pools.map(({ name }) => String(name).replace(/-[0-9a-f]{6}$/, ""))).toEqual(
        environment.target.nodePools.map(({ name }) => name).sort(),
      );
      expect(pools.length).toBeGreaterThan(0);
    }
  });

  it("encrypts secrets and disks with keys by name in staging and prod", () => {
    expect(protectedTiers).toHaveLength(2);
    for (const environment of protectedTiers) {
      const { project } = environment.target;
      const ring = `projects/${project}/locations/europe-west1/keyRings/${environment.name}-platform/cryptoKeys`;
      const stack = cluster(environment);
      expect(only(stack, "google_container_cluster")).toMatchObject({
        database_encryption: { state: "ENCRYPTED", key_name: `${ring}/etcd` },
        binary_authorization: { evaluation_mode: "PROJECT_SINGLETON_POLICY_ENFORCE" },
        notification_config: { pubsub: { enabled: true } },
      });
      for (const pool of all(stack, "google_container_node_pool")) {
        expect(pool).toMatchObject({ node_config: { boot_disk_kms_key: `${ring}/disks` } });
      }
    }
  });

  it("keeps own images where the environment looks for them, for nodes and the publisher alone", () => {
    for (const environment of gkeEnvironments) {
      const { project } = environment.target;
      const stack = cluster(environment);
      const registry = only(stack, "google_artifact_registry_repository");
      expect(`${registry.location}-docker.pkg.dev/${registry.project}/${registry.repository_id}`).toBe(
        environment.images.own,
      );
      const grants = all(stack, "google_artifact_registry_repository_iam_member");
      expect(grants.map(({ role, member }) => [role, member])).toEqual([
        [
          "roles/artifactregistry.reader",
          `serviceAccount:${environment.name}-nodes@${project}.iam.gserviceaccount.com`,
        ],
        [
          "roles/artifactregistry.writer",
          `serviceAccount:${environment.name}-images@${project}.iam.gserviceaccount.com`,
        ],
      ]);
    }
  });

  it("makes no registry where somebody else keeps own images", () => {
    const environment = ofTier("dev");
    const elsewhere = { ...environment, images: { ...environment.images, own: "registry.example.com/own" } };
    expect(all(cluster(elsewhere), "google_artifact_registry_repository")).toEqual([]);
  });

  it("runs attested images in staging and prod, by a policy that is there before the cluster", () => {
    for (const environment of protectedTiers) {
      const { project } = environment.target;
      const stack = cluster(environment);
      expect(only(stack, "google_binary_authorization_policy")).toMatchObject({
        default_admission_rule: {
          enforcement_mode: "ENFORCED_BLOCK_AND_AUDIT_LOG",
          require_attestations_by: [`projects/${project}/attestors/${environment.name}-built-by-ci`],
        },
      });
      expect(only(stack, "google_container_cluster").depends_on).toContain(
        "google_binary_authorization_policy.Images_Admission",
      );
    }
    expect(all(cluster(ofTier("dev")), "google_binary_authorization_policy")).toEqual([]);
  });

  it("copies volumes and objects in staging and prod, and leaves Vault to its own snapshots", () => {
    for (const environment of protectedTiers) {
      const stack = cluster(environment);
      expect(only(stack, "google_gke_backup_backup_plan")).toMatchObject({
        backup_config: { include_secrets: false, encryption_key: { gcp_kms_encryption_key: expect.any(String) } },
        retention_policy: { backup_delete_lock_days: 7 },
        lifecycle: { prevent_destroy: true },
      });
      expect(only(stack, "google_gke_backup_restore_plan")).toMatchObject({
        restore_config: { excluded_namespaces: { namespaces: expect.arrayContaining(["vault"]) } },
      });
    }
    expect(all(cluster(ofTier("dev")), "google_gke_backup_backup_plan")).toEqual([]);
  });

  it("knows the groups of the organization", () => {
    const environment = ofTier("prod");
    const google = { ...environment.google, organization: { id: "123456789012", domain: "example.com" } };
    expect(only(cluster({ ...environment, google }), "google_container_cluster")).toMatchObject({
      authenticator_groups_config: { security_group: "gke-security-groups@example.com" },
    });
    const { organization: _, ...alone } = google;
    expect(only(cluster({ ...environment, google: alone }), "google_container_cluster")).not.toHaveProperty(
      "authenticator_groups_config",
    );
  });

  it("follows what the environment says of upgrades", () => {
    const environment = ofTier("dev");
    const settings = {
      ...environment.google.cluster,
      maintenance: { days: ["wednesday"], start: "20:00", hours: 12 },
      exclusions: [
        { name: "freeze", from: "2026-12-18T00:00:00Z", until: "2026-12-20T00:00:00Z", scope: "no-minor-upgrades" },
      ],
    } as const;
    const google = { ...environment.google, cluster: settings };
    expect(only(cluster({ ...environment, google }), "google_container_cluster").maintenance_policy).toEqual({
      recurring_window: {
        start_time: "2026-01-07T20:00:00Z",
        end_time: "2026-01-08T08:00:00Z",
        recurrence: "FREQ=WEEKLY;BYDAY=WE",
      },
      maintenance_exclusion: [
        {
          exclusion_name: "freeze",
          start_time: "2026-12-18T00:00:00Z",
          end_time: "2026-12-20T00:00:00Z",
          exclusion_options: { scope: "NO_MINOR_UPGRADES" },
        },
      ],
    });
  });

  it("spreads over two zones or more, protected from plans, in staging and prod", () => {
    for (const environment of protectedTiers) {
      const block = only(cluster(environment), "google_container_cluster");
      expect((block.node_locations as readonly string[]).length).toBeGreaterThanOrEqual(2);
      expect(block).toMatchObject({ deletion_protection: true, lifecycle: { prevent_destroy: true } });
    }
  });

  it("can be torn down in dev with one apply", () => {
    expect(only(cluster(ofTier("dev")), "google_container_cluster")).toMatchObject({
      deletion_protection: false,
      lifecycle: { prevent_destroy: false },
    });
  });

  it("is on the stable channel in prod alone", () => {
    const channels = gkeEnvironments.map((environment) => [
      environment.target.tier,
      only(cluster(environment), "google_container_cluster").release_channel,
    ]);
    expect(Object.fromEntries(channels)).toEqual({
      dev: { channel: "REGULAR" },
      staging: { channel: "REGULAR" },
      prod: { channel: "STABLE" },
    });
  });

  it("declares the one value that the cloud decides, and no secret", () => {
    const outputs = documentOf(cluster(ofTier("prod"))).output ?? {};
    expect(Object.keys(outputs)).toEqual(["dns_endpoint"]);
    expect(outputs.dns_endpoint?.value).toBe(
      reference("google_container_cluster.Cluster.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint"),
    );
  });

  it("gives Vault its key and the identity that may use it", () => {
    const { project } = ofTier("prod").target;
    const stack = cluster(ofTier("prod"));
    expect(stack.outputs.vaultSeal).toEqual({
      project,
      region: "europe-west1",
      keyRing: "gke-prod-platform",
      cryptoKey: "vault-unseal",
      recoveryBucket: `${project}-gke-prod-recovery`,
      serviceAccountAnnotations: {
        "iam.gke.io/gcp-service-account": `gke-prod-vault@${project}.iam.gserviceaccount.com`,
      },
    });
    // Who uses the key is decided in the bootstrap layer, by a person.
    expect(all(stack, "google_kms_crypto_key_iam_member")).toEqual([]);
    const account = `projects/${project}/serviceAccounts/gke-prod-vault@${project}.iam.gserviceaccount.com`;
    const bindings = all(stack, "google_service_account_iam_member").filter(
      (one) => one.service_account_id === account,
    );
    expect(bindings.map(({ member }) => member).sort()).toEqual([
      `serviceAccount:${project}.svc.id.goog[vault/vault-bootstrap]`,
      `serviceAccount:${project}.svc.id.goog[vault/vault]`,
    ]);
  });

  it("keeps Vault's recovery keys in a bucket that only its servers may use", () => {
    const stack = cluster(ofTier("prod"));
    const name = `${ofTier("prod").target.project}-gke-prod-recovery`;
    expect(all(stack, "google_storage_bucket").find((bucket) => bucket.name === name)).toMatchObject({
      public_access_prevention: "enforced",
      versioning: { enabled: true },
      lifecycle: { prevent_destroy: true },
    });
    const bucket = reference("google_storage_bucket.VaultRecovery_Bucket.name");
    const grants = all(stack, "google_storage_bucket_iam_member").filter((grant) => grant.bucket === bucket);
    expect(grants).toEqual([
      expect.objectContaining({
        role: "roles/storage.objectUser",
        member: `serviceAccount:gke-prod-vault@${ofTier("prod").target.project}.iam.gserviceaccount.com`,
      }),
    ]);
  });

  it("keeps Vault's snapshots where nobody removes them before their time, for good in prod alone", () => {
    const policies = gkeEnvironments.map((environment) => {
      const name = `${environment.target.project}-${environment.name}-snapshots`;
      const made = all(cluster(environment), "google_storage_bucket").find((bucket) => bucket.name === name);
      return [environment.target.tier, made?.retention_policy];
    });
    const thirtyDays = 30 * 24 * 60 * 60;
    expect(Object.fromEntries(policies)).toEqual({
      dev: undefined,
      staging: { retention_period: thirtyDays, is_locked: false },
      prod: { retention_period: thirtyDays, is_locked: true },
    });
  });

  it("makes no bucket for snapshots that go elsewhere", () => {
    const environment = ofTier("dev");
    const { vault } = environment;
    const stack = cluster({
      ...environment,
      vault: { ...vault, snapshots: { ...vault.snapshots, destination: { kind: "none" } } },
    });
    expect(stack.outputs.vaultSnapshots).toBeUndefined();
    expect(only(stack, "google_storage_bucket").name).toMatch(/-recovery$/);
  });

  it("waits for the cluster before it uses the project's workload pool", () => {
    const bindings = all(cluster(ofTier("dev")), "google_service_account_iam_member");
    expect(bindings).toHaveLength(3);
    for (const binding of bindings) {
      expect(binding.depends_on).toEqual(["google_container_cluster.Cluster"]);
    }
  });

  // GKE-22: a change here makes another cluster; renew the snapshot only when that is what is wanted.
  it.each(gkeEnvironments.map((environment) => [environment.name, environment] as const))(
    "%s keeps its choices of the first day",
    (_, environment) => {
      const block = only(cluster(environment), "google_container_cluster");
      const firstDay = [
        "name",
        "project",
        "location",
        "network",
        "subnetwork",
        "networking_mode",
        "ip_allocation_policy",
        "datapath_provider",
        "private_cluster_config",
      ];
      const chosen = Object.fromEntries(firstDay.map((key) => [key, block[key]]));
      expect(Object.values(chosen).filter((value) => value === undefined)).toEqual([]);
      expect(chosen).toMatchSnapshot();
    },
  );
});
