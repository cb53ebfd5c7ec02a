import { addressesIn, addressesOf, type Surroundings } from "../../verification/wiring/addresses";

const services: Readonly<Record<string, readonly number[]>> = {
  "lake/catalog": [80],
  "lake/store-headless": [9000],
  "core/redis": [6379],
};

const around: Surroundings = {
  namespace: "lake",
  namespaces: new Set(["lake", "core"]),
  jobs: [],
  hasService: (namespace, name) => `${namespace}/${name}` in services,
  hasPort: (namespace, name, port) => services[`${namespace}/${name}`]?.includes(port) ?? false,
};

function found(text: string): readonly string[] {
  return addressesOf(text, around).map(
    ({ namespace, service, port }) => `${namespace}/${service}${port === undefined ? "" : `:${port}`}`,
  );
}

test.each<[string, string, readonly string[]]>([
  ["a name of a Service", "postgres-rw.lake.svc", ["lake/postgres-rw"]],
  ["with a port", "postgres-rw.lake.svc:5432", ["lake/postgres-rw:5432"]],
  ["with the cluster's domain", "http://nessie.lake.svc.cluster.local:19120/api", ["lake/nessie:19120"]],
  ["with the port of its scheme", "https://vault-active.vault.svc/v1", ["vault/vault-active:443"]],
  ["of a pod", "https://vault-0.vault-internal.vault.svc:8200", ["vault/vault-internal:8200"]],
  ["of a pod that is filled in", "https://$(POD_NAME).vault-internal.vault.svc:8200", ["vault/vault-internal:8200"]],
  [
    "in a JDBC address",
    "jdbc:postgresql://postgres-rw.lake.svc:5432/db?sslmode=verify-full",
    ["lake/postgres-rw:5432"],
  ],
  [
    "in a list of Thrift addresses",
    "thrift://a.lake.svc:9083,thrift://b.lake.svc:9083",
    ["lake/a:9083", "lake/b:9083"],
  ],
  [
    "in a list of brokers",
    "kafka-kafka-bootstrap.lake.svc:9093,x.lake.svc:9092",
    ["lake/kafka-kafka-bootstrap:9093", "lake/x:9092"],
  ],
  [
    "behind a user and a template",
    "postgresql+psycopg2://u:{{ .password }}@postgres-rw.lake.svc:5432/x",
    ["lake/postgres-rw:5432"],
  ],
  ["behind a password", "redis://:{{ .password }}@redis.core:6379/0", ["core/redis:6379"]],
  ["of the own namespace", "http://catalog/api", ["lake/catalog:80"]],
  ["of a pod in the own namespace", "https://store-0.store-headless:9000", ["lake/store-headless:9000"]],
  ["without a scheme", "catalog:80", ["lake/catalog:80"]],
])("an address %s is one", (_, text, expected) => {
  expect(found(text)).toEqual(expected);
});

test.each<[string, string]>([
  ["a bucket", "s3://warehouse/x"],
  ["a host outside", "https://login.example.com:8443/realms"],
  ["the own machine", "http://localhost:8080 http://127.0.0.1:8080"],
  ["an image", "docker.io/library/redis:6379"],
  ["a name without a Service", "http://somewhere/api"],
  ["a time", "at 12:30:15"],
  ["the own name of a program", "--dns-name=external-secrets-webhook.external-secrets.svc"],
])("%s is no address of a Service", (_, text) => {
  expect(found(text)).toEqual([]);
});

test("a port stands in the field or the variable beside the host", () => {
  const values = {
    database: { host: "postgres-rw.lake.svc", port: 5432 },
    cache: { cacheHost: "redis.core.svc", cachePort: "6379" },
    env: [
      { name: "DB_HOST", value: "mariadb.lake.svc" },
      { name: "DB_PORT", value: "3306" },
    ],
  };
  const ports = addressesIn(values, around).flatMap(({ service, port }) =>
    port === undefined ? [] : [`${service}:${port}`],
  );
  expect(ports).toEqual(["postgres-rw:5432", "redis:6379", "mariadb:3306"]);
});

test("a bare host with a port beside it is a Service of the own namespace, there or not", () => {
  const paths = addressesIn({ spec: { metastore: { host: "postgres-rw", port: 5432 } } }, around);
  expect(paths).toEqual([
    { given: "postgres-rw:5432", service: "postgres-rw", namespace: "lake", port: 5432, path: "spec.metastore.host" },
  ]);
});

test("names in certificates and descriptions are not called", () => {
  expect(addressesIn({ dnsNames: ["x.lake.svc"], description: "see http://x.lake.svc" }, around)).toEqual([]);
});

test("settings of Spark belong to its jobs, those of files to each of their pods", () => {
  const text = [
    "spark.kubernetes.namespace=jobs",
    "spark.hadoop.hive.metastore.uris=thrift://hive.lake.svc:9083",
    "spark.hadoop.fs.s3a.endpoint=http://s3.lake.svc:8333",
    "server.url=jdbc:mariadb://mariadb.lake.svc:3306/x",
  ].join("\n");
  expect(addressesOf(text, around).map(({ service, jobs, executors }) => ({ service, jobs, executors }))).toEqual([
    { service: "hive", jobs: ["jobs"], executors: false },
    { service: "s3", jobs: ["jobs"], executors: true },
    { service: "mariadb", jobs: undefined, executors: undefined },
  ]);
});
