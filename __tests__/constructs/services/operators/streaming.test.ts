import { charts } from "../../../../charts";
import { existingNamespace } from "../../../../constructs/kubernetes";
import { FlinkOperator, operatorNamespaces, StrimziOperator } from "../../../../constructs/services";
import type { DeploySettingsProps } from "../../../../constructs/terraform";
import { ChartData } from "../../../support/chart-data";
import { valuesOf } from "../../../support/releases";
import { rows, small, testFlows, testStack } from "../../../support/test-stack";
import { valuesProblems } from "../../../support/values-contract";

const watched = [existingNamespace("data-platform")];

function strimzi(settings?: DeploySettingsProps, replicas = 1) {
  const stack = testStack(settings);
  const flows = testFlows(stack);
  const namespace = existingNamespace(operatorNamespaces.strimzi);
  new StrimziOperator(stack, "Operator", { namespace, flows, resources: small, watched, replicas });
  return { flows, values: valuesOf(stack, "strimzi") };
}

function flink(settings?: DeploySettingsProps, replicas = 1) {
  const stack = testStack(settings);
  const flows = testFlows(stack);
  const namespace = existingNamespace(operatorNamespaces.flink);
  new FlinkOperator(stack, "Operator", { namespace, flows, resources: small, watched, replicas });
  return { flows, values: valuesOf(stack, "flink-kubernetes-operator") };
}

describe("StrimziOperator", () => {
  test("watches the namespaces given, makes restricted pods and no network policies of its own", () => {
    const { flows, values } = strimzi();
    expect(values).toMatchObject({
      watchNamespaces: ["data-platform"],
      generateNetworkPolicy: false,
      extraEnvs: [{ name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS", value: "restricted" }],
      resources: small,
    });
    expect(rows(flows)).toEqual(["strimzi -> api-server 6443"]);
  });

  test("takes its images and those of its pods from the environment's registry", () => {
    expect(strimzi({ imageRegistry: "localhost:5001" }).values).toMatchObject({
      defaultImageRegistry: "localhost:5001",
    });
    expect(strimzi().values).not.toHaveProperty("defaultImageRegistry");
  });
});

describe("FlinkOperator", () => {
  test("watches the namespaces given, and makes neither a webhook with a known password nor accounts of jobs", () => {
    const { flows, values } = flink();
    expect(values).toMatchObject({
      watchNamespaces: ["data-platform"],
      webhook: { create: false },
      jobServiceAccount: { create: false },
      rbac: { jobRole: { create: false }, jobRoleBinding: { create: false } },
      operatorPod: { resources: small },
      podSecurityContext: { runAsNonRoot: true, runAsUser: 9999, seccompProfile: { type: "RuntimeDefault" } },
      operatorSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    });
    expect(rows(flows)).toEqual(["flink-operator -> api-server 6443"]);
  });

  test("has an exact image of its own version", () => {
    expect(flink({ imageRegistry: "localhost:5001/mirror" }).values).toMatchObject({
      image: {
        repository: "localhost:5001/mirror/apache/flink-kubernetes-operator",
        tag: charts.flinkOperator.version,
      },
    });
  });

  test.each([
    { replicas: 1, strategy: "Recreate", elects: false },
    { replicas: 2, strategy: "RollingUpdate", elects: true },
  ])("of $replicas pods chooses a leader: $elects", ({ replicas, strategy, elects }) => {
    const { values } = flink({}, replicas);
    const { defaultConfiguration } = values as { defaultConfiguration: { "flink-conf.yaml": string } };
    expect(values).toMatchObject({ replicas, strategy: { type: strategy } });
    expect(defaultConfiguration["flink-conf.yaml"].includes("leader-election.enabled: true")).toBe(elects);
  });
});

const data = ChartData.find();

(data ? test.each : test.skip.each)([
  { chart: "strimzi-kafka-operator", values: strimzi({ imageRegistry: "localhost:5001" }, 2).values },
  { chart: "flink-kubernetes-operator", values: flink({ imageRegistry: "localhost:5001" }, 2).values },
])("$chart knows every value that is set", ({ chart, values }) => {
  expect(valuesProblems(values, { defaults: data?.values(chart) ?? {}, schema: data?.schema(chart) })).toEqual([]);
});
