import { Testing } from "cdktf";
import type { Environment } from "../../environments/schema";
import { useCluster, useVault } from "../../stacks/access";
import { PlatformStack } from "../../stacks/platform-stack";
import { reference } from "../constructs/gke/synthesized";
import { cloud, laptop } from "../support/fixture-environments";

class AccessStack extends PlatformStack {
  constructor(environment: Environment, options: { readonly helm: boolean } | "vault") {
    super(Testing.app(), "secrets", environment);
    if (options === "vault") {
      useCluster(this, { helm: false });
      useVault(this);
    } else {
      useCluster(this, options);
    }
  }
}

interface Access {
  readonly provider: { readonly [name: string]: readonly Record<string, unknown>[] };
  readonly ephemeral?: { readonly [type: string]: { readonly [name: string]: object } };
  readonly data?: object;
  readonly variable?: { readonly [name: string]: object };
}

function synthesized(...args: ConstructorParameters<typeof AccessStack>): Access {
  return JSON.parse(Testing.synth(new AccessStack(...args), true)) as Access;
}

const endpoint = "data.terraform_remote_state.Cluster.outputs.dns_endpoint";
const exec = {
  api_version: "client.authentication.k8s.io/v1beta1",
  command: "gke-gcloud-auth-plugin",
  args: [`--impersonate_service_account=${reference("var.deployer")}`],
};
const proxy = "/api/v1/namespaces/vault/services/https:vault-active:8200/proxy";

describe("access to the cluster", () => {
  it("is by the environment's own context on a laptop", () => {
    const access = { config_path: "~/.kube/config", config_context: "kind-kind" };
    const { provider, data } = synthesized(laptop(), { helm: true });
    expect(provider).toEqual({ kubernetes: [access], helm: [{ kubernetes: access }] });
    expect(data).toBeUndefined();
  });

  it("is by the DNS endpoint and credentials that renew themselves on Google Cloud", () => {
    const { provider, data } = synthesized(cloud(), { helm: true });
    const host = `https://${reference(endpoint)}`;
    expect(provider).toEqual({ kubernetes: [{ host, exec: [exec] }], helm: [{ kubernetes: { host, exec } }] });
    expect(data).toMatchObject({
      terraform_remote_state: { Cluster: { backend: "gcs", config: { prefix: "gke-prod/cluster" } } },
    });
  });

  it("is as the identity that applies, unless the one that plans is named", () => {
    expect(synthesized(cloud(), { helm: true }).variable?.deployer).toMatchObject({
      default: "gke-prod-apply@example-dev-platform-prod.iam.gserviceaccount.com",
      validation: [
        {
          condition: reference(
            'contains(["gke-prod-apply@example-dev-platform-prod.iam.gserviceaccount.com","gke-prod-plan@example-dev-platform-prod.iam.gserviceaccount.com"], var.deployer)',
          ),
        },
      ],
    });
    expect(synthesized(laptop(), { helm: true }).variable).toBeUndefined();
  });

  it("has no helm provider where no chart is installed", () => {
    expect(Object.keys(synthesized(laptop(), { helm: false }).provider)).toEqual(["kubernetes"]);
  });
});

describe("access to Vault", () => {
  it("is through the API server, with two short-lived tokens of one account", () => {
    const { provider, ephemeral } = synthesized(laptop(), "vault");
    expect(provider.vault).toEqual([
      {
        address: `${reference('trimspace(file("../../../.terralake/kind/endpoint"))')}${proxy}`,
        headers: [
          {
            name: "Authorization",
            value: `Bearer ${reference("ephemeral.kubernetes_token_request_v1.VaultProxy.token")}`,
          },
        ],
        ca_cert_file: "../../../.terralake/kind/ca.crt",
        skip_child_token: true,
        auth_login: [
          {
            path: "auth/kubernetes/login",
            parameters: {
              role: "terraform",
              jwt: reference("ephemeral.kubernetes_token_request_v1.VaultLogin.token"),
            },
          },
        ],
      },
    ]);
    const metadata = { name: "terraform", namespace: "vault" };
    expect(ephemeral).toEqual({
      kubernetes_token_request_v1: {
        VaultLogin: { metadata, spec: { audiences: ["vault"], expiration_seconds: 600 } },
        VaultProxy: { metadata, spec: { expiration_seconds: 600 } },
      },
    });
  });

  it("passes GKE's DNS endpoint by a token of the identity that applies", () => {
    const { provider, ephemeral } = synthesized(cloud(), "vault");
    expect(provider.vault).toMatchObject([
      {
        address: `https://${reference(endpoint)}${proxy}`,
        headers: [{ value: expect.stringContaining("google_service_account_access_token.VaultProxy.access_token") }],
      },
    ]);
    expect(provider.vault?.[0]).not.toHaveProperty("ca_cert_file");
    expect(ephemeral?.google_service_account_access_token).toMatchObject({
      VaultProxy: {
        target_service_account: reference("var.deployer"),
        lifetime: "600s",
      },
    });
    expect(provider.google).toMatchObject([{ project: "example-dev-platform-prod", region: "europe-west1" }]);
  });

  it("is direct where the environment names an address", () => {
    const { provider, ephemeral } = synthesized(laptop({ vault: { address: "https://vault.example.com" } }), "vault");
    expect(provider.vault).toMatchObject([{ address: "https://vault.example.com" }]);
    expect(provider.vault?.[0]).not.toHaveProperty("headers");
    expect(Object.keys(ephemeral?.kubernetes_token_request_v1 ?? {})).toEqual(["VaultLogin"]);
  });

  it("uses no token that outlives the run", () => {
    for (const environment of [laptop(), cloud()]) {
      const [vault = {}] = synthesized(environment, "vault").provider.vault ?? [];
      expect(Object.keys(vault)).toContain("auth_login");
      expect(Object.keys(vault)).not.toContain("token");
    }
  });
});
