import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { parse } from "yaml";
import { DataPlatformServices } from "../../../catalogue/assembly/data-platform-services";
import { existingNamespace, NetworkFlows } from "../../../constructs/kubernetes";
import { CloudNativePgOperator, MariaDbOperator, SparkOperator } from "../../../constructs/services";
import { DeploySettings, type DeploySettingsProps } from "../../../constructs/terraform";
import { environments } from "../../../environments";
import { buildPlatform } from "../../../stacks/platform";
import { VaultStack } from "../../../stacks/vault";
import { freeKeys } from "../../../verification/charts";
import { everyService } from "../../catalogue/every-service";
import { ChartData } from "../../support/chart-data";
import { objectProblems } from "../../support/crd-contract";
import { cloud, laptop } from "../../support/fixture-environments";
import { objectsOf, releasesOf, type SynthesizedRelease, type Values } from "../../support/releases";
import { type ValuesContract, valuesProblems } from "../../support/values-contract";
import { serviceStacks, small } from "./service-stacks";

/** Charts of this project. */
const ownCharts = ["custom-resources", "hive-metastore", "kyuubi"];

/** Kinds of Kubernetes itself that releases deliver. */
const builtIn = /^(v1|(apps|batch|policy|networking\.k8s\.io|rbac\.authorization\.k8s\.io)\/v1)\/\w+$/;

function operators(settings: DeploySettingsProps): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "test-base");
  DeploySettings.set(stack, settings);
  new KubernetesProvider(stack, "Kubernetes", {});
  new HelmProvider(stack, "Helm", {});
  const flows = new NetworkFlows(stack, "Flows", { cidrs: ["10.0.0.1/32"], port: 6443 });
  const props = (name: string) => ({ namespace: existingNamespace(name), flows, resources: small });
  new CloudNativePgOperator(stack, "CloudNativePg", { ...props("cnpg-system"), replicas: 2 });
  new MariaDbOperator(stack, "MariaDb", props("mariadb-operator"));
  new SparkOperator(stack, "Spark", { ...props("spark-operator"), jobNamespaces: [existingNamespace("spark-jobs")] });
  return stack;
}

/** Releases of every layer of every environment. */
function environmentReleases(): readonly SynthesizedRelease[] {
  return environments.flatMap((environment) => buildPlatform(Testing.app(), environment).flatMap(releasesOf));
}

/** Releases of every service and operator, with a mirror and node pools and without, as both set other keys. */
function serviceReleases(): readonly SynthesizedRelease[] {
  return [
    { allowDestroy: true },
    { imageRegistry: "localhost:5001", nodePools: ["memory", "compute", "batch"] },
  ].flatMap((settings) => {
    const { services, context } = serviceStacks(settings);
    new DataPlatformServices(services, "DataPlatform", { context, services: everyService });
    return [...releasesOf(services), ...releasesOf(operators(settings))];
  });
}

function ownValues(chart: string): Values {
  return parse(readFileSync(join(__dirname, "../../../charts", chart, "values.yaml"), "utf8")) as Values;
}

/** Releases with OpenBao in the place of Vault, on one server and on several. */
function openBaoReleases(): readonly SynthesizedRelease[] {
  const vault = { distribution: "openbao" } as const;
  return [laptop({ vault }), cloud({ vault, images: { registry: "localhost:5001" } })].flatMap((environment) =>
    releasesOf(new VaultStack(Testing.app(), environment)),
  );
}

const data = ChartData.find();
const releases = [...environmentReleases(), ...openBaoReleases(), ...serviceReleases()];

test("chart data that is missing skips the checks, and fails them where they are required", () => {
  expect(ChartData.find({}, "/nowhere")).toBeUndefined();
  expect(() =>
    ChartData.find({ TERRALAKE_REQUIRE_CHART_DATA: "1", TERRALAKE_CHART_DATA: "/charts" }, "/nowhere"),
  ).toThrow("no chart data in /charts or /nowhere: set TERRALAKE_CHART_DATA to its folder");
});

test("the charts of this project know every key that is set", () => {
  const ours = releases.filter(({ chart }) => ownCharts.includes(chart));
  expect(new Set(ours.map(({ chart }) => chart)).size).toBe(ownCharts.length);
  for (const { chart, name, values } of ours) {
    expect({ name, problems: valuesProblems(values, { defaults: ownValues(chart), free: freeKeys[chart] }) }).toEqual({
      name,
      problems: [],
    });
  }
});

(data ? describe : describe.skip)(
  `upstream charts${data ? "" : " (skipped: no chart data, set TERRALAKE_CHART_DATA)"}`,
  () => {
    const contracts = new Map<string, ValuesContract>();
    const contract = (chart: string): ValuesContract => {
      const found = contracts.get(chart) ?? {
        defaults: data?.values(chart) ?? {},
        schema: data?.schema(chart),
        free: freeKeys[chart],
      };
      contracts.set(chart, found);
      return found;
    };

    test("know every key that is set, and take its value", () => {
      const problems = releases
        .filter(({ chart }) => !ownCharts.includes(chart))
        .flatMap(({ chart, stack, name, values }) =>
          data?.values(chart)
            ? valuesProblems(values, contract(chart)).map((problem) => `${stack}, ${name}: ${problem}`)
            : [`${stack}, ${name}: there is no data of chart ${chart}`],
        );
      expect(problems).toEqual([]);
      expect([...contracts.keys()].sort()).toEqual([
        "airflow",
        "alloy",
        "altinity-clickhouse-operator",
        "cert-manager",
        "cloudnative-pg",
        "external-secrets",
        "flink-kubernetes-operator",
        "flux-instance",
        "flux-operator",
        "jupyterhub",
        "kube-prometheus-stack",
        "lakekeeper",
        "loki",
        "mariadb-operator",
        "mariadb-operator-crds",
        "nessie",
        "openbao",
        "plugin-barman-cloud",
        "polaris",
        "reloader",
        "seaweedfs",
        "spark-operator",
        "strimzi-kafka-operator",
        "superset-operator",
        "traefik",
        "trino",
        "valkey",
        "vault",
      ]);
    });

    test("define every custom resource as it is delivered", () => {
      const checked = new Set<string>();
      for (const object of objectsOf(releases)) {
        const type = `${object.apiVersion}/${object.kind}`;
        if (!builtIn.test(type)) {
          const schema = data?.definition(object.apiVersion, object.kind);
          expect({ type, defined: schema !== undefined }).toEqual({ type, defined: true });
          expect(objectProblems(object, schema as Values)).toEqual([]);
          checked.add(object.kind);
        }
      }
      expect([...checked].sort()).toEqual([
        "Certificate",
        "ClickHouseInstallation",
        "Cluster",
        "ClusterIssuer",
        "Database",
        "DatabaseRole",
        "ExternalSecret",
        "FlinkDeployment",
        "Grant",
        "IngressRoute",
        "Kafka",
        "KafkaNodePool",
        "KafkaUser",
        "MariaDB",
        "Middleware",
        "ObjectStore",
        "PodMonitor",
        "PrometheusRule",
        "ScheduledBackup",
        "SecretStore",
        "Superset",
        "User",
        "VaultDynamicSecret",
      ]);
    });

    test("refuse an unknown key, a value of another kind and an unknown field", () => {
      expect(valuesProblems({ worker: { jvm: { maxHeapPercentage: 70 } } }, contract("trino"))).toEqual([
        "worker.jvm.maxHeapPercentage is not in values.yaml",
      ]);
      expect(valuesProblems({ replicaCount: "two" }, contract("nessie"))).toEqual([
        "replicaCount is of kind string, values.yaml has number",
      ]);
      expect(valuesProblems({ webhook: { port: "9443" } }, contract("cloudnative-pg"))).toEqual([
        "webhook.port must be integer",
      ]);
      const schema = data?.definition("postgresql.cnpg.io/v1", "Cluster") as Values;
      const cluster = {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        metadata: { name: "postgres" },
        spec: { storage: { capacity: "1Gi" } },
      };
      expect(objectProblems(cluster, schema)).toEqual([
        "Cluster postgres: spec must have required property 'instances'",
        "Cluster postgres: spec.storage must NOT have additional properties (capacity)",
      ]);
    });
  },
);
