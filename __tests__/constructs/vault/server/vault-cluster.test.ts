import { type DeploySettingsProps, PlatformError } from "../../../../constructs/terraform";
import { type GoogleUnseal, VaultCluster, type VaultClusterProps, vaultAccess } from "../../../../constructs/vault";
import { type HclAttribute, type HclBlock, type HclBody, parseHcl } from "../../../../rehearsal/cluster/hcl";
import { objectsOf, releasesOf, valuesOf } from "../../../support/releases";
import { small, testStack } from "../../../support/test-stack";
import { all, only } from "../../gke/synthesized";

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
    certificateReloaderResources: small,
    ...props,
  });
  const server = () => valuesOf(stack, "vault").server as Record<string, unknown>;
  const config = () => (server().ha as { raft: { config: string } }).raft.config;
  const sidecar = () => (server().extraContainers as { image: string; args: string[] }[])[0] ?? { image: "", args: [] };
  const job = () => JSON.stringify(only(stack, "kubernetes_job_v1").spec);
  const hcl = () => parseHcl(config());
  return { stack, made, server, config, hcl, sidecar, job };
}

const blocksOf = (body: HclBody, type: string) =>
  body.filter((item): item is HclBlock => item.kind === "block" && item.type === type);

/** Attributes of a body, without its blocks. */
function attributes(body: HclBody): Readonly<Record<string, string>> {
  const found = body.filter((item): item is HclAttribute => item.kind === "attribute");
  return Object.fromEntries(found.map(({ name, value }) => [name, value]));
}

/** Every attribute and block of a configuration, by its name. */
function everyName(body: HclBody): readonly string[] {
  return body.flatMap((item) => (item.kind === "block" ? [item.type, ...everyName(item.body)] : [item.name]));
}

/** Whether a name of a certificate stands for a host, as TLS has it: a star stands for one label. */
const covers = (name: string, host: string) =>
  name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1));

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
    expect(vault().server()).toMatchObject({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              topologyKey: "kubernetes.io/hostname",
              labelSelector: { matchLabels: { "app.kubernetes.io/name": "vault", component: "server" } },
            },
          ],
        },
      },
    });
    expect(vault({ replicas: 1 }).server()).toMatchObject({ affinity: "" });
  });

  it("gives every zone as many servers, where nodes say in which zone they are", () => {
    expect(vault({ spreadOverZones: true }).server()).toMatchObject({
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "topology.kubernetes.io/zone",
          whenUnsatisfiable: "DoNotSchedule",
          labelSelector: { matchLabels: { "app.kubernetes.io/instance": "vault", component: "server" } },
        },
      ],
    });
    expect(vault().server()).not.toHaveProperty("topologySpreadConstraints");
    expect(vault({ replicas: 1, spreadOverZones: true }).server()).not.toHaveProperty("topologySpreadConstraints");
  });

  it("speaks TLS in both places of the chart and nothing older than 1.2", () => {
    const { stack, hcl } = vault();
    expect(valuesOf(stack, "vault")).toMatchObject({ global: { tlsDisable: false } });
    const listeners = blocksOf(hcl(), "listener");
    expect(listeners).toHaveLength(1);
    expect(attributes(listeners[0]?.body ?? [])).toMatchObject({
      tls_cert_file: '"/vault/userconfig/vault-server-tls/tls.crt"',
      tls_key_file: '"/vault/userconfig/vault-server-tls/tls.key"',
      tls_min_version: '"tls12"',
    });
    expect(everyName(hcl())).not.toContain("tls_disable");
  });

  it.each([1, 3, 5])("has a certificate for every name under which %d servers are reached", (replicas) => {
    const { stack, hcl, server } = vault({ replicas });
    const [certificate] = objectsOf(releasesOf(stack));
    const { dnsNames, ipAddresses } = (certificate?.spec ?? {}) as { dnsNames: string[]; ipAddresses: string[] };
    const joins = blocksOf(blocksOf(hcl(), "storage")[0]?.body ?? [], "retry_join").map(({ body }) => attributes(body));
    const unquoted = (text = "") => JSON.parse(text) as string;
    const peers = joins.map(({ leader_api_addr }) => new URL(unquoted(leader_api_addr)));
    expect(peers.map(({ hostname }) => hostname)).toEqual(
      Array.from({ length: replicas }, (_, ordinal) => `vault-${ordinal}.vault-internal`),
    );
    expect(new Set(peers.map(({ protocol, port }) => `${protocol}${port}`))).toEqual(new Set(["https:8200"]));
    expect(joins.map(({ leader_ca_cert_file }) => unquoted(leader_ca_cert_file))).toEqual(
      joins.map(() => "/vault/userconfig/vault-server-tls/ca.crt"),
    );
    const { apiAddr } = server().ha as { apiAddr: string };
    const hosts = [
      ...peers.map(({ hostname }) => hostname),
      ...joins.map(({ leader_tls_servername }) => unquoted(leader_tls_servername)),
      new URL(apiAddr.replace("$(VAULT_K8S_POD_NAME)", "vault-4")).hostname,
      "vault-active.vault.svc",
    ];
    for (const host of hosts) {
      expect({ host, named: dnsNames.some((name) => covers(name, host)) }).toEqual({ host, named: true });
    }
    // Chart's probes and Bank-Vaults.
    expect(ipAddresses).toEqual(["127.0.0.1"]);
  });

  it("reads a renewed certificate without a restart: a sidecar of the same image sees its process", () => {
    const { server, hcl } = vault();
    expect(server()).toMatchObject({ shareProcessNamespace: true });
    const [, reloader] = server().extraContainers as { image: string; env: { name: string; value: string }[] }[];
    expect(reloader).toMatchObject({
      name: "certificate-reloader",
      image: "docker.io/hashicorp/vault:2.0.4",
      securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      volumeMounts: [
        { name: "tls", readOnly: true },
        { name: "run", readOnly: true },
      ],
    });
    const told = reloader?.env.find(({ name }) => name === "PID_FILE")?.value;
    expect(attributes(hcl()).pid_file).toBe(JSON.stringify(told));
    expect(server().volumeMounts).toContainEqual({ name: "run", mountPath: told?.slice(0, told.lastIndexOf("/")) });
  });

  it("sets safe parameters and leaves out the ones that open something", () => {
    const { hcl } = vault();
    expect(attributes(hcl())).toMatchObject({ disable_mlock: "true", deny_slash_in_templated_paths: "true" });
    const names = everyName(hcl());
    expect(names).toContain("service_registration");
    const opening = ["unauthenticated_metrics_access", "unauthenticated_pprof_access", "raw_storage_endpoint"];
    for (const name of [...opening, "introspection_endpoint", "credentials", "disable_clustering"]) {
      expect(names).not.toContain(name);
    }
  });

  it("keeps metrics for a scrape, which needs a token, and logs as JSON", () => {
    const { hcl, server } = vault();
    const [telemetry] = blocksOf(hcl(), "telemetry");
    expect(attributes(telemetry?.body ?? [])).toEqual({ prometheus_retention_time: '"24h"', disable_hostname: "true" });
    expect(server()).toMatchObject({ logFormat: "json" });
  });

  it("runs as a user without rights", () => {
    expect(vault().server()).toMatchObject({
      statefulSet: {
        securityContext: {
          pod: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          container: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
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

  it("has volumes of a stated size and class for data and for the audit log", () => {
    const { server, hcl } = vault({ storageClass: "premium-rwo" });
    expect(server()).toMatchObject({
      dataStorage: { enabled: true, size: "10Gi", storageClass: "premium-rwo", mountPath: "/vault/data" },
      auditStorage: { enabled: true, size: "2Gi", storageClass: "premium-rwo", mountPath: "/vault/audit" },
    });
    expect(attributes(blocksOf(hcl(), "storage")[0]?.body ?? [])).toEqual({ path: '"/vault/data"' });
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
    expect(document.auth[0]?.roles.map(({ name, audience }) => [name, audience])).toEqual([
      ["bootstrap", "vault"],
      ["terraform", "vault"],
      ["vault-break-glass", "vault"],
    ]);
  });

  it("gives Terraform no path that stands for everything, and sudo only where Vault asks for it", () => {
    const { data } = only(vault().stack, "kubernetes_config_map_v1") as { data?: Record<string, string> };
    const rules = parseHcl(data?.["terraform.hcl"] ?? "").filter((item) => item.kind === "block");
    expect(rules.length).toBeGreaterThan(10);
    const paths = rules.map(({ labels: [path = ""], body }) => ({ path, may: attributes(body).capabilities ?? "" }));
    for (const { path } of paths) {
      expect(path).toMatch(/^(\+\/(data|metadata)\/\*|\+\/config|[a-z][^*]*(\/\*)?)$/);
      expect(["sys/*", "auth/*", "identity/*"]).not.toContain(path);
    }
    const sudo = paths.filter(({ may }) => may.includes("sudo")).map(({ path }) => path);
    expect(sudo.length).toBeGreaterThan(0);
    for (const path of sudo) {
      expect(path).toMatch(/^sys\/(audit(\/\*)?|auth\/[a-z]+(\/tune)?)$/);
    }
    expect(new Set(paths.map(({ path }) => path)).size).toBe(paths.length);
  });

  it("lets the job change its own rights, Terraform's and those of break-glass, and no other", () => {
    const { data } = only(vault().stack, "kubernetes_config_map_v1") as { data?: Record<string, string> };
    const rules = parseHcl(data?.["bootstrap.hcl"] ?? "").filter((item) => item.kind === "block");
    expect(rules.map(({ labels: [path] }) => path).sort()).toEqual([
      "auth/kubernetes/role/bootstrap",
      "auth/kubernetes/role/terraform",
      "auth/kubernetes/role/vault-break-glass",
      "auth/token/accessors",
      "auth/token/lookup-accessor",
      "auth/token/revoke-accessor",
      "sys/policies/acl/bootstrap",
      "sys/policies/acl/terraform",
      "sys/policies/acl/vault-break-glass",
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
