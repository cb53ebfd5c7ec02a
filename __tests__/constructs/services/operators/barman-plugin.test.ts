import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { charts } from "../../../../charts";
import { ChartRelease, existingNamespace, NetworkFlows } from "../../../../constructs/kubernetes";
import { BarmanPlugin } from "../../../../constructs/services/operators/barman-plugin";
import { DeploySettings } from "../../../../constructs/terraform";
import { ChartData } from "../../../support/chart-data";
import { releasesOf, valuesOf } from "../../../support/releases";
import { valuesProblems } from "../../../support/values-contract";
import { small } from "../service-stacks";

function base(imageRegistry?: string) {
  const stack = new TerraformStack(Testing.app(), "test-base");
  DeploySettings.set(stack, { imageRegistry });
  new KubernetesProvider(stack, "Kubernetes", {});
  new HelmProvider(stack, "Helm", {});
  const flows = new NetworkFlows(stack, "Flows", { cidrs: ["10.0.0.1/32"], port: 6443 });
  const certManager = new ChartRelease(stack, "CertManager", {
    chart: charts.certManager,
    namespace: existingNamespace("cert-manager"),
    releaseName: "cert-manager",
  });
  new BarmanPlugin(stack, "Plugin", {
    namespace: existingNamespace("cnpg-system"),
    flows,
    resources: small,
    certManager: certManager.resource,
  });
  return { stack, flows };
}

test("comes after cert-manager, whose certificates are in its chart", () => {
  const [plugin] = releasesOf(base().stack).filter(({ name }) => name === "plugin-barman-cloud");
  expect(plugin?.namespace).toBe("cnpg-system");
  expect(plugin?.dependsOn).toEqual([expect.stringMatching(/^helm_release\.CertManager_/)]);
});

test("takes its own image and that of the servers' container from the mirror", () => {
  expect(valuesOf(base("localhost:5001").stack, "plugin-barman-cloud")).toMatchObject({
    image: { registry: "localhost:5001" },
    sidecarImage: { registry: "localhost:5001" },
  });
});

test("is called by the operator and calls the API", () => {
  expect(base().flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`)).toEqual([
    "barman-plugin -> api-server 6443",
    "cloudnative-pg -> barman-plugin 9090",
  ]);
});

const data = ChartData.find();

(data ? test : test.skip)("the chart understands all its values", () => {
  for (const registry of [undefined, "localhost:5001"]) {
    const problems = valuesProblems(valuesOf(base(registry).stack, "plugin-barman-cloud"), {
      defaults: data?.values("plugin-barman-cloud") ?? {},
      schema: data?.schema("plugin-barman-cloud"),
    });
    expect(problems).toEqual([]);
  }
});
