import type { DeploySettingsProps } from "../../../../constructs/terraform";
import { VaultCluster } from "../../../../constructs/vault";
import { type HclBlock, parseHcl } from "../../../../rehearsal/cluster/hcl";
import { releasesOf, type Values, valuesOf } from "../../../support/releases";
import { small, testStack } from "../../../support/test-stack";
import { only } from "../../gke/synthesized";

function servers(distribution: "vault" | "openbao", settings?: DeploySettingsProps) {
  const stack = testStack(settings);
  new VaultCluster(stack, "Vault", {
    distribution,
    namespace: { name: "vault" },
    issuer: "platform-ca",
    replicas: 3,
    storage: "10Gi",
    resources: small,
    unsealerResources: small,
    certificateReloaderResources: small,
  });
  return stack;
}

const values = (settings?: DeploySettingsProps): Values => valuesOf(servers("openbao", settings), "vault");
const server = (settings?: DeploySettingsProps) => values(settings).server as Values;
const config = () => parseHcl((server().ha as { raft: { config: string } }).raft.config);
const blocks = (type: string) =>
  config().filter((item): item is HclBlock => item.kind === "block" && item.type === type);

describe("VaultCluster with OpenBao", () => {
  it("installs its chart under the names of Vault's objects, so that clients need not know which it is", () => {
    expect(releasesOf(servers("openbao")).map(({ name, chart }) => [name, chart])).toContainEqual(["vault", "openbao"]);
    // Services, service account, headless service and labels are named by these two.
    expect(values()).toMatchObject({ nameOverride: "vault", fullnameOverride: "vault" });
  });

  it("names its image in the three parts that its chart takes, from a mirror too", () => {
    expect(server()).toMatchObject({ image: { registry: "quay.io", repository: "openbao/openbao", tag: "2.6.2" } });
    expect(server({ imageRegistry: "mirror.example.com:5000/all" })).toMatchObject({
      image: { registry: "mirror.example.com:5000", repository: "all/openbao/openbao", tag: "2.6.2" },
    });
  });

  it("starts its servers at once, since a sealed one is not ready", () => {
    expect(server()).toMatchObject({ podManagementPolicy: "Parallel", updateStrategyType: "OnDelete" });
  });

  it("has its own folders, and the prefix of its variables", () => {
    expect(JSON.stringify(values())).not.toContain('"/vault/');
    expect(server()).toMatchObject({
      dataStorage: { mountPath: "/openbao/data" },
      auditStorage: { mountPath: "/openbao/audit" },
      extraEnvironmentVars: { BAO_CACERT: "/openbao/userconfig/vault-server-tls/ca.crt" },
      ha: { apiAddr: "https://$(BAO_K8S_POD_NAME).vault-internal:8200" },
    });
  });

  it("declares two audit devices with different sinks, since it refuses to make them by its API", () => {
    const sinks = blocks("audit").map(({ labels, body }) => [
      labels.join(" "),
      ...body.flatMap((item) =>
        item.kind === "block" ? item.body.map((inner) => "value" in inner && inner.value) : [],
      ),
    ]);
    expect(sinks).toEqual([
      ["file file", '"/openbao/audit/audit.log"'],
      ["file stdout", '"stdout"'],
    ]);
    const vault = valuesOf(servers("vault"), "vault").server as { ha: { raft: { config: string } } };
    expect(vault.ha.raft.config).not.toMatch(/^audit /m);
  });

  it("sets no parameter that only Vault has", () => {
    const names = config().map((item) => (item.kind === "attribute" ? item.name : item.type));
    expect(names).toEqual([
      "ui",
      "pid_file",
      "listener",
      "storage",
      "service_registration",
      "telemetry",
      "audit",
      "audit",
    ]);
  });

  it("configures itself by its own command line", () => {
    const stack = servers("openbao");
    const { data } = only(stack, "kubernetes_config_map_v1") as { data?: Record<string, string> };
    for (const script of ["check.sh", "revoke.sh"]) {
      expect(data?.[script]).toMatch(/\bbao write -field=token auth\/kubernetes\/login/);
      expect(data?.[script]).not.toMatch(/\bvault (write|list|status|policy)/);
    }
    expect(
      JSON.stringify(only(stack, "kubernetes_job_v1").spec).match(/quay\.io\/openbao\/openbao:2\.6\.2/g),
    ).toHaveLength(2);
  });
});
