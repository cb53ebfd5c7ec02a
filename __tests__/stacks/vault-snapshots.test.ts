import { Testing } from "cdktf";
import type { Environment } from "../../environments/schema";
import { SecretsStack } from "../../stacks/secrets";
import { VaultStack } from "../../stacks/vault";
import { type Block, documentOf } from "../constructs/gke/synthesized";
import { cloud, laptop } from "../support/fixture-environments";

/** As the cluster layer offers it. */
const place = {
  bucket: "example-dev-snapshots",
  serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": "a@b" },
};

/** Where the pods that take snapshots may go: whom they call, with the ports. */
function targets(environment: Environment): readonly string[] {
  const { resource } = documentOf(new VaultStack(Testing.app(), environment));
  return Object.values(resource?.kubernetes_network_policy_v1 ?? {})
    .map(({ metadata, spec }) => ({
      name: String((metadata as Block).name),
      spec: spec as { egress?: readonly Block[] },
    }))
    .filter(({ name }) => name.startsWith("vault-snapshot-to-") && name.endsWith("-egress"))
    .flatMap(({ name, spec }) =>
      (spec.egress ?? []).map(({ ports }) => {
        const numbers = (ports as readonly { readonly port: string }[]).map(({ port }) => port);
        return `${name.replace(/^vault-snapshot-to-|-egress$/g, "")} ${numbers.join(",")}`;
      }),
    )
    .sort();
}

/** The layer that takes snapshots, with its resources by type. */
function secretsLayer(environment: Environment) {
  const document = documentOf(new SecretsStack(Testing.app(), environment, { snapshots: place })) as {
    readonly resource?: Record<string, Record<string, Block>>;
    readonly variable?: Record<string, Block>;
  };
  const all = (type: string): readonly Block[] => Object.values(document.resource?.[type] ?? {});
  return { all, variables: Object.values(document.variable ?? {}) };
}

const s3 = { kind: "s3", endpoint: "https://s3.example.com:9000", bucket: "example", region: "us-east-1" } as const;

describe("snapshots of an environment", () => {
  it("stay on a volume on a laptop, and go nowhere else", () => {
    expect(targets(laptop())).toEqual(["vault 8200"]);
    expect(secretsLayer(laptop()).all("kubernetes_persistent_volume_claim_v1")).toHaveLength(1);
  });

  it("go to the bucket of the cluster layer on Google Cloud, by its identity", () => {
    expect(targets(cloud())).toEqual(["google-apis 443", "metadata-server 80,988", "vault 8200"]);
    const { all } = secretsLayer(cloud());
    const account = all("kubernetes_service_account_v1").find(
      ({ metadata }) => (metadata as Block).name === "vault-snapshot",
    );
    expect(account?.metadata).toMatchObject({ annotations: place.serviceAccountAnnotations });
    expect(JSON.stringify(all("kubernetes_cron_job_v1"))).toContain(place.bucket);
  });

  it("go to a bucket elsewhere with keys that a person provides, and that no file holds", () => {
    const environment = laptop({ vault: { snapshots: { destination: s3 } } });
    expect(targets(environment)).toEqual(["snapshot-bucket 9000", "vault 8200"]);
    const { all, variables } = secretsLayer(environment);
    expect(variables).toEqual([
      expect.objectContaining({ ephemeral: true }),
      expect.objectContaining({ ephemeral: true }),
    ]);
    const written = all("vault_kv_secret_v2").find(({ name }) => name === "vault/snapshots");
    expect(written?.data_json_wo).toContain("var.");
    const policies = Object.fromEntries(all("vault_policy").map(({ name, policy }) => [name, policy]));
    expect(policies["vault-vault-snapshot"]).toBe(
      'path "platform/data/vault/snapshots" {\n  capabilities = ["read"]\n}\n',
    );
    expect(policies["vault-snapshot"]).toBe('path "sys/storage/raft/snapshot" {\n  capabilities = ["read"]\n}\n');
  });

  it("can be taken by hand where none are taken on a schedule", () => {
    const environment = laptop({ vault: { snapshots: { destination: { kind: "none" } } } });
    expect(targets(environment)).toEqual([]);
    const { all } = secretsLayer(environment);
    expect(all("kubernetes_cron_job_v1")).toEqual([]);
    const roles = all("vault_kubernetes_auth_backend_role").map(({ role_name: role }) => role);
    expect(roles).toContain("vault-snapshot");
    const accounts = all("kubernetes_service_account_v1").map(({ metadata }) => (metadata as Block).name);
    expect(accounts).toContain("vault-snapshot");
  });
});
