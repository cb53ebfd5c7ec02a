import { Testing } from "cdktf";
import { googleApiRanges } from "../../constructs/gke";
import { NetworkFlows } from "../../constructs/kubernetes";
import { VaultStack } from "../../stacks/vault";
import { all } from "../constructs/gke/synthesized";
import { cloud, laptop } from "../support/fixture-environments";
import { releasesOf, valuesOf } from "../support/releases";
import { synthesizedStack } from "../support/synthesized-platform";
import { rows } from "../support/test-stack";

function flowsOf(stack: VaultStack): readonly string[] {
  const [flows] = stack.node.findAll().filter((construct) => construct instanceof NetworkFlows);
  return flows ? rows(flows) : [];
}

const everywhere = [
  "vault -> api-server 6443",
  "vault-bootstrap -> api-server 6443",
  "api-server -> vault 8200",
  "vault -> vault-peers 8200,8201",
  "vault-bootstrap -> vault 8200",
  "external-secrets -> vault 8200",
  "cert-manager -> vault 8200",
  "vault-snapshot -> vault 8200",
];

describe("VaultStack", () => {
  it("makes authority, certificate, servers, in this order", () => {
    const releases = releasesOf(new VaultStack(Testing.app(), laptop()));
    expect(
      releases.map(({ name, dependsOn }) => [name, dependsOn.filter((one) => one.startsWith("helm_release"))]),
    ).toEqual([
      ["platform-ca", []],
      ["vault-certificate", ["helm_release.CertificateAuthority_Issuers_Release"]],
      ["vault", ["helm_release.Vault_Certificate_Release"]],
    ]);
  });

  it("offers the issuer whose CA signed its certificate", () => {
    expect(new VaultStack(Testing.app(), laptop()).outputs).toEqual({ vaultIssuer: "platform-ca" });
  });

  it("has as many servers, as large, as the environment says", () => {
    const stack = new VaultStack(Testing.app(), cloud({ vault: { replicas: 3, storage: "20Gi" } }));
    expect(valuesOf(stack, "vault")).toMatchObject({
      server: { ha: { replicas: 3 }, dataStorage: { size: "20Gi" } },
    });
  });

  it.each([
    ["kind", 1, false],
    ["minikube", 1, false],
    ["gke-dev", 3, true],
    ["gke-staging", 3, true],
    ["gke-prod", 5, true],
  ])("runs as many servers as %s needs, %d, over zones where there are some", (environment, replicas, zones) => {
    const { server } = valuesOf(synthesizedStack(environment, "vault").constructs, "vault") as {
      server: { ha: { replicas: number }; topologySpreadConstraints?: readonly unknown[] };
    };
    expect(server.ha.replicas).toBe(replicas);
    expect(server.topologySpreadConstraints?.length ?? 0).toBe(zones ? 1 : 0);
  });

  it("runs OpenBao where the environment says so", () => {
    const stack = new VaultStack(Testing.app(), laptop({ vault: { distribution: "openbao" } }));
    expect(releasesOf(stack).map(({ name, chart }) => [name, chart])).toContainEqual(["vault", "openbao"]);
  });

  it("lets in to the servers who is named and nobody else, and to Raft's port the servers only", () => {
    const stack = new VaultStack(Testing.app(), laptop());
    expect(valuesOf(stack, "vault")).toMatchObject({ server: { networkPolicy: { enabled: false } } });
    const policies = all(stack, "kubernetes_network_policy_v1").map(({ spec }) => JSON.stringify(spec));
    const servers = policies.filter((spec) => /"pod_selector":\{"match_labels":\{[^}]*"component":"server"/.test(spec));
    const ingress = servers.filter((spec) => spec.includes('"ingress"'));
    expect(ingress.length).toBeGreaterThan(0);
    for (const spec of ingress) {
      expect(spec).toContain('"from":[{');
      expect(spec).not.toContain('"namespace_selector":{}');
    }
    const raft = ingress.filter((spec) => spec.includes('"8201"'));
    expect(raft).toHaveLength(1);
    expect(raft[0]?.match(/"component":"server"/g)).toHaveLength(2);
  });

  it("opens what Vault needs and nothing else", () => {
    expect(flowsOf(new VaultStack(Testing.app(), laptop()))).toEqual(everywhere);
  });

  it("opens the way to Google where Google opens Vault, and none into the network", () => {
    const stack = new VaultStack(Testing.app(), cloud());
    expect(flowsOf(stack).slice(everywhere.length)).toEqual([
      "vault-snapshot -> google-apis 443",
      "vault-snapshot -> metadata-server 80,988",
      "vault -> google-apis 443",
      "vault -> metadata-server 80,988",
      "vault-bootstrap -> google-apis 443",
      "vault-bootstrap -> metadata-server 80,988",
    ]);
    const policies = JSON.stringify(all(stack, "kubernetes_network_policy_v1"));
    expect(policies).not.toContain('"0.0.0.0/0"');
    expect(policies).toContain(`"${googleApiRanges.private}"`);
    expect(policies).not.toContain(`"${googleApiRanges.restricted}"`);
  });

  it("seals by the key of the cluster layer", () => {
    const values = JSON.stringify(valuesOf(synthesizedStack("gke-prod", "vault").constructs, "vault"));
    expect(values).toContain("gcpckms");
    expect(values).toContain("gke-prod-platform");
    expect(values).toContain("--mode=google-cloud-kms-gcs");
    expect(values).not.toContain("--mode=k8s");
  });
});
