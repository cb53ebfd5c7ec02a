import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { existingNamespace, NetworkFlows } from "../../../constructs/kubernetes";
import {
  CloudNativePgOperator,
  MariaDbOperator,
  PrometheusDefinitions,
  SparkOperator,
} from "../../../constructs/services";
import { DeploySettings } from "../../../constructs/terraform";
import { ChartData } from "../../support/chart-data";
import { releasesOf, valuesOf } from "../../support/releases";
import { valuesProblems } from "../../support/values-contract";
import { small } from "./service-stacks";

function base(allowDestroy = false) {
  const stack = new TerraformStack(Testing.app(), "test-base");
  DeploySettings.set(stack, { allowDestroy });
  new KubernetesProvider(stack, "Kubernetes", {});
  new HelmProvider(stack, "Helm", {});
  const flows = new NetworkFlows(stack, "Flows", { cidrs: ["10.0.0.1/32"], port: 6443 });
  return { stack, flows, resources: small };
}

function rows(flows: NetworkFlows): readonly string[] {
  return flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);
}

test("CloudNativePG is called by the API server at its webhook and calls it", () => {
  const { stack, ...props } = base();
  new CloudNativePgOperator(stack, "Operator", { ...props, namespace: existingNamespace("cnpg-system"), replicas: 2 });
  expect(valuesOf(stack, "cloudnative-pg")).toMatchObject({
    replicaCount: 2,
    crds: { create: true },
    resources: small,
  });
  expect(rows(props.flows)).toEqual(["cloudnative-pg -> api-server 6443", "api-server -> cloudnative-pg 9443"]);
});

describe("MariaDbOperator", () => {
  const operator = (allowDestroy: boolean) => {
    const { stack, ...props } = base(allowDestroy);
    new MariaDbOperator(stack, "Operator", { ...props, namespace: existingNamespace("mariadb-operator") });
    return { stack, ...props };
  };

  test("has its definitions in a release of their own, before it", () => {
    const { stack } = operator(false);
    const [release] = releasesOf(stack).filter(({ name }) => name === "mariadb-operator");
    expect(release?.dependsOn).toEqual([expect.stringMatching(/^helm_release\.Operator_Definitions_/)]);
    expect(release?.values).toMatchObject({ crds: { enabled: false } });
  });

  test.each([
    { allowDestroy: false, lifecycle: [{ prevent_destroy: true }] },
    { allowDestroy: true, lifecycle: [] },
  ])("with allowDestroy $allowDestroy guards its definitions by $lifecycle", ({ allowDestroy, lifecycle }) => {
    const { stack } = operator(allowDestroy);
    const document = JSON.parse(Testing.synth(stack, true)) as {
      resource: { helm_release: Record<string, { name: string; lifecycle?: object }> };
    };
    const definitions = Object.values(document.resource.helm_release).filter(
      ({ name }) => name === "mariadb-operator-crds",
    );
    expect(definitions).toHaveLength(1);
    expect(definitions.flatMap((release) => release.lifecycle ?? [])).toEqual(lifecycle);
  });

  test("runs each of its three parts restricted", () => {
    const restricted = {
      resources: small,
      podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      },
    };
    expect(valuesOf(operator(false).stack, "mariadb-operator")).toMatchObject({
      ...restricted,
      webhook: restricted,
      certController: restricted,
    });
  });
});

test.each([false, true])("with allowDestroy %s the definitions of monitors outlive their release", (allowDestroy) => {
  const { stack } = base(allowDestroy);
  new PrometheusDefinitions(stack, "Definitions", { namespace: existingNamespace("prometheus-definitions") });
  const values = valuesOf(stack, "prometheus-operator-crds");
  expect(values).toMatchObject({ crds: { annotations: { "helm.sh/resource-policy": "keep" } } });
  expect(Testing.synth(stack)).not.toContain("prevent_destroy");
  const data = ChartData.find();
  expect(data ? valuesProblems(values, { defaults: data.values("prometheus-operator-crds") ?? {} }) : []).toEqual([]);
});

describe("SparkOperator", () => {
  const operator = (jobs: readonly string[]) => {
    const { stack, ...props } = base();
    const jobNamespaces = jobs.map(existingNamespace);
    new SparkOperator(stack, "Operator", { ...props, namespace: existingNamespace("spark-operator"), jobNamespaces });
    return { stack, ...props };
  };

  test("watches its job namespaces and lets executors call their driver there", () => {
    const { stack, flows } = operator(["etl", "reports"]);
    expect(valuesOf(stack, "spark-operator")).toMatchObject({
      spark: { jobNamespaces: ["etl", "reports"] },
      hook: { upgradeCrd: false },
      controller: {
        resources: small,
        podSecurityContext: { runAsNonRoot: true, runAsUser: 185 },
        // the defaults of all jobs, which a later layer makes
        env: [{ name: "SPARK_CONF_DIR", value: "/etc/spark/defaults" }],
        volumes: [{ name: "tmp" }, { name: "defaults", configMap: { name: "spark-defaults", optional: true } }],
        volumeMounts: [{ mountPath: "/tmp" }, { name: "defaults", mountPath: "/etc/spark/defaults" }],
      },
      webhook: { enable: true, port: 9443, resources: small },
    });
    expect(rows(flows)).toEqual([
      "spark-operator-controller -> api-server 6443",
      "spark-operator-webhook -> api-server 6443",
      "api-server -> spark-operator-webhook 9443",
      ...["etl", "reports"].flatMap(() => [
        "spark-driver -> api-server 6443",
        "spark-executor -> spark-driver 7078,7079",
        "spark-driver -> spark-executor 7079",
        "spark-executor -> spark-executor 7079",
      ]),
    ]);
  });

  test("refuses to watch nothing", () => {
    expect(() => operator([])).toThrow("there are no job namespaces: name at least one namespace for Spark jobs");
  });
});
