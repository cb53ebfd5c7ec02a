import { existingNamespace } from "../../../constructs/kubernetes";
import { keyOf, provided } from "../../../constructs/secrets";
import { Airflow, type AirflowProps } from "../../../constructs/services";
import { ChartData } from "../../support/chart-data";
import { objectsOf, releasesOf, valuesOf } from "../../support/releases";
import { valuesProblems } from "../../support/values-contract";
import { offers, rangesOf, rangesOutside, rowsOf, secretOf, unknownInTemplates } from "./people-stacks";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const one = { replicas: 1, resources: small };

function airflow(
  change: (made: ReturnType<typeof offers>) => Partial<AirflowProps> = () => ({}),
  stacks = serviceStacks(),
) {
  const made = offers(stacks);
  const built = new Airflow(stacks.services, "Airflow", {
    context: stacks.context,
    namespace,
    database: made.database("airflow"),
    executor: { kind: "celery", broker: made.keyValueStore, workers: { replicas: 2, resources: small } },
    logs: made.bucket("airflow-logs"),
    apiServer: one,
    scheduler: one,
    dagProcessor: one,
    triggerer: one,
    connections: { queryEngines: [], topicPrefix: "airflow", buckets: [], sparkNamespaces: [] },
    ...change(made),
  });
  return { ...stacks, built };
}

const everything = (made: ReturnType<typeof offers>): Pick<AirflowProps, "connections"> => ({
  connections: {
    queryEngines: [made.trino, made.sales, made.clickhouse, made.kyuubi],
    sparkCluster: made.sparkConnect,
    messageBroker: made.messageBroker,
    topicPrefix: "airflow",
    buckets: [made.bucket("landing-zone")],
    sparkNamespaces: [existingNamespace("spark-jobs")],
  },
});

const onKubernetes = (): Pick<AirflowProps, "executor"> => ({ executor: { kind: "kubernetes", task: small } });

/** A connection, with each template replaced by the name of the key that it reads. */
function connection(stacks: ServiceStacks, id: string): unknown {
  const text = secretOf(stacks, "airflow-connections")[`AIRFLOW_CONN_${id}`] ?? "";
  return JSON.parse(text.replace(/\{\{ \.(\w+) \| toJson \}\}/g, '"<$1>"'));
}

describe("Airflow", () => {
  const data = ChartData.find();

  (data ? test.each : test.skip.each)([
    ["Celery", everything],
    ["Kubernetes", (made: ReturnType<typeof offers>) => ({ ...everything(made), ...onKubernetes() })],
  ])("has values that the chart knows, with %s", (_, change) => {
    const defaults = data?.values("airflow");
    const values = valuesOf(airflow(change).services, "airflow");
    expect(
      valuesProblems(values, {
        defaults: defaults ?? {},
        schema: data?.schema("airflow"),
        // sections and keys of airflow.cfg are Airflow's
        free: ["config"],
      }),
    ).toEqual([]);
  });

  test("has every key from a Secret of its own making, and none of the chart's", () => {
    const made = airflow();
    expect(valuesOf(made.services, "airflow")).toMatchObject({
      data: {
        metadataSecretName: "airflow-metadata",
        brokerUrlSecretName: "airflow-broker-url",
        resultBackendSecretName: "airflow-result-backend",
      },
      fernetKeySecretName: "airflow-fernet-key",
      apiSecretKeySecretName: "airflow-keys",
      jwtSecretName: "airflow-keys",
      postgresql: { enabled: false },
      redis: { enabled: false },
    });
    const address = "{{ .username | urlquery }}:{{ .password | urlquery }}@postgres-rw.data-platform.svc:5432/airflow";
    const tls = "sslmode=verify-full&sslrootcert=/etc/airflow-tls/ca.crt";
    expect(secretOf(made, "airflow-metadata")).toMatchObject({
      connection: `postgresql+psycopg2://${address}?${tls}`,
      async: `postgresql+asyncpg://${address}`,
    });
    expect(secretOf(made, "airflow-result-backend").connection).toBe(`db+postgresql://${address}?${tls}`);
    expect(secretOf(made, "airflow-broker-url").connection).toBe(
      "redis://airflow:{{ .password | urlquery }}@valkey.data-platform.svc:6379/8",
    );
    expect(secretOf(made, "airflow-fernet-key")).toEqual({ "fernet-key": "platform/airflow/encryption#fernet_key" });
    expect(secretOf(made, "airflow-keys")).toEqual({
      "api-secret-key": "platform/airflow/keys#secret_key",
      "jwt-secret": "platform/airflow/keys#jwt_secret",
    });
  });

  test("takes declared keys, and makes only what is missing", () => {
    const stacks = serviceStacks();
    const declared = stacks.context.secrets.secret("airflow-credentials", {
      "fernet-key": provided("fernet", "a key"),
      "secret-key": provided("key", "a key"),
      "admin-user": provided("who", "a name"),
      "admin-password": provided("word", "a password"),
    });
    const made = airflow(
      () => ({
        credentials: {
          fernetKey: keyOf(declared, "fernet-key"),
          secretKey: keyOf(declared, "secret-key"),
          adminUser: keyOf(declared, "admin-user"),
          adminPassword: keyOf(declared, "admin-password"),
        },
      }),
      stacks,
    );
    expect(secretOf(made, "airflow-fernet-key")["fernet-key"]).toBe("platform/airflow-credentials#fernet-key");
    expect(secretOf(made, "airflow-keys")).toEqual({
      "api-secret-key": "platform/airflow-credentials#secret-key",
      "jwt-secret": "platform/airflow/keys#jwt_secret",
    });
    expect(secretOf(made, "airflow-admin")).toMatchObject({ password: "platform/airflow-credentials#admin-password" });
    expect(made.vaultSecrets.find("platform/airflow/keys")?.keys).toEqual(["jwt_secret"]);
    expect(made.vaultSecrets.find("platform/airflow/encryption")).toBeUndefined();
    expect(made.vaultSecrets.find("platform/airflow/admin")).toBeUndefined();
  });

  test("migrates and makes the administrator by jobs that are no hooks, with the password of a file", () => {
    const { services } = airflow();
    const { migrateDatabaseJob, createUserJob } = valuesOf(services, "airflow") as {
      migrateDatabaseJob: object;
      createUserJob: { args: string[] };
    };
    for (const job of [migrateDatabaseJob, createUserJob]) {
      expect(job).toMatchObject({ useHelmHooks: false, applyCustomEnv: false, ttlSecondsAfterFinished: 60 });
    }
    expect(createUserJob).toMatchObject({
      annotations: { "terralake.dev/versions": "platform/airflow/admin=1" },
      extraVolumes: [{ name: "admin", secret: { secretName: "airflow-admin" } }],
    });
    const script = createUserJob.args.at(-1) ?? "";
    expect(script).toContain('until [ "$(cat /etc/airflow-admin/version)" = "platform/airflow/admin=1" ]');
    const calls = script.split("\n").filter((line) => line.includes("users "));
    expect(calls.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
      "with_files users create",
      "with_files users reset-password",
    ]);
    for (const call of calls) {
      expect(call).toContain("--username @/etc/airflow-admin/username --password @/etc/airflow-admin/password");
    }
    expect(secretOf(airflow(), "airflow-admin").version).toBe("platform/airflow/admin=1");
  });

  test("checks the database's certificate with both drivers", () => {
    const values = valuesOf(airflow().services, "airflow") as { airflowLocalSettings: string };
    expect(values).toMatchObject({
      volumes: [{ name: "trust", secret: { secretName: "airflow-tls", items: [{ key: "ca.crt", path: "ca.crt" }] } }],
      volumeMounts: [{ name: "trust", mountPath: "/etc/airflow-tls", readOnly: true }],
      config: { database: { sql_alchemy_connect_args_async: "airflow_local_settings.connect_args_async" } },
    });
    expect(values.airflowLocalSettings).toContain('create_default_context(cafile="/etc/airflow-tls/ca.crt")');
  });

  test("keeps the logs of tasks in the bucket and no volume", () => {
    const made = airflow();
    expect(valuesOf(made.services, "airflow")).toMatchObject({
      config: {
        logging: {
          remote_logging: "True",
          remote_base_log_folder: "s3://airflow-logs/logs",
          remote_log_conn_id: "airflow_logs",
        },
      },
      workers: { celery: { replicas: 2, persistence: { enabled: false } } },
      triggerer: { persistence: { enabled: false } },
    });
    expect(connection(made, "AIRFLOW_LOGS")).toEqual({
      conn_type: "aws",
      login: "<airflow_logs_access_key>",
      password: "<airflow_logs_secret_key>",
      extra: {
        endpoint_url: "http://store.data-platform.svc:8333",
        region_name: "us-east-1",
        config_kwargs: { s3: { addressing_style: "path" } },
      },
    });
  });

  test("gives tasks a connection to everything that the environment has", () => {
    const made = airflow(everything);
    expect(connection(made, "TRINO")).toEqual({
      conn_type: "trino",
      host: "trino.data-platform.svc",
      port: 8080,
      login: "airflow",
      extra: { protocol: "http", catalog: "lake" },
    });
    expect(connection(made, "POSTGRES_SALES")).toMatchObject({
      conn_type: "postgres",
      login: "<postgres_sales_login>",
      password: "<postgres_sales_password>",
      schema: "sales",
      extra: { sslmode: "verify-full" },
    });
    expect(connection(made, "CLICKHOUSE")).toMatchObject({ login: "reader", password: "<clickhouse_password>" });
    expect(connection(made, "SPARK")).toEqual({
      conn_type: "spark_connect",
      host: "sc://spark-connect.data-platform.svc",
      port: 15002,
    });
    expect(connection(made, "KAFKA")).toMatchObject({
      extra: { "security.protocol": "SASL_SSL", "sasl.password": "<kafka_password>" },
    });
    expect(connection(made, "S3_LANDING_ZONE")).toMatchObject({ login: "<s3_landing_zone_access_key>" });
    const { secret } = valuesOf(made.services, "airflow") as { secret: { envName: string; secretKey: string }[] };
    expect(secret.map(({ envName }) => envName)).toEqual([
      "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC",
      "AIRFLOW_CONN_AIRFLOW_LOGS",
      "AIRFLOW_CONN_S3_LANDING_ZONE",
      "AIRFLOW_CONN_TRINO",
      "AIRFLOW_CONN_POSTGRES_SALES",
      "AIRFLOW_CONN_CLICKHOUSE",
      "AIRFLOW_CONN_KYUUBI",
      "AIRFLOW_CONN_SPARK",
      "AIRFLOW_CONN_KAFKA",
    ]);
  });

  test("has no connection to a stand-alone master, whose drivers need Java and ports to be called at", () => {
    const made = airflow(({ sparkConnect }) => ({
      connections: {
        ...{ queryEngines: [], topicPrefix: "airflow", buckets: [], sparkNamespaces: [] },
        sparkCluster: { ...sparkConnect, url: "spark://spark-master.data-platform.svc:7077" },
      },
    }));
    expect(Object.keys(secretOf(made, "airflow-connections"))).not.toContain("AIRFLOW_CONN_SPARK");
    expect(rowsOf(made, /airflow/).filter((row) => row.includes("spark"))).toEqual([]);
  });

  test("lets tasks start Spark applications where jobs run, and reach the API server for it", () => {
    const made = airflow(everything);
    const rights = objectsOf(releasesOf(made.services)).filter(({ metadata }) => metadata.namespace === "spark-jobs");
    expect(rights).toMatchObject([
      {
        kind: "Role",
        rules: [{ resources: ["sparkapplications"], verbs: expect.arrayContaining(["create"]) }, {}, {}],
      },
      { kind: "RoleBinding", subjects: [{ name: "airflow-worker" }, { name: "airflow-triggerer" }] },
    ]);
    expect(rowsOf(made, /^airflow-worker$/)).toContain("airflow-worker -> api-server 6443");
    expect(rowsOf(airflow(), /^airflow-worker$/)).toEqual([]);
  });

  test.each(["airflow-connections", "airflow-metadata", "airflow-broker-url", "airflow-result-backend"])(
    "reads in the templates of %s what that Secret has",
    (name) => {
      expect(unknownInTemplates(airflow(everything), name)).toEqual([]);
    },
  );

  test("calls what it uses and nothing else", () => {
    expect(rowsOf(airflow(), /airflow/)).toEqual([
      "airflow -> postgres 5432",
      "airflow -> valkey 6379",
      "airflow -> store 8333",
      "airflow -> airflow-api-server 8080",
      "airflow -> airflow-statsd 9125/udp",
      "airflow-api-server -> airflow-worker 8793",
      "airflow-api-server -> airflow-triggerer 8794",
    ]);
    const made = airflow(onKubernetes);
    expect(rowsOf(made, /airflow/)).not.toContain("airflow -> valkey 6379");
    expect(rowsOf(made, /airflow/)).toEqual(
      expect.arrayContaining(["airflow-scheduler -> api-server 6443", "airflow-api-server -> api-server 6443"]),
    );
  });

  test("gives a token to those only that call the API server", () => {
    const tokens = (values: object) =>
      Object.entries(values)
        .filter(([, part]) => part?.serviceAccount?.automountServiceAccountToken)
        .map(([part]) => part);
    expect(tokens(valuesOf(airflow().services, "airflow"))).toEqual([]);
    expect(tokens(valuesOf(airflow(onKubernetes).services, "airflow")).sort()).toEqual([
      "apiServer",
      "scheduler",
      "triggerer",
      "workers",
    ]);
  });

  test("follows the repository of the DAGs with declared credentials, at its host's port", () => {
    const dags = ({ pair }: ReturnType<typeof offers>): Partial<AirflowProps> => ({
      dags: {
        url: "https://git.example.com/team/dags.git",
        branch: "main",
        path: "dags",
        credentials: pair("git"),
      },
    });
    const made = airflow(dags);
    expect(valuesOf(made.services, "airflow")).toMatchObject({
      dags: {
        gitSync: {
          enabled: true,
          repo: "https://git.example.com/team/dags.git",
          ref: "main",
          subPath: "dags",
          credentialsSecret: "airflow-git",
          securityContexts: { container: { runAsNonRoot: true, capabilities: { drop: ["ALL"] } } },
        },
      },
    });
    expect(secretOf(made, "airflow-git")).toMatchObject({
      GITSYNC_USERNAME: "platform/git#username",
      GIT_SYNC_PASSWORD: "platform/git#password",
    });
    expect(rowsOf(made, /airflow/)).toEqual(
      expect.arrayContaining(["worker", "triggerer", "dag-processor"].map((part) => `airflow-${part} -> git-host 443`)),
    );
    expect(rangesOf(made, "git-host")).toEqual(rangesOutside);
    const ssh = airflow(({ pair }) => ({
      dags: {
        url: "ssh://git@git.example.com:2222/team/dags.git",
        branch: "main",
        path: "",
        addresses: ["10.20.0.0/16"],
        credentials: { sshKey: pair("git").password, knownHosts: "git.example.com ssh-ed25519 AAAA" },
      },
    }));
    expect(rowsOf(ssh, /dag-processor/)).toEqual(["airflow-dag-processor -> git-host 2222"]);
    expect(rangesOf(ssh, "git-host")).toEqual({ cidrs: ["10.20.0.0/16"] });
    expect(valuesOf(ssh.services, "airflow")).toMatchObject({
      dags: { gitSync: { sshKeySecret: "airflow-git", knownHosts: "git.example.com ssh-ed25519 AAAA" } },
    });
  });

  test("runs as its image's user in the restricted profile", () => {
    expect(valuesOf(airflow().services, "airflow")).toMatchObject({
      securityContexts: {
        pod: {
          runAsUser: 50000,
          runAsGroup: 0,
          fsGroup: 0,
          runAsNonRoot: true,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
      statsd: { securityContexts: { pod: { runAsUser: 65534 }, container: { readOnlyRootFilesystem: true } } },
    });
  });

  test("takes all images from the environment's registry, with one tag of Airflow", () => {
    const values = valuesOf(airflow(undefined, serviceStacks({ imageRegistry: "registry.test" })).services, "airflow");
    expect(values).toMatchObject({
      defaultAirflowRepository: "registry.test/apache/airflow",
      defaultAirflowTag: "3.2.0",
      airflowVersion: "3.2.0",
      images: { statsd: { repository: "registry.test/prometheus/statsd-exporter", tag: "v0.29.0" } },
    });
    const own = valuesOf(airflow(() => ({ image: "registry.test:5000/data/airflow:7" })).services, "airflow");
    expect(own).toMatchObject({
      defaultAirflowRepository: "registry.test:5000/data/airflow",
      defaultAirflowTag: "7",
      airflowVersion: "3.2.0",
    });
  });

  test("keeps given settings beside its own", () => {
    const { config } = valuesOf(
      airflow(() => ({ config: { logging: { logging_level: "DEBUG" }, scheduler: { max_tis_per_query: "8" } } }))
        .services,
      "airflow",
    ) as { config: Record<string, unknown> };
    expect(config.logging).toMatchObject({ logging_level: "DEBUG", remote_logging: "True" });
    expect(config.scheduler).toEqual({ max_tis_per_query: "8" });
  });
});
