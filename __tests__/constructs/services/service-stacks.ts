import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { existingNamespace, NetworkFlows } from "../../../constructs/kubernetes";
import { ServiceContext } from "../../../constructs/services";
import { DeploySettings, type DeploySettingsProps } from "../../../constructs/terraform";
import { DatabaseEngine, VaultSecrets } from "../../../constructs/vault";

/** The two stacks that a service writes to, and what it gets. */
export interface ServiceStacks {
  readonly secrets: TerraformStack;
  readonly services: TerraformStack;
  readonly context: ServiceContext;
  readonly flows: NetworkFlows;
  readonly vaultSecrets: VaultSecrets;
}

export const namespace = existingNamespace("data-platform");

/** Resources of a small pod. */
export const small = { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } } as const;

/** @param databases whether Vault's database engine is there */
export function serviceStacks(
  settings: DeploySettingsProps = {},
  { databases = false }: { readonly databases?: boolean } = {},
): ServiceStacks {
  const app = Testing.app();
  const secrets = new TerraformStack(app, "test-secrets");
  const services = new TerraformStack(app, "test-services");
  DeploySettings.set(secrets, settings);
  DeploySettings.set(services, settings);
  new VaultProvider(secrets, "Vault", { address: "https://vault.test" });
  new KubernetesProvider(services, "Kubernetes", {});
  new HelmProvider(services, "Helm", {});
  const vaultSecrets = new VaultSecrets(secrets, "Secrets");
  const flows = new NetworkFlows(services, "Flows", { cidrs: ["10.0.0.1/32"], port: 6443 });
  const context = new ServiceContext(services, {
    secrets: vaultSecrets,
    databases: databases ? new DatabaseEngine(secrets, "Databases", { secrets: vaultSecrets, ca: "a CA" }) : undefined,
    flows,
  });
  return { secrets, services, context, flows, vaultSecrets };
}
