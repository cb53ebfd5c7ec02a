import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { Fn } from "cdktf";
import { deployer } from "../constructs/gke";
import { EphemeralResource } from "../constructs/terraform";
import { vaultAccess, vaultProxyPath } from "../constructs/vault";
import { LayerState, localFolder } from "./backends";
import { dnsEndpointOutput } from "./cluster";
import { isGke, type PlatformStack } from "./platform-stack";

/** How Terraform reaches a cluster: never the current context of whoever runs it (rule TF-08). */
type ClusterAccess =
  | { readonly configPath: string; readonly configContext: string }
  | {
      readonly host: string;
      readonly exec: { readonly apiVersion: string; readonly command: string; readonly args: string[] };
    };

/** Where kind and minikube write the cluster's address and credentials. */
const kubeconfig = "~/.kube/config";

function clusterAccess(stack: PlatformStack): ClusterAccess {
  const { environment } = stack;
  const { name, target } = environment;
  if (target.kind !== "gke") {
    return { configPath: kubeconfig, configContext: target.context };
  }
  const place = { environment: name, project: target.project, region: target.region };
  return {
    host: apiServer(stack),
    // Short-lived credentials, fetched anew during a long apply (rule TF-09). No CA: the DNS endpoint's certificate is
    // publicly signed (rule TF-10).
    exec: {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "gke-gcloud-auth-plugin",
      // TF-06: as the environment's identity, whoever runs Terraform. The plugin keeps tokens of different identities apart.
      args: [`--impersonate_service_account=${deployer(stack, place)}`],
    },
  };
}

/** Address of the cluster's API server, as an expression that is known before the stack is planned. */
function apiServer(stack: PlatformStack): string {
  const { environment } = stack;
  if (!isGke(environment)) {
    // Written by `terralake connect`, since kind and minikube choose the port.
    return Fn.trimspace(Fn.file(`${localFolder(environment.name)}/endpoint`));
  }
  // A cloud decides this address, so it is read from the state of the stack that made the cluster (rule TF-15).
  const existing = stack.node.tryFindChild("Cluster");
  const state = existing instanceof LayerState ? existing : new LayerState(stack, "Cluster", environment, "cluster");
  return `https://${state.getString(dnsEndpointOutput)}`;
}

/** Configures the kubernetes provider, and the helm provider where the stack installs charts. */
export function useCluster(stack: PlatformStack, options: { readonly helm: boolean }): void {
  const access = clusterAccess(stack);
  new KubernetesProvider(
    stack,
    "Kubernetes",
    "exec" in access ? { host: access.host, exec: [access.exec] } : { ...access },
  );
  if (options.helm) {
    new HelmProvider(stack, "Helm", { kubernetes: access });
  }
}

/**
 * Configures the vault provider: through the API server's service proxy, with two short-lived tokens of Terraform's own
 * service account, one for the proxy and one for Vault. Neither is in a plan or a state (rules TF-01, VCF-02).
 */
export function useVault(stack: PlatformStack): void {
  const { environment } = stack;
  const account = { name: vaultAccess.terraform, namespace: vaultAccess.namespace };
  const login = new EphemeralResource(stack, "VaultLogin", "kubernetes_token_request_v1", {
    metadata: account,
    spec: { audiences: [vaultAccess.audience], expiration_seconds: 600 },
  });
  const through = environment.vault.address
    ? { address: environment.vault.address }
    : {
        address: `${apiServer(stack)}${vaultProxyPath}`,
        headers: [{ name: "Authorization", value: `Bearer ${proxyToken(stack, account)}` }],
      };
  new VaultProvider(stack, "Vault", {
    ...through,
    caCertFile: isGke(environment) ? undefined : `${localFolder(environment.name)}/ca.crt`,
    skipChildToken: true,
    authLogin: [
      {
        path: `auth/${vaultAccess.kubernetesAuthPath}/login`,
        parameters: { role: vaultAccess.terraform, jwt: login.attribute("token") },
      },
    ],
  });
  new RandomProvider(stack, "Random");
}

function proxyToken(stack: PlatformStack, account: { readonly name: string; readonly namespace: string }): string {
  const { environment } = stack;
  if (!isGke(environment)) {
    return new EphemeralResource(stack, "VaultProxy", "kubernetes_token_request_v1", {
      metadata: account,
      spec: { expiration_seconds: 600 },
    }).attribute("token");
  }
  // GKE's DNS endpoint admits Google identities only. The provider is whoever runs Terraform, who may ask for a token of
  // the identity; that identity itself may not.
  const { project, region } = environment.target;
  new GoogleProvider(stack, "Google", { project, region });
  const place = { environment: environment.name, project, region };
  return new EphemeralResource(stack, "VaultProxy", "google_service_account_access_token", {
    target_service_account: deployer(stack, place),
    scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    lifetime: "600s",
  }).attribute("access_token");
}
