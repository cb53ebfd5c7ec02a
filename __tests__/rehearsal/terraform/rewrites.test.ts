import { type RehearsalTargets, rewriteStack, rewrites } from "../../../rehearsal/terraform/rewrites";
import type { StackJson } from "../../../stacks/stack-json";

const targets: RehearsalTargets = {
  kubeconfig: "/run/kubeconfig",
  context: "kind-kind",
  vaultCaFile: "/run/ca.crt",
  vaultAddress: "https://127.0.0.1:6443/proxy",
  vaultRoot: "/run/vault",
  vaultThroughProxy: true,
  providers: new Map([
    ["hashicorp/kubernetes", "3.2.2"],
    ["hashicorp/helm", "1.3.2"],
    ["hashicorp/vault", "5.9.0"],
  ]),
  charts: new Map([["trino", "/charts/trino"]]),
};

/** The stack that has something of everything a rewrite looks for. */
function gkeStack(): StackJson {
  return {
    terraform: {
      backend: { gcs: { bucket: "state", prefix: "gke-dev/secrets" } },
      required_providers: {
        google: { source: "hashicorp/google", version: "6.50.0" },
        kubernetes: { source: "kubernetes", version: "2.38.0" },
        helm: { source: "hashicorp/helm", version: "3.1.1" },
        vault: { source: "hashicorp/vault", version: "5.6.0" },
      },
    },
    provider: {
      google: [{ project: "p" }],
      kubernetes: [{ host: "https://${data.terraform_remote_state.Cluster.outputs.dns_endpoint}", exec: [{}] }],
      helm: [{ kubernetes: { host: "https://cloud", exec: {} } }],
      vault: [
        {
          address: "https://cloud/proxy",
          headers: [
            {
              name: "Authorization",
              value: "Bearer ${ephemeral.google_service_account_access_token.VaultProxy.access_token}",
            },
          ],
        },
      ],
    },
    data: { terraform_remote_state: { Cluster: { backend: "gcs" } } },
    ephemeral: {
      google_service_account_access_token: { VaultProxy: { target_service_account: "a@p" } },
      kubernetes_token_request_v1: { VaultLogin: { metadata: { name: "terraform", namespace: "vault" }, spec: {} } },
    },
    resource: {
      helm_release: {
        Trino: { chart: "trino", repository: "https://charts", version: "1.42.2", upgrade_install: true },
        Objects: { chart: "./assets/objects", upgrade_install: true },
      },
      vault_audit: {
        File: { type: "file", options: { file_path: "/vault/audit/audit.log" } },
        Stdout: { type: "file", options: { file_path: "stdout" } },
      },
    },
  };
}

describe("rewriteStack", () => {
  const original = gkeStack();
  const { stack, applied } = rewriteStack(original, targets);
  const text = JSON.stringify(stack);

  it("names every rewrite that changed something", () => {
    expect(applied).toEqual(rewrites.map(({ name }) => name));
  });

  it("leaves the original as it was", () => {
    expect(original).toEqual(gkeStack());
  });

  it("keeps the state in the rehearsal's folder", () => {
    expect(stack.terraform.backend).toEqual({ local: { path: "terraform.tfstate" } });
  });

  it("reaches the rehearsed cluster only", () => {
    const access = { config_path: "/run/kubeconfig", config_context: "kind-kind" };
    expect(stack.provider.kubernetes).toEqual([access]);
    expect(stack.provider.helm).toEqual([{ kubernetes: access }]);
    expect(text).not.toContain("cloud");
    expect(stack).not.toHaveProperty("data");
  });

  it("replaces the Google identity by a token of the same service account", () => {
    expect(text).not.toContain("google");
    expect(stack.ephemeral?.kubernetes_token_request_v1?.VaultProxy).toEqual({
      metadata: { name: "terraform", namespace: "vault" },
      spec: { expiration_seconds: 600 },
    });
    expect(stack.provider.vault?.[0]).toMatchObject({
      address: targets.vaultAddress,
      ca_cert_file: "/run/ca.crt",
      headers: [{ value: expect.stringContaining("kubernetes_token_request_v1.VaultProxy.token") }],
    });
  });

  it("has the audit log written into the rehearsal's folder, and to standard output as it is", () => {
    const { File, Stdout } = stack.resource?.vault_audit ?? {};
    expect([File, Stdout].map((device) => device?.options)).toEqual([
      { file_path: "/run/vault/vault/audit/audit.log" },
      { file_path: "stdout" },
    ]);
  });

  it("takes charts from folders, and leaves the project's own charts", () => {
    expect(stack.resource?.helm_release?.Trino).toEqual({ chart: "/charts/trino" });
    expect(stack.resource?.helm_release?.Objects).toEqual({ chart: "./assets/objects" });
  });

  it("names the provider versions that are there", () => {
    expect(stack.terraform.required_providers).toEqual({
      kubernetes: { source: "kubernetes", version: "3.2.2" },
      helm: { source: "hashicorp/helm", version: "1.3.2" },
      vault: { source: "hashicorp/vault", version: "5.9.0" },
    });
  });

  it("keeps upgrade_install for a helm provider that knows it", () => {
    const recent = { ...targets, providers: new Map([...targets.providers, ["hashicorp/helm", "3.1.1"] as const]) };
    expect(rewriteStack(gkeStack(), recent).stack.resource?.helm_release?.Trino).toHaveProperty(
      "upgrade_install",
      true,
    );
  });

  it("needs no token for the proxy where Vault is reached directly", () => {
    const direct = { ...targets, vaultAddress: "https://127.0.0.1:8200", vaultThroughProxy: false };
    expect(rewriteStack(gkeStack(), direct).stack.provider.vault?.[0]).not.toHaveProperty("headers");
  });

  it("fails for a provider that nobody prepared", () => {
    const without = { ...targets, providers: new Map<string, string>() };
    expect(() => rewriteStack(gkeStack(), without)).toThrow("was not prepared");
  });
});
