import type { Block } from "../../stacks/stack-json";
import { kubeObject } from "../../verification/objects/kube-object";
import { hasLabels } from "../../verification/objects/pods";
import { operatorPods, productsOf } from "../../verification/products";

function made(apiVersion: string, kind: string, name: string, spec: Block) {
  const object = kubeObject({ apiVersion, kind, metadata: { name }, spec }, "lake", { stack: "s", release: "lake/x" });
  if (!object) {
    throw new Error("that is no object");
  }
  const products = productsOf(object);
  return {
    secrets: (products.secrets ?? []).map(
      ({ name: secret, keys }) => `${secret}: ${keys === "any" ? keys : keys.join(" ")}`,
    ),
    services: (products.services ?? []).map(
      ({ name: service, ports }) => `${service} ${ports.map(({ port }) => port).join(" ")}`,
    ),
    accounts: products.serviceAccounts ?? [],
    pods: operatorPods(object).map(({ madeBy, ports }) => `${madeBy} ${ports.map(({ port }) => port).join(" ")}`),
  };
}

test("a certificate's Secret has its keys and those of the stores that are asked for", () => {
  const { secrets } = made("cert-manager.io/v1", "Certificate", "x", {
    secretName: "x-tls",
    keystores: { jks: { create: true } },
    additionalOutputFormats: [{ type: "CombinedPEM" }],
  });
  expect(secrets).toEqual(["x-tls: tls.crt tls.key ca.crt keystore.jks truststore.jks tls-combined.pem"]);
});

test.each<[string, Block, string]>([
  ["what is fetched", { data: [{ secretKey: "a" }] }, "x: a"],
  ["what is composed in its place", { data: [{ secretKey: "a" }], target: { template: { data: { b: "" } } } }, "x: b"],
  [
    "both where the template merges",
    { data: [{ secretKey: "a" }], target: { name: "y", template: { mergePolicy: "Merge", data: { b: "" } } } },
    "y: a b",
  ],
  ["anything where a whole secret is fetched", { dataFrom: [{ extract: { key: "p" } }] }, "x: any"],
])("a synced Secret has %s", (_, spec, expected) => {
  expect(made("external-secrets.io/v1", "ExternalSecret", "x", spec).secrets).toEqual([expected]);
});

test("a PostgreSQL cluster has Services, credentials and certificates", () => {
  const { secrets, services, accounts, pods } = made("postgresql.cnpg.io/v1", "Cluster", "pg", { instances: 3 });
  expect(services).toEqual(["pg-rw 5432", "pg-ro 5432", "pg-r 5432"]);
  expect(secrets[0]).toBe("pg-app: username user password dbname host port pgpass uri jdbc-uri fqdn-uri fqdn-jdbc-uri");
  expect(accounts).toEqual(["pg"]);
  expect(pods).toEqual(["Cluster/pg 5432 8000 9187"]);
  const own = made("postgresql.cnpg.io/v1", "Cluster", "pg", { bootstrap: { initdb: { secret: { name: "mine" } } } });
  expect(own.secrets.some((secret) => secret.startsWith("pg-app"))).toBe(false);
});

test("Kafka has its listeners, its authorities, and what is switched on beside it", () => {
  const kafka = { listeners: [{ port: 9092 }, { port: 9093 }] };
  const { secrets, services, pods } = made("kafka.strimzi.io/v1", "Kafka", "k", {
    kafka,
    entityOperator: {},
    cruiseControl: {},
  });
  expect(services).toEqual([
    "k-kafka-bootstrap 9091 9092 9093",
    "k-kafka-brokers 9090 9091 8443 9092 9093",
    "k-cruise-control 9090",
  ]);
  expect(secrets).toContain("k-cluster-ca-cert: ca.crt ca.p12 ca.password");
  expect(pods.map((pod) => pod.split(" ")[1])).toEqual(["(entity-operator)", "(cruise-control)"]);
});

test("the nodes of Kafka are those of its pools, and brokers alone are behind its Services", () => {
  const origin = { stack: "s", release: "lake/x" };
  const labelled = { labels: { "strimzi.io/cluster": "k" } };
  const objects = [
    { kind: "Kafka", metadata: { name: "k" }, spec: { kafka: { listeners: [{ port: 9093 }] } } },
    { kind: "KafkaNodePool", metadata: { name: "brokers", ...labelled }, spec: { roles: ["broker"] } },
    { kind: "KafkaNodePool", metadata: { name: "controllers", ...labelled }, spec: { roles: ["controller"] } },
    { kind: "KafkaNodePool", metadata: { name: "elsewhere", labels: {} }, spec: { roles: ["broker"] } },
  ].flatMap((object) => kubeObject({ apiVersion: "kafka.strimzi.io/v1", ...object }, "lake", origin) ?? []);
  const [kafka] = objects;
  const pods = kafka ? operatorPods(kafka, objects) : [];
  const selector = (kafka ? productsOf(kafka).services : [])?.[0]?.selector ?? {};
  expect(pods.map((pod) => [pod.madeBy, hasLabels(pod, selector)])).toEqual([
    ["Kafka/k (brokers)", true],
    ["Kafka/k (controllers)", false],
  ]);
});

test.each<[string, readonly string[]]>([
  ["scram-sha-512", ["u: password sasl.jaas.config"]],
  ["tls", ["u: ca.crt user.crt user.key user.p12 user.password"]],
])("a user of Kafka by %s has a Secret", (type, secrets) => {
  expect(made("kafka.strimzi.io/v1", "KafkaUser", "u", { authentication: { type } }).secrets).toEqual(secrets);
});

test.each<[string, string, Block, readonly string[]]>([
  ["flink.apache.org/v1beta1", "FlinkDeployment", { mode: "native" }, ["x-rest 8081", "x 6123 6124"]],
  ["registry.apicur.io/v1", "ApicurioRegistry3", { ui: { enabled: false } }, ["x-app-service 8080"]],
  ["sparkoperator.k8s.io/v1alpha1", "SparkConnect", { server: {} }, ["x-server 7078 7079 4040 15002"]],
  ["superset.apache.org/v1alpha1", "Superset", { webServer: {}, celeryWorker: {} }, ["x-web-server 8088"]],
  ["k8s.mariadb.com/v1alpha1", "MariaDB", { port: 3307 }, ["x 3307", "x-internal 3307 4444 4567 4568"]],
  [
    "clickhouse.altinity.com/v1",
    "ClickHouseInstallation",
    { configuration: { clusters: [{ name: "c", layout: { replicasCount: 2 } }] } },
    [
      "clickhouse-x 8123 9000 9009 8443 9440",
      "chi-x-c-0-0 8123 9000 9009 8443 9440",
      "chi-x-c-0-1 8123 9000 9009 8443 9440",
    ],
  ],
  ["clickhouse-keeper.altinity.com/v1", "ClickHouseKeeperInstallation", {}, ["keeper-x 2181 9444"]],
])("%s %s has Services", (apiVersion, kind, spec, services) => {
  expect(made(apiVersion, kind, "x", spec).services).toEqual(services);
});

test("a kind that nobody knows makes nothing", () => {
  expect(made("example.com/v1", "Thing", "x", {})).toEqual({ secrets: [], services: [], accounts: [], pods: [] });
});
