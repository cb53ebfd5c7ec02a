import { parse } from "yaml";
import { existingNamespace } from "../../../constructs/kubernetes";
import { SparkConnect, SparkHistory, SparkJobs, SparkStandalone } from "../../../constructs/services";
import type { DeploySettingsProps } from "../../../constructs/terraform";
import { ChartData } from "../../support/chart-data";
import { objectProblems } from "../../support/crd-contract";
import { type DeliveredObject, objectsOf, releasesOf } from "../../support/releases";
import { bucketOf, catalogsOf } from "./lakehouse-fakes";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const connectNamespace = existingNamespace("spark-connect");
const executors = { min: 0, max: 3, cores: 2, memoryMebibytes: 2048 };

function lake(stacks: ServiceStacks) {
  return { catalogs: catalogsOf(stacks.context), eventLog: bucketOf(stacks.context, "spark-events") };
}

type StandaloneSettings = Partial<ConstructorParameters<typeof SparkStandalone>[2]>;

function standalone(
  settings: StandaloneSettings = {},
  deploy: DeploySettingsProps = { ownRegistry: "localhost:5001" },
) {
  const stacks = serviceStacks(deploy);
  const made = new SparkStandalone(stacks.services, "Spark", {
    context: stacks.context,
    namespace,
    lakehouse: lake(stacks),
    master: small,
    workers: {
      replicas: 2,
      cores: 2,
      memoryMebibytes: 3072,
      resources: { requests: { cpu: "1", memory: "4Gi" }, limits: { memory: "4Gi" } },
    },
    client: small,
    ...settings,
  });
  return { ...stacks, made };
}

function delivered({ services }: Pick<ServiceStacks, "services">): readonly DeliveredObject[] {
  return objectsOf(releasesOf(services));
}

function found(stacks: Pick<ServiceStacks, "services">, kind: string, name: string): DeliveredObject & WithSpec {
  const object = delivered(stacks).find((each) => each.kind === kind && each.metadata.name === name);
  expect(object).toBeDefined();
  return object as DeliveredObject & WithSpec;
}

interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom: readonly unknown[];
  readonly securityContext: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface PodSpec {
  readonly containers: readonly [Container];
  readonly securityContext: { readonly runAsUser?: number };
  readonly automountServiceAccountToken?: boolean;
}

interface WithSpec {
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly metadata: { annotations?: Record<string, string> }; readonly spec: PodSpec };
    readonly target: { readonly template: { readonly data: Readonly<Record<string, string>> } };
    readonly data: readonly { readonly secretKey: string }[];
  };
}

/** Properties of a file, by name. */
function properties(file: string | undefined): Readonly<Record<string, string>> {
  const lines = (file ?? "").split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

function defaultsOf(stacks: Pick<ServiceStacks, "services">): Readonly<Record<string, string>> {
  return properties(found(stacks, "ExternalSecret", "spark-config").spec.target.template.data["spark-defaults.conf"]);
}

function rows({ flows }: Pick<ServiceStacks, "flows">): readonly string[] {
  return flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);
}

const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true };

describe("the tables that Spark sees", () => {
  test("are the catalogues under their names, the first as the default, Hive's in Spark's own session too", () => {
    expect(defaultsOf(standalone())).toMatchObject({
      "spark.sql.defaultCatalog": "lake",
      "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
      "spark.sql.catalog.lake.type": "rest",
      "spark.sql.catalog.lake.uri": "http://nessie.data-platform.svc:19120/iceberg/",
      "spark.sql.catalog.lake.warehouse": "warehouse",
      "spark.sql.catalog.hive.type": "hive",
      "spark.sql.catalog.hive.uri": "thrift://hive-metastore.data-platform.svc:9083",
      "spark.sql.catalog.spark_catalog": "org.apache.iceberg.spark.SparkSessionCatalog",
      "spark.eventLog.dir": "s3a://spark-events/",
    });
  });

  test("take each bucket's own key pair from the environment, so that no file has one", () => {
    const stacks = standalone();
    const settings = defaultsOf(stacks);
    expect(settings["spark.sql.catalog.lake.s3.secret-access-key"]).toBe("env:S3_WAREHOUSE_SECRET_ACCESS_KEY");
    expect(settings["spark.hadoop.fs.s3a.bucket.hive.secret.key"]).toBe("${env.S3_HIVE_SECRET_ACCESS_KEY}");
    const environment = found(stacks, "ExternalSecret", "spark-environment");
    const variables = environment.spec.data.map(({ secretKey }) => secretKey);
    for (const value of Object.values(settings)) {
      const [, named] = /^(?:env:|\$\{env\.)(S3_\w+)/.exec(value) ?? [];
      expect([...variables, undefined]).toContain(named);
    }
    expect(variables).toHaveLength(6);
  });
});

describe("SparkStandalone", () => {
  test("refuses whoever does not know its secret, and encrypts what is said", () => {
    const settings = defaultsOf(standalone());
    expect(settings).toMatchObject({
      "spark.authenticate": "true",
      "spark.authenticate.secret": "{{ .secret }}",
      "spark.network.crypto.enabled": "true",
    });
  });

  test("has a master and workers that find it by name after it has moved", () => {
    const stacks = standalone();
    const master = found(stacks, "StatefulSet", "spark-master").spec;
    const worker = found(stacks, "Deployment", "spark-worker").spec;
    expect(master.template.spec.containers[0].args).toEqual([
      ...["--host", "$(POD_IP)", "--port", "7077", "--webui-port", "8080"],
    ]);
    expect(worker.replicas).toBe(2);
    expect(worker.template.spec.containers[0].args).toEqual([
      ...["--host", "$(POD_IP)", "--port", "7078", "--webui-port", "8081"],
      ...["--cores", "2", "--memory", "3072M", "--work-dir", "/opt/spark/work-dir"],
      "spark://spark-master.data-platform.svc:7077",
    ]);
    expect(worker.template.spec.containers[0].env).toContainEqual({ name: "SPARK_DAEMON_MEMORY", value: "512m" });
    expect(defaultsOf(stacks)["spark.worker.preferConfiguredMasterAddress"]).toBe("true");
  });

  test("runs the image of this project restricted, as user 1000 and without a token", () => {
    const stacks = standalone();
    for (const [kind, name] of [
      ["StatefulSet", "spark-master"],
      ["Deployment", "spark-worker"],
      ["Deployment", "spark-iceberg-client"],
    ] as const) {
      const pod = found(stacks, kind, name).spec.template.spec;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      });
      const [container] = pod.containers;
      expect(container.image).toMatch(/^localhost:5001\/terralake\/spark-iceberg:3\.5\.\d+-\d+$/);
      expect(container.securityContext).toEqual(restricted);
      expect(container.envFrom).toEqual([{ secretRef: { name: "spark-environment" } }]);
      expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
        "/tmp",
        "/opt/spark/work-dir",
        "/opt/spark/conf",
      ]);
    }
  });

  test("restarts its pods when the secret, the keys or a setting changes", () => {
    const stacks = standalone({ config: { "spark.sql.shuffle.partitions": "8" } });
    const { annotations } = found(stacks, "Deployment", "spark-worker").spec.template.metadata;
    expect(annotations).toEqual({ "secret.reloader.stakater.com/reload": "spark-config,spark-environment" });
    expect(defaultsOf(stacks)["spark.sql.shuffle.partitions"]).toBe("8");
  });

  test("opens the flows between master, workers, drivers and stores, and no others", () => {
    expect(rows(standalone())).toEqual([
      "spark-iceberg-client -> nessie 19120",
      "spark-iceberg-client -> hive-metastore 9083",
      "spark-iceberg-client -> seaweedfs 8333",
      "spark-worker -> spark-master 7077",
      "spark-master -> spark-worker 7078,8081",
      "spark-worker -> spark-worker 7079,7080",
      "spark-worker -> nessie 19120",
      "spark-worker -> seaweedfs 8333",
      "spark-iceberg-client -> spark-master 7077",
      "spark-iceberg-client -> spark-worker 7079,7080",
      "spark-master -> spark-iceberg-client 7078,4040",
      "spark-worker -> spark-iceberg-client 7078,7079",
    ]);
  });

  test("offers itself to other services with the secret and the flows that a driver needs", () => {
    const { made, ...stacks } = standalone({ client: undefined });
    expect(made.cluster).toMatchObject({
      url: "spark://spark-master.data-platform.svc:7077",
      secret: { key: "secret", secret: { path: "spark" } },
    });
    made.cluster?.admit?.({ namespace, name: "airflow-worker" });
    expect(rows(stacks)).toContain("spark-worker -> airflow-worker 7078,7079");
  });

  test("is a client in its own process without workers, and nothing without both", () => {
    const workers = { replicas: 0, cores: 1, memoryMebibytes: 512, resources: small };
    const stacks = standalone({ workers });
    expect(stacks.made.cluster).toBeUndefined();
    const workloads = delivered(stacks).filter(({ apiVersion }) => apiVersion === "apps/v1");
    expect(workloads.map(({ metadata }) => metadata.name)).toEqual(["spark-iceberg-client"]);
    expect(defaultsOf(stacks)).not.toHaveProperty("spark.master");
    expect(() => standalone({ workers, client: undefined })).toThrow(
      "there are neither workers nor a client: give at least one worker or a client",
    );
  });

  test("leaves users to the namespace on OpenShift", () => {
    const pod = found(standalone({}, { openshift: true }), "Deployment", "spark-worker").spec.template.spec;
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
  });
});

describe("SparkHistory", () => {
  function history() {
    const stacks = serviceStacks();
    const made = new SparkHistory(stacks.services, "History", {
      context: stacks.context,
      namespace,
      resources: small,
      eventLog: bucketOf(stacks.context, "spark-events"),
      retentionDays: 14,
    });
    return { ...stacks, made };
  }

  test("reads the event logs of the bucket and removes old ones", () => {
    const stacks = history();
    const settings = properties(found(stacks, "ConfigMap", "spark-history").data["spark-defaults.conf"]);
    expect(settings).toMatchObject({
      "spark.history.fs.logDirectory": "s3a://spark-events/",
      "spark.history.fs.cleaner.enabled": "true",
      "spark.history.fs.cleaner.maxAge": "14d",
      "spark.history.ui.port": "18080",
    });
    expect(rows(stacks)).toEqual(["spark-history -> seaweedfs 8333"]);
  });

  test("shows a page that has no login of its own", () => {
    expect(history().made.webUis).toMatchObject([
      { name: "spark-history", service: { name: "spark-history", port: 18080 }, login: "none" },
    ]);
  });
});

describe("SparkConnect", () => {
  function connect(deploy: DeploySettingsProps = {}) {
    const stacks = serviceStacks(deploy);
    const made = new SparkConnect(stacks.services, "Connect", {
      context: stacks.context,
      namespace: connectNamespace,
      lakehouse: lake(stacks),
      resources: small,
      executors,
    });
    return { ...stacks, made };
  }

  test("starts executors that meet the restricted profile and have no token", () => {
    const { data } = found(connect(), "ConfigMap", "spark-connect");
    expect(parse(data["executor.yaml"] ?? "")).toMatchObject({
      metadata: { labels: { "app.kubernetes.io/component": "executor" } },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000 },
        containers: [{ name: "spark-kubernetes-executor", securityContext: restricted }],
      },
    });
    expect(properties(data["spark-defaults.conf"])).toMatchObject({
      "spark.kubernetes.namespace": "spark-connect",
      "spark.kubernetes.executor.podTemplateFile": "/opt/spark/conf/executor.yaml",
      "spark.kubernetes.executor.secretKeyRef.S3_HIVE_ACCESS_KEY_ID": "spark-connect-environment:S3_HIVE_ACCESS_KEY_ID",
      "spark.dynamicAllocation.maxExecutors": "3",
      "spark.executor.memory": "2048m",
      "spark.connect.grpc.binding.port": "15002",
    });
  });

  test("may start pods in its own namespace and nothing else", () => {
    const role = found(connect(), "Role", "spark-connect");
    const { rules } = role as unknown as { rules: readonly { resources: readonly string[] }[] };
    expect(rules.flatMap(({ resources }) => resources)).toEqual(["pods", "configmaps"]);
    expect(role.metadata.namespace).toBe("spark-connect");
  });

  test("is made anew when a setting changes", () => {
    const { annotations } = found(connect(), "Deployment", "spark-connect").spec.template.metadata;
    expect(annotations?.["terralake.dev/config"]).toMatch(/^[0-9a-f]{16}$/);
    const other = found(connect({ openshift: true }), "Deployment", "spark-connect").spec.template.metadata.annotations;
    expect(other?.["terralake.dev/config"]).not.toBe(annotations?.["terralake.dev/config"]);
  });

  test("talks to its executors, they to the stores, and nobody to it who was not admitted", () => {
    const { made, ...stacks } = connect();
    expect(rows(stacks)).toEqual([
      "spark-connect -> api-server 6443",
      "spark-connect-executor -> spark-connect 7078,7079",
      "spark-connect -> spark-connect-executor 7079",
      "spark-connect-executor -> spark-connect-executor 7079",
      "spark-connect -> nessie 19120",
      "spark-connect -> hive-metastore 9083",
      "spark-connect -> seaweedfs 8333",
      "spark-connect-executor -> nessie 19120",
      "spark-connect-executor -> seaweedfs 8333",
    ]);
    made.cluster.admit?.({ namespace, name: "jupyter" });
    expect(rows(stacks)).toContain("jupyter -> spark-connect 15002");
    expect(made.cluster.url).toBe("sc://spark-connect.spark-connect.svc:15002");
  });
});

describe("SparkJobs", () => {
  const orders = {
    mainApplicationFile: "local:///opt/jobs/orders.py",
    arguments: ["--day", "yesterday"],
    schedule: "17 3 * * *",
    retries: 2,
    driver: { cores: 1, memory: "1024m" },
    executors: { instances: 2, cores: 2, memory: "2048m" },
  };
  const report = {
    ...orders,
    mainApplicationFile: "s3a://hive/report.jar",
    mainClass: "com.example.Report",
    retries: 0,
  };

  function jobs(deploy: DeploySettingsProps = {}) {
    const stacks = serviceStacks(deploy);
    new SparkJobs(stacks.services, "Jobs", {
      context: stacks.context,
      jobNamespaces: ["etl", "reports"].map(existingNamespace),
      lakehouse: lake(stacks),
      jobs: { orders, report: { ...report, schedule: undefined } },
    });
    return stacks;
  }

  test("gives the operator defaults for every job of its namespaces", () => {
    const map = found(jobs(), "ConfigMap", "spark-defaults");
    expect(map.metadata.namespace).toBe("spark-operator");
    expect(properties(map.data["spark-defaults.conf"])).toMatchObject({
      "spark.sql.defaultCatalog": "lake",
      "spark.kubernetes.authenticate.driver.serviceAccountName": "spark-operator-spark",
      "spark.kubernetes.driver.secretKeyRef.S3_WAREHOUSE_ACCESS_KEY_ID": "spark-environment:S3_WAREHOUSE_ACCESS_KEY_ID",
      "spark.eventLog.enabled": "true",
      "spark.blockManager.port": "7079",
    });
    const secrets = delivered(jobs()).filter(({ metadata }) => metadata.name === "spark-environment");
    expect(secrets.map(({ metadata }) => metadata.namespace)).toEqual(["etl", "reports"]);
  });

  test("makes the environment's jobs in the first namespace, by schedule or once", () => {
    const stacks = jobs();
    expect(found(stacks, "ScheduledSparkApplication", "orders")).toMatchObject({
      metadata: { namespace: "etl" },
      spec: {
        schedule: "17 3 * * *",
        timeZone: "UTC",
        template: { type: "Python", restartPolicy: { type: "OnFailure", onFailureRetries: 2 } },
      },
    });
    expect(found(stacks, "SparkApplication", "report")).toMatchObject({
      spec: {
        type: "Scala",
        mainClass: "com.example.Report",
        sparkVersion: expect.stringMatching(/^3\.5\.\d+$/),
        restartPolicy: { type: "Never" },
      },
    });
  });

  test("runs drivers and executors of the environment's jobs restricted", () => {
    const { spec } = found(jobs(), "SparkApplication", "report") as unknown as {
      spec: Record<"driver" | "executor", { template: { spec: PodSpec } }>;
    };
    for (const role of ["driver", "executor"] as const) {
      expect(spec[role].template.spec).toMatchObject({
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
        containers: [{ name: `spark-kubernetes-${role}`, securityContext: restricted }],
      });
    }
  });

  test("lets drivers look tables up and executors reach the stores, in each namespace", () => {
    expect(rows(jobs())).toEqual(
      ["", "-of-reports"].flatMap((namespace) => [
        `spark-driver${namespace} -> nessie 19120`,
        `spark-driver${namespace} -> hive-metastore 9083`,
        `spark-driver${namespace} -> seaweedfs 8333`,
        `spark-executor${namespace} -> nessie 19120`,
        `spark-executor${namespace} -> seaweedfs 8333`,
      ]),
    );
  });

  const data = ChartData.find();
  (data ? test : test.skip)("are jobs that the operator's definitions take", () => {
    for (const deploy of [{}, { openshift: true }]) {
      const made = delivered(jobs(deploy)).filter(({ apiVersion }) => apiVersion.startsWith("sparkoperator"));
      expect(made).toHaveLength(2);
      for (const object of made) {
        const schema = data?.definition(object.apiVersion, object.kind);
        expect(schema).toBeDefined();
        expect(objectProblems(object, schema ?? {})).toEqual([]);
      }
    }
  });
});
