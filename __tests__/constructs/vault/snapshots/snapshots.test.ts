import { existingNamespace } from "../../../../constructs/kubernetes";
import { type DeploySettingsProps, PlatformError } from "../../../../constructs/terraform";
import { type SnapshotDestination, type SnapshotSchedule, VaultSnapshots } from "../../../../constructs/vault";
import { testStack } from "../../../support/test-stack";
import { all, type Block, only } from "../../gke/synthesized";

const namespace = existingNamespace("vault");
const volume: SnapshotDestination = { kind: "volume", size: "2Gi" };
const s3: SnapshotDestination = {
  kind: "s3",
  endpoint: "https://s3.example.com",
  region: "us-east-1",
  bucket: "example",
  folder: "kind",
};
const credentials = {
  mount: "platform",
  path: "vault/snapshots",
  keys: ["access_key_id", "secret_access_key"],
  version: 1,
} as const;

function snapshots(schedule?: Partial<SnapshotSchedule>, settings?: DeploySettingsProps) {
  const stack = testStack(settings);
  new VaultSnapshots(stack, "Snapshots", {
    namespace,
    serviceAccountAnnotations: { "example.com/account": "a" },
    schedule: schedule && { cron: "17 3 * * *", keepDays: 7, destination: volume, ...schedule },
  });
  return stack;
}

interface Pod {
  readonly volume: readonly { readonly name: string; readonly [source: string]: unknown }[];
  readonly init_container: readonly Container[];
  readonly container: readonly Container[];
  readonly [argument: string]: unknown;
}

interface Container extends Block {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly volume_mount: readonly { readonly name: string }[];
}

function job(stack: ReturnType<typeof snapshots>) {
  const { spec } = only(stack, "kubernetes_cron_job_v1") as { spec: Block };
  const { spec: jobSpec } = spec.job_template as { spec: Block };
  const { spec: pod } = jobSpec.template as { spec: Pod };
  return { spec, jobSpec, pod, containers: [...pod.init_container, ...pod.container] };
}

describe("the account that takes snapshots", () => {
  it("reads the snapshot path and nothing else, for fifteen minutes at most", () => {
    const stack = snapshots();
    expect(only(stack, "vault_policy").policy).toBe(
      'path "sys/storage/raft/snapshot" {\n  capabilities = ["read"]\n}\n',
    );
    expect(only(stack, "vault_kubernetes_auth_backend_role")).toMatchObject({
      role_name: "vault-snapshot",
      bound_service_account_names: ["vault-snapshot"],
      bound_service_account_namespaces: ["vault"],
      audience: "vault",
      token_max_ttl: 900,
    });
  });

  it("is there without a schedule, and gets no token that it does not ask for", () => {
    const stack = snapshots();
    expect(only(stack, "kubernetes_service_account_v1")).toMatchObject({
      metadata: { name: "vault-snapshot", namespace: "vault", annotations: { "example.com/account": "a" } },
      automount_service_account_token: false,
    });
    expect(all(stack, "kubernetes_cron_job_v1")).toEqual([]);
  });
});

describe("the job", () => {
  it("runs one at a time, each with an end", () => {
    const { spec, jobSpec, pod } = job(snapshots({}));
    expect(spec).toMatchObject({ schedule: "17 3 * * *", timezone: "Etc/UTC", concurrency_policy: "Forbid" });
    expect(spec).toMatchObject({ successful_jobs_history_limit: 1, failed_jobs_history_limit: 3 });
    expect(jobSpec.active_deadline_seconds).toBeGreaterThan(pod.active_deadline_seconds as number);
    expect(pod.restart_policy).toBe("Never");
  });

  it.each([volume, s3, { kind: "gcs", bucket: "example" } as const])(
    "is restricted in every part for $kind",
    (destination) => {
      const { pod, containers } = job(snapshots({ destination, credentials }));
      expect(pod).toMatchObject({
        automount_service_account_token: false,
        security_context: { run_as_non_root: true, seccomp_profile: { type: "RuntimeDefault" } },
      });
      expect(containers).toHaveLength(2);
      for (const container of containers) {
        expect(container.security_context).toEqual({
          allow_privilege_escalation: false,
          capabilities: { drop: ["ALL"] },
          read_only_root_filesystem: true,
          run_as_non_root: true,
        });
        expect(container.resources).toMatchObject({ limits: { memory: "256Mi" } });
      }
      const names = pod.volume.map(({ name }) => name);
      expect(
        containers.flatMap((container) => container.volume_mount).filter(({ name }) => !names.includes(name)),
      ).toEqual([]);
    },
  );

  it("logs in with a token for Vault alone, which only the first container sees", () => {
    const { pod } = job(snapshots({}));
    expect(pod.volume.find(({ name }) => name === "token")).toMatchObject({
      projected: [{ sources: [{ service_account_token: { audience: "vault", expiration_seconds: 600 } }] }],
    });
    const mounts = (containers: readonly Container[]) =>
      containers.flatMap(({ volume_mount }) => volume_mount.map(({ name }) => name));
    expect(mounts(pod.init_container)).toContain("token");
    expect(mounts(pod.container)).not.toContain("token");
  });

  it("keeps scripts as they are, whatever Terraform would read into them", () => {
    const { data } = only(snapshots({}), "kubernetes_config_map_v1") as { data: Record<string, string> };
    expect(Object.keys(data).sort()).toEqual(["save.sh", "store.sh"]);
    expect(data["store.sh"]).toContain("$${snapshot##*/}");
    expect(Object.values(data).join("").replaceAll("$${", "")).not.toContain("${");
  });

  it("keeps them on a volume that a plan may destroy only where the environment says", () => {
    const protectedVolume = snapshots({}, { allowDestroy: false });
    expect(only(protectedVolume, "kubernetes_persistent_volume_claim_v1")).toMatchObject({
      spec: { resources: { requests: { storage: "2Gi" } } },
      wait_until_bound: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(only(snapshots({}, { allowDestroy: true }), "kubernetes_persistent_volume_claim_v1")).toMatchObject({
      lifecycle: { prevent_destroy: false },
    });
  });

  it("has no volume, no key and no right to look at the bucket on Google Cloud", () => {
    const stack = snapshots({ destination: { kind: "gcs", bucket: "example" } });
    expect(all(stack, "kubernetes_persistent_volume_claim_v1")).toEqual([]);
    const { pod } = job(stack);
    expect(pod.volume.map(({ name }) => name)).toEqual(["scripts", "work", "tls", "token"]);
    expect(pod.container[0]?.env).toEqual(
      expect.arrayContaining([
        { name: "BUCKET", value: "example" },
        { name: "RCLONE_GCS_NO_CHECK_BUCKET", value: "true" },
      ]),
    );
  });

  it("gets the keys of another bucket from Vault, by a role of its own, into memory", () => {
    const { pod } = job(snapshots({ destination: s3, credentials }));
    expect(pod.init_container[0]?.env).toEqual(
      expect.arrayContaining([
        { name: "CREDENTIALS_ROLE", value: "vault-vault-snapshot" },
        { name: "CREDENTIALS_PATH", value: "vault/snapshots" },
      ]),
    );
    expect(pod.volume.find(({ name }) => name === "credentials")).toMatchObject({ empty_dir: { medium: "Memory" } });
  });

  it("refuses a bucket without keys", () => {
    expect(() => snapshots({ destination: s3 })).toThrow(PlatformError);
    expect(() => snapshots({ destination: s3 })).toThrow("the destination s3 has no credentials");
  });
});
