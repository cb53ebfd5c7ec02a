import { type DeploySettingsProps, PlatformError } from "../../../constructs/terraform";
import { type GoogleUnseal, VaultCluster, type VaultClusterProps, vaultAccess } from "../../../constructs/vault";
import { objectsOf, releasesOf, valuesOf } from "../../support/releases";
import { small, testStack } from "../../support/test-stack";
import { all, only } from "../gke/synthesized";

const unseal: GoogleUnseal = {
  project: "example-dev-platform-prod",
  region: "europe-west1",
  keyRing: "gke-prod-platform",
  cryptoKey: "vault-unseal",
  recoveryBucket: "example-dev-recovery",
  serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": "vault@example-dev.iam.gserviceaccount.com" },
};

function vault(props: Partial<VaultClusterProps> = {}, settings?: DeploySettingsProps) {
  const stack = testStack(settings);
  const made = new VaultCluster(stack, "Vault", {
    namespace: { name: "vault" },
    issuer: "platform-ca",
    replicas: 3,
    storage: "10Gi",
    resources: small,
    unsealerResources: small,
    ...props,
  });
  const server = () => valuesOf(stack, "vault").server as Record<string, unknown>;
  const config = () => (server().ha as { raft: { config: string } }).raft.config;
  const sidecar = () => (server().extraContainers as { image: string; args: string[] }[])[0] ?? { image: "", args: [] };
  const job = () => JSON.stringify(only(stack, "kubernetes_job_v1").spec);
  return { stack, made, server, config, sidecar, job };
}

describe("VaultCluster", () => {
  it.each([2, 4, 0, -1])("refuses %d servers", (replicas) => {
    expect(() => vault({ replicas })).toThrow(PlatformError);
    expect(() => vault({ replicas })).toThrow(
      `test/Vault: replicas is ${replicas}: use an odd number such as 1, 3 or 5`,
    );
  });

  it("runs on Raft, each server knowing all of them, never as a single one or in dev mode", () => {
    const { server, config, made } = vault({ replicas: 5 });
    expect(made).toMatchObject({ replicas: 5, storage: "10Gi" });
    expect(server()).toMatchObject({
      standalone: { enabled: false },
      ha: { enabled: true, replicas: 5, raft: { enabled: true, setNodeId: true } },
      dataStorage: { size: "10Gi" },
      auditStorage: { enabled: true },
    });
    expect(server()).not.toHaveProperty("dev");
    expect(config().match(/leader_api_addr = "https:\/\/vault-\d\.vault-internal:8200"/g)).toHaveLength(5);
  });

  it("lets one server go at a time, and none where there is one", () => {
    expect(vault().server()).toMatchObject({ ha: { disruptionBudget: { enabled: true, maxUnavailable: 1 } } });
    expect(vault({ replicas: 1 }).server()).toMatchObject({ ha: { disruptionBudget: { enabled: false } } });
  });

  it("keeps several servers on nodes of their own, and the only one anywhere", () => {
    expect(vault().server()).not.toHaveProperty("affinity");
    expect(vault({ replicas: 1 }).server()).toMatchObject({ affinity: "" });
  });

  it("speaks TLS in both places of the chart, by a certificate that names every peer", () => {
    const { stack, config } = vault();
    expect(valuesOf(stack, "vault")).toMatchObject({ global: { tlsDisable: false } });
    expect(config()).toContain('tls_min_version = "tls12"');
    expect(config()).not.toContain("tls_disable");
    const [certificate] = objectsOf(releasesOf(stack));
    expect(certificate).toMatchObject({
      kind: "Certificate",
      spec: {
        dnsNames: expect.arrayContaining(["vault-active.vault.svc", "*.vault-internal"]),
        ipAddresses: ["127.0.0.1"],
      },
    });
  });

  it("has neither page nor injector nor driver", () => {
    expect(valuesOf(vault().stack, "vault")).toMatchObject({
      ui: { enabled: false },
      injector: { enabled: false },
      csi: { enabled: false },
    });
    expect(vault().config()).toMatch(/^ui = false$/m);
  });

  it("is replaced by hand, the active server last, and not waited for while it is sealed", () => {
    const { stack, server } = vault();
    expect(server()).toMatchObject({ updateStrategyType: "OnDelete" });
    expect(all(stack, "helm_release").map(({ name, wait }) => [name, wait])).toContainEqual(["vault", false]);
  });

  it("keeps volumes unless data may be destroyed", () => {
    const policy = (settings?: DeploySettingsProps) =>
      vault({}, settings).server().persistentVolumeClaimRetentionPolicy;
    expect(policy()).toEqual({ whenDeleted: "Retain", whenScaled: "Retain" });
    expect(policy({ allowDestroy: true })).toEqual({ whenDeleted: "Delete", whenScaled: "Retain" });
  });

  it("takes its images from the environment's registry", () => {
    const { server, sidecar, job } = vault({}, { imageRegistry: "mirror.example.com" });
    expect(server()).toMatchObject({ image: { repository: "mirror.example.com/hashicorp/vault" } });
    expect(sidecar().image).toMatch(/^mirror\.example\.com\/bank-vaults\/bank-vaults:v/);
    expect(job().match(/"image":"mirror\.example\.com\//g)).toHaveLength(3);
  });
});

describe("the seal", () => {
  it("is opened on a laptop by keys in a Secret that the sidecar may write, and says so", () => {
    const { stack, made, config, sidecar } = vault({ replicas: 1 });
    expect(config()).not.toContain("seal ");
    expect(sidecar().args).toEqual(
      expect.arrayContaining(["--mode=k8s", "--k8s-secret-name=vault-unseal-keys", "--secret-shares=1"]),
    );
    expect(all(stack, "kubernetes_role_v1").map(({ metadata }) => (metadata as { name: string }).name)).toContain(
      "vault-unseal-keys",
    );
    expect(made.node.metadata.map(({ data }) => data)).toEqual([
      "unseal keys are kept in a Kubernetes Secret: for a local cluster only",
    ]);
  });

  it("is opened on Google Cloud by its key, with recovery keys in a bucket and no credentials file", () => {
    const { stack, made, config, server, sidecar } = vault({ unseal });
    expect(config()).toContain(
      [
        'seal "gcpckms" {',
        '  project = "example-dev-platform-prod"',
        '  region = "europe-west1"',
        '  key_ring = "gke-prod-platform"',
        '  crypto_key = "vault-unseal"',
        "}",
      ].join("\n"),
    );
    expect(config()).not.toContain("credentials");
    expect(server()).toMatchObject({ serviceAccount: { annotations: unseal.serviceAccountAnnotations } });
    expect(sidecar().args).toEqual(
      expect.arrayContaining([
        "--auto",
        "--secret-shares=5",
        "--secret-threshold=3",
        "--mode=google-cloud-kms-gcs",
        "--google-cloud-storage-bucket=example-dev-recovery",
      ]),
    );
    expect(all(stack, "kubernetes_role_v1").map(({ metadata }) => (metadata as { name: string }).name)).not.toContain(
      "vault-unseal-keys",
    );
    expect(made.node.metadata).toEqual([]);
  });
});

describe("the bootstrap job", () => {
  it("is named by what it applies, is waited for and runs after the servers", () => {
    const { stack, made } = vault();
    const job = only(stack, "kubernetes_job_v1");
    expect(job).toMatchObject({ wait_for_completion: true });
    const { name } = job.metadata as { name: string };
    expect(name).toMatch(/^vault-bootstrap-[0-9a-f]{8}$/);
    expect(only(stack, "kubernetes_config_map_v1").metadata).toMatchObject({ name: name.replace(/^vault-/, "") });
    expect(job.depends_on).toContain(`helm_release.${made.release.resource.friendlyUniqueId}`);
  });

  it("meets the restricted level in each of its containers", () => {
    const { template } = only(vault().stack, "kubernetes_job_v1").spec as {
      template: { spec: { container: object[]; init_container: object[]; security_context: object } };
    };
    const containers = [...template.spec.container, ...template.spec.init_container];
    expect(containers).toHaveLength(3);
    for (const container of containers) {
      expect(container).toMatchObject({
        security_context: { allow_privilege_escalation: false, run_as_non_root: true, capabilities: { drop: ["ALL"] } },
        resources: { limits: { memory: expect.any(String) } },
      });
    }
    expect(template.spec.security_context).toMatchObject({ seccomp_profile: { type: "RuntimeDefault" } });
  });

  it("lets Terraform write secrets and not read them, and every role ask for the audience of Vault", () => {
    const { data } = only(vault().stack, "kubernetes_config_map_v1") as { data?: Record<string, string> };
    const document = JSON.parse(data?.["vault-config.json"] ?? "{}") as {
      policies: { name: string; rules: string }[];
      auth: {
        path: string;
        config: object;
        roles: { name: string; audience: string; bound_service_account_names: string[] }[];
      }[];
    };
    const terraform = document.policies.find(({ name }) => name === "terraform")?.rules ?? "";
    expect(terraform).toContain('path "+/data/*" {\n  capabilities = ["create","update","delete"]\n}');
    expect(document.auth).toMatchObject([
      { path: "kubernetes", config: { kubernetes_host: "https://kubernetes.default.svc" } },
    ]);
    expect(document.auth[0]?.roles.map(({ name, audience }) => [name.split("-")[0], audience])).toEqual([
      ["terraform", "vault"],
      ["bootstrap", "vault"],
    ]);
  });

  it("gives Terraform's account the way through the API server to this one service", () => {
    const role = all(vault().stack, "kubernetes_role_v1").find(
      ({ metadata }) => (metadata as { name: string }).name === "terraform-vault-proxy",
    );
    expect(role?.rule).toMatchObject([
      { resources: ["services/proxy"], resource_names: [`https:${vaultAccess.activeService}:${vaultAccess.port}`] },
    ]);
  });
});
