import { Testing } from "cdktf";
import { ChartData } from "../../../support/chart-data";
import { objectProblems } from "../../../support/crd-contract";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../../support/releases";
import { valuesProblems } from "../../../support/values-contract";
import { type ServiceStacks, serviceStacks } from "../service-stacks";
import { Sources } from "./every-source";

interface TrinoValues {
  readonly catalogs: Readonly<Record<string, string | null>>;
  readonly server: { readonly coordinatorExtraConfig: string; readonly [key: string]: unknown };
  readonly coordinator: { readonly annotations: Readonly<Record<string, string>>; readonly [key: string]: unknown };
  readonly worker: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

interface SecretSpec {
  readonly data: readonly { readonly secretKey: string; readonly remoteRef: { key: string; property: string } }[];
  readonly target: { readonly template: { readonly data?: Readonly<Record<string, string>> } };
}

const variable = (name: string) => ["$", "{ENV:", name, "}"].join("");

function made(build: (sources: Sources) => unknown, stacks: ServiceStacks = serviceStacks()) {
  const sources = new Sources(stacks);
  build(sources);
  const objects = objectsOf(releasesOf(stacks.services));
  return {
    stacks,
    sources,
    objects,
    values: valuesOf(stacks.services, "trino") as unknown as TrinoValues,
    named: (kind: string, name: string) => {
      const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
      expect(found).toHaveLength(1);
      return found[0] as DeliveredObject & { readonly spec: SecretSpec };
    },
    flows: stacks.flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`),
  };
}

const secretsOf = ({ spec }: { readonly spec: SecretSpec }) =>
  Object.fromEntries(
    spec.data.map(({ secretKey, remoteRef }) => [secretKey, `${remoteRef.key}#${remoteRef.property}`]),
  );

describe("Trino's sources", () => {
  test("are catalogues, and their secrets are in the environment only", () => {
    const { values, named } = made((sources) => sources.everything());
    expect(Object.keys(values.catalogs).sort()).toEqual([
      "clickhouse",
      "crm",
      "guarded",
      "kafka",
      "lake",
      "tpcds",
      "tpch",
    ]);
    expect(values.catalogs.crm?.split("\n")).toEqual([
      "connector.name=mysql",
      "connection-url=jdbc:mysql://crm.example.com:3306",
      `connection-password=${variable("CRM_CONNECTION_PASSWORD")}`,
    ]);
    expect(values.catalogs.guarded?.split("\n")).toEqual(
      expect.arrayContaining([
        "iceberg.rest-catalog.security=OAUTH2",
        "iceberg.rest-catalog.oauth2.server-uri=http://catalog.data-platform.svc:8181/token",
        `iceberg.rest-catalog.oauth2.credential=${variable("GUARDED_CLIENT_ID")}:${variable("GUARDED_CLIENT_SECRET")}`,
        "iceberg.rest-catalog.oauth2.scope=PRINCIPAL_ROLE:ALL",
      ]),
    );
    expect(secretsOf(named("ExternalSecret", "trino-environment"))).toEqual({
      TRINO_SHARED_SECRET: "platform/trino#shared_secret",
      S3_WAREHOUSE_ACCESS_KEY_ID: "platform/store/warehouse#id",
      S3_WAREHOUSE_SECRET_ACCESS_KEY: "platform/store/warehouse#key",
      S3_TRINO_EXCHANGE_ACCESS_KEY_ID: "platform/store/trino-exchange#id",
      S3_TRINO_EXCHANGE_SECRET_ACCESS_KEY: "platform/store/trino-exchange#key",
      GUARDED_CLIENT_ID: "platform/catalog/trino#id",
      GUARDED_CLIENT_SECRET: "platform/catalog/trino#secret",
      CLICKHOUSE_PASSWORD: "platform/clickhouse/tools#password",
      CRM_CONNECTION_PASSWORD: "platform/sources/crm#password",
    });
  });

  test("that speak TLS are checked against the services' authority, whose certificate is mounted", () => {
    const { values, named } = made((sources) => sources.trino({ engines: [sources.clickHouse] }));
    expect(values.catalogs.clickhouse?.split("\n")).toEqual([
      "connector.name=clickhouse",
      "connection-url=jdbc:clickhouse://clickhouse.data-platform.svc:8443/?ssl=true&sslmode=strict&sslrootcert=/etc/trino-authority/ca.crt",
      "connection-user=tools",
      `connection-password=${variable("CLICKHOUSE_PASSWORD")}`,
    ]);
    expect(values.secretMounts).toEqual([
      { name: "trino-authority", secretName: "trino-authority", path: "/etc/trino-authority" },
    ]);
    expect(named("Certificate", "trino-authority").spec).toMatchObject({ secretName: "trino-authority" });
  });

  test("mount nothing where none of them needs it", () => {
    const { values, objects } = made((sources) => sources.trino());
    expect(values.secretMounts).toEqual([]);
    expect(objects.map(({ metadata }) => metadata.name)).not.toContain("trino-authority");
  });

  test("of the environment's own reach what they name and nothing else", () => {
    const { flows } = made((sources) => sources.everything());
    expect(flows.filter((flow) => flow.startsWith("trino"))).toEqual([
      "trino-coordinator -> catalog 19120",
      "trino -> store 8333",
      "trino -> kafka 9093",
      "trino -> clickhouse 8443",
      "trino -> crm-1 3306",
      "trino -> trino 8080",
    ]);
  });

  test("of two names that make one variable are refused", () => {
    const stacks = serviceStacks();
    const sources = new Sources(stacks);
    const one = sources.bucket("one").accessKeyId;
    const two = sources.bucket("two").accessKeyId;
    const catalog = (key: typeof one, property: string) => ({ properties: {}, secrets: { [property]: key } });
    expect(() => sources.trino({ extraCatalogs: { a_b: catalog(one, "c"), a: catalog(two, "b-c") } })).toThrow(
      "two secrets would be A_B_C",
    );
  });

  test("that Trino has no connector for are refused", () => {
    const sources = new Sources(serviceStacks());
    expect(() => sources.trino({ engines: [{ ...sources.clickHouse, dialect: "hive" }] })).toThrow(
      'engine "clickhouse" speaks hive: leave it out',
    );
  });
});

describe("Trino's topics", () => {
  test("are read with a password over TLS, in a file of the client's settings", () => {
    const { values, named } = made((sources) => sources.everything());
    expect(values.catalogs.kafka?.split("\n")).toEqual([
      "connector.name=kafka",
      "kafka.nodes=kafka.data-platform.svc:9093",
      "kafka.config.resources=/etc/trino-kafka/kafka.properties",
      "kafka.table-description-supplier=FILE",
      "kafka.table-names=orders,clicks",
      "kafka.table-description-dir=/etc/trino/schemas",
      "kafka.hide-internal-columns=false",
    ]);
    const secret = named("ExternalSecret", "trino-kafka");
    expect(secretsOf(secret)).toEqual({ password: "platform/kafka/trino#password" });
    expect(secret.spec.target.template.data?.["kafka.properties"]?.split("\n")).toEqual([
      "security.protocol=SASL_SSL",
      "sasl.mechanism=SCRAM-SHA-512",
      'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="trino" password="{{ .password }}";',
      "ssl.truststore.type=PEM",
      "ssl.truststore.location=/etc/trino-authority/ca.crt",
      "",
    ]);
    expect(values.coordinator.annotations["secret.reloader.stakater.com/reload"]).toBe("trino-environment,trino-kafka");
  });

  test("have the columns of their descriptions", () => {
    const { values } = made((sources) => sources.everything());
    const { tableDescriptions } = values.kafka as { readonly tableDescriptions: Readonly<Record<string, string>> };
    expect(Object.keys(tableDescriptions)).toEqual(["orders.json"]);
    expect(JSON.parse(tableDescriptions["orders.json"] ?? "")).toEqual({
      tableName: "orders",
      topicName: "orders",
      message: { dataFormat: "json", fields: [] },
    });
  });

  test("are found in the registry, and may be read by the beginning of their names", () => {
    const { values, sources, flows } = made((all) =>
      all.trino({ kafka: { broker: all.broker, registry: all.registry, topics: ["sales.*", "clicks"] } }),
    );
    expect(values.catalogs.kafka).toContain("kafka.table-description-supplier=CONFLUENT");
    expect(values.catalogs.kafka).toContain(
      "kafka.confluent-schema-registry-url=http://schema-registry.data-platform.svc:8080/apis/ccompat/v7",
    );
    expect(sources.grants.trino).toEqual([
      { type: "topic", name: "sales.", pattern: "prefix", operations: ["Read", "Describe"] },
      { type: "topic", name: "clicks", pattern: "literal", operations: ["Read", "Describe"] },
    ]);
    expect(flows).toContain("trino -> schema-registry 8080");
  });

  test("are named in full without a registry", () => {
    const sources = new Sources(serviceStacks());
    expect(() => sources.trino({ kafka: { broker: sources.broker, topics: ["sales.*"] } })).toThrow(
      "topics of trino are [sales.*]: name each in full",
    );
  });
});

describe("Logging in to Trino", () => {
  test("takes TLS with a certificate that a renewal replaces, and lets the ingress end it", () => {
    const { values, named } = made((sources) => sources.everything());
    expect(values.server.config).toMatchObject({
      authenticationType: "PASSWORD",
      https: { enabled: true, port: 8443, keystore: { path: "/etc/trino-tls/tls-combined.pem" } },
    });
    expect(values.coordinator.secretMounts).toEqual([
      { name: "trino-tls", secretName: "trino-tls", path: "/etc/trino-tls" },
    ]);
    expect(values.worker.secretMounts).toBeUndefined();
    expect(named("Certificate", "trino-tls").spec).toMatchObject({
      additionalOutputFormats: [{ type: "CombinedPEM" }],
      // Vault signs no other form of a name.
      dnsNames: ["trino.data-platform.svc"],
    });
    expect(values.server.coordinatorExtraConfig.split("\n")).toContain("http-server.process-forwarded=true");
  });

  test("compares with hashes as Trino knows them, made of a password for each user", () => {
    const { values, named } = made((sources) => sources.everything());
    const secret = named("ExternalSecret", "trino-passwords");
    expect(secretsOf(secret)).toEqual({
      tools: "platform/trino/tools#password",
      "data-analyst": "platform/trino/data-analyst#password",
    });
    expect(secret.spec.target.template.data?.["password.db"]).toBe(
      'tools:{{ index . "tools" | bcrypt | replace "$2a$" "$2y$" }}\n' +
        'data-analyst:{{ index . "data-analyst" | bcrypt | replace "$2a$" "$2y$" }}\n',
    );
    expect(values.auth).toEqual({ passwordAuthSecret: "trino-passwords" });
  });

  test("restarts nothing when the hashes are made anew with another salt", () => {
    const { values } = made((sources) => sources.everything());
    expect(JSON.stringify([values.coordinator.annotations, values.worker.annotations])).not.toContain(
      "trino-passwords",
    );
  });

  test("is what tools do where it is asked for", () => {
    const sources = new Sources(serviceStacks());
    const { engine, webUi, ports, address } = sources.everything();
    expect(engine).toMatchObject({
      dialect: "trino",
      host: "trino.data-platform.svc",
      port: 8443,
      tls: true,
      database: "lake",
      user: { name: "tools" },
      server: { port: 8443 },
    });
    expect(webUi).toMatchObject({ login: "own", healthPath: "/v1/info" });
    expect(ports).toMatchObject({ http: { port: 8080 }, https: { port: 8443 } });
    expect(address).toBe("https://trino.data-platform.svc:8443");
  });

  test("is left out otherwise", () => {
    const { values, objects } = made((sources) => {
      const { engine, webUi, address } = sources.trino();
      expect(engine).toMatchObject({ port: 8080, tls: false });
      expect(engine.user).toBeUndefined();
      expect(webUi.login).toBe("none");
      expect(address).toBe("http://trino.data-platform.svc:8080");
    });
    expect(values.auth).toBeUndefined();
    expect(objects.map(({ metadata }) => metadata.name)).not.toContain("trino-tls");
  });
});

describe("Trino's servers", () => {
  test("grow with their load, and a worker ends its tasks first", () => {
    const { values } = made((sources) => sources.everything());
    expect(values.server).toMatchObject({
      workers: 2,
      autoscaling: { enabled: true, maxReplicas: 6, targetCPUUtilizationPercentage: 70 },
    });
    expect(values.worker).toMatchObject({
      gracefulShutdown: { enabled: true, gracePeriodSeconds: 120 },
      terminationGracePeriodSeconds: 300,
    });
  });

  test("stay as many and stop at once unless it is said otherwise", () => {
    const { values } = made((sources) => sources.trino());
    expect(values.server.autoscaling).toBeUndefined();
    expect(values.worker.gracefulShutdown).toBeUndefined();
  });

  test("keep one worker running while nodes are drained, where there are several", () => {
    const budgets = (workers: number) =>
      made((sources) => sources.trino({ workers })).objects.filter(({ kind }) => kind === "PodDisruptionBudget");
    expect(budgets(2)).toMatchObject([
      {
        metadata: { name: "trino-worker" },
        spec: {
          maxUnavailable: 1,
          selector: {
            matchLabels: { "app.kubernetes.io/name": "trino", "app.kubernetes.io/component": "worker" },
          },
        },
      },
    ]);
    expect(budgets(1)).toEqual([]);
  });

  test("repeat tasks of a lost worker from the object store, in steps that fit a worker", () => {
    const { values } = made((sources) => sources.everything());
    expect(values.server.exchangeManager).toEqual({ name: "filesystem", baseDir: ["s3://trino-exchange/exchange"] });
    expect(values.additionalExchangeManagerProperties).toEqual([
      "exchange.s3.region=us-east-1",
      "exchange.s3.endpoint=http://store.data-platform.svc:8333",
      "exchange.s3.path-style-access=true",
      `exchange.s3.aws-access-key=${variable("S3_TRINO_EXCHANGE_ACCESS_KEY_ID")}`,
      `exchange.s3.aws-secret-key=${variable("S3_TRINO_EXCHANGE_SECRET_ACCESS_KEY")}`,
    ]);
    expect(values.additionalConfigProperties).toContain("retry-policy=TASK");
    // half of 1433 mebibytes, which a query may take on a worker of 4Gi
    expect(values.server.coordinatorExtraConfig).toContain("fault-tolerant-execution-task-memory=716MB");
  });

  test("take settings, files of rules and options as they are", () => {
    const { values } = made((sources) => sources.everything());
    expect(values.additionalConfigProperties).toContain("query.max-run-time=1h");
    expect(values.server.coordinatorExtraConfig.split("\n")).toContain("query.max-history=50");
    expect(values.worker.additionalJVMConfig).toEqual(["-Duser.timezone=UTC"]);
    expect(values.resourceGroups).toEqual({
      type: "configmap",
      resourceGroupsConfig: expect.stringContaining("rootGroups"),
    });
    expect(values.securityContext).toMatchObject({ runAsUser: 2000, runAsGroup: 3000, runAsNonRoot: true });
  });

  test("keep the metrics readable whatever the rules are", () => {
    const { values } = made((sources) => sources.everything());
    const { rules } = values.accessControl as { readonly rules: Readonly<Record<string, string>> };
    expect(JSON.parse(rules["rules.json"] ?? "")).toEqual({
      catalogs: [{ user: "data-analyst", catalog: "lake", allow: "read-only" }],
      system_information: [{ user: "metrics", allow: ["read"] }],
    });
    expect(values.server.coordinatorExtraConfig.split("\n")).toContain("management.user=metrics");
  });

  test("run the version that the project chose, or another image as it is given", () => {
    const image = (settings: Parameters<typeof serviceStacks>[0], given?: string) =>
      made((sources) => sources.trino({ image: given }), serviceStacks(settings)).values.image;
    expect(image({})).toEqual({ tag: "483", pullPolicy: "IfNotPresent" });
    expect(image({ imageRegistry: "localhost:5001", pullPolicy: "Always" })).toEqual({
      registry: "localhost:5001",
      tag: "483",
      pullPolicy: "Always",
    });
    expect(image({}, "registry.example.com/trino:480")).toEqual({
      repository: "registry.example.com/trino:480",
      useRepositoryAsSoleImageReference: true,
      pullPolicy: "IfNotPresent",
    });
  });

  test("have the options of upstream's image when it comes from a mirror", () => {
    const options = (settings: Parameters<typeof serviceStacks>[0], image?: string) =>
      made((sources) => sources.trino({ image, jvmOptions: ["-Da=b"] }), serviceStacks(settings)).values.worker
        .additionalJVMConfig;
    expect(options({})).toEqual(["-Da=b"]);
    expect(options({ imageRegistry: "localhost:5001" }, "localhost:5001/trino:480")).toEqual(["-Da=b"]);
    expect(options({ imageRegistry: "localhost:5001" })).toEqual([
      "-XX:+UnlockDiagnosticVMOptions",
      "-XX:G1NumCollectionsKeepPinned=10000000",
      "-Da=b",
    ]);
  });

  test("tell metrics on the coordinator, with alerts", () => {
    const { metrics } = new Sources(serviceStacks()).trino();
    expect(metrics).toMatchObject({ name: "trino", port: 8080, portName: "http", pods: { name: "trino-coordinator" } });
    expect(metrics.alerts?.length).toBeGreaterThan(0);
  });

  test("have no template of Terraform left in their values", () => {
    const { stacks } = made((sources) => sources.everything());
    expect(Testing.synth(stacks.services)).not.toMatch(/[^$]\$\{ENV:/);
  });
});

const data = ChartData.find();

(data ? describe : describe.skip)("Trino's release", () => {
  test("has values that the chart knows, with everything and with nothing", () => {
    const defaults = data?.values("trino") ?? {};
    // in values.yaml as comments, and maps whose keys are the user's
    const free = ["catalogs", "auth", "accessControl", "resourceGroups", "server.exchangeManager"];
    for (const build of [(all: Sources) => all.everything(), (all: Sources) => all.trino()]) {
      const { values } = made(build);
      expect(valuesProblems(values, { defaults, free })).toEqual([]);
    }
  });

  test("has objects that their definitions take", () => {
    const { objects } = made((sources) => sources.everything());
    const checked = objects.filter(({ apiVersion }) => apiVersion.split("/")[0]?.includes("."));
    for (const object of checked) {
      const schema = data?.definition(object.apiVersion, object.kind);
      expect(schema && objectProblems(object, schema)).toEqual([]);
    }
    expect(checked.map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(["trino-authority", "trino-environment", "trino-kafka", "trino-passwords", "trino-tls"]),
    );
  });
});
