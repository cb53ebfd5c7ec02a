import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { existingNamespace, NetworkFlows } from "../../constructs/kubernetes";
import { DeploySettings, type DeploySettingsProps } from "../../constructs/terraform";

/** Resources of a small pod. */
export const small = { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } } as const;

/** A namespace that an earlier stack has made. */
export const lake = existingNamespace("lake");

/** A stack with the providers of a cluster and nothing else, for one test. */
export function testStack(settings?: DeploySettingsProps): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "test");
  if (settings) {
    DeploySettings.set(stack, settings);
  }
  new KubernetesProvider(stack, "Kubernetes", {});
  new HelmProvider(stack, "Helm", {});
  new VaultProvider(stack, "VaultProvider", { address: "https://vault.example.com" });
  new RandomProvider(stack, "Random");
  return stack;
}

/** A table of flows for an API server at 10.0.0.1. */
export function testFlows(stack: TerraformStack): NetworkFlows {
  return new NetworkFlows(stack, "Flows", { cidrs: ["10.0.0.1/32"], port: 6443 });
}

/** The rows of a table of flows, each as one line. */
export function rows(flows: NetworkFlows): readonly string[] {
  return flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);
}
