import { charts, images } from "../../../charts";
import { Kafka, type KafkaPool, type KafkaProps } from "../../../constructs/services";
import { ChartData } from "../../support/chart-data";
import { objectProblems } from "../../support/crd-contract";
import { type DeliveredObject, objectsOf, policiesBefore, releasesOf, type Values } from "../../support/releases";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const node: KafkaPool = {
  name: "node",
  roles: ["controller", "broker"],
  replicas: 1,
  firstNode: 0,
  storage: "10Gi",
  resources: small,
};
const controllers: KafkaPool = { ...node, name: "controller", roles: ["controller"], replicas: 3 };
const brokers: KafkaPool = { ...node, name: "broker", roles: ["broker"], replicas: 3, firstNode: 100 };

const kafka = (stacks: ServiceStacks, props: Partial<KafkaProps> = {}) =>
  new Kafka(stacks.services, "Kafka", {
    context: stacks.context,
    namespace,
    pools: [node],
    topics: {},
    config: {},
    entityOperator: small,
    ...props,
  });

const all = ({ services }: ServiceStacks) => objectsOf(releasesOf(services));

function object(stacks: ServiceStacks, kind: string, name: string): DeliveredObject & { readonly spec: Values } {
  const found = all(stacks).filter((candidate) => candidate.kind === kind && candidate.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject & { readonly spec: Values };
}

const rows = ({ flows }: ServiceStacks) =>
  flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);

const grants = [{ type: "topic", name: "orders", pattern: "literal", operations: ["Read", "Describe"] }] as const;

describe("the cluster", () => {
  test("demands TLS with a certificate of the services' authority, a password, and a right for all that is done", () => {
    const stacks = serviceStacks();
    const made = kafka(stacks);
    expect(made.bootstrapServers).toBe("kafka-kafka-bootstrap.data-platform.svc:9093");
    expect(object(stacks, "Kafka", "kafka").spec).toMatchObject({
      kafka: {
        listeners: [
          {
            name: "tls",
            port: 9093,
            type: "internal",
            tls: true,
            authentication: { type: "scram-sha-512" },
            configuration: {
              brokerCertChainAndKey: { secretName: "kafka-tls", certificate: "tls.crt", key: "tls.key" },
            },
          },
        ],
        authorization: { type: "simple" },
      },
    });
    expect(object(stacks, "Certificate", "kafka-tls").spec).toMatchObject({
      secretName: "kafka-tls",
      privateKey: { encoding: "PKCS8" },
      issuerRef: { name: stacks.context.certificates.issuer },
    });
  });

  test("has a certificate for every name that a client meets: bootstrap, aliases and brokers, not controllers", () => {
    const stacks = serviceStacks();
    kafka(stacks, { pools: [controllers, brokers], aliases: ["kafka"] });
    expect(object(stacks, "Certificate", "kafka-tls").spec.dnsNames).toEqual([
      "kafka-kafka-bootstrap.data-platform.svc",
      "kafka.data-platform.svc",
      "kafka-broker-100.kafka-kafka-brokers.data-platform.svc",
      "kafka-broker-101.kafka-kafka-brokers.data-platform.svc",
      "kafka-broker-102.kafka-kafka-brokers.data-platform.svc",
    ]);
    // The numbers in those names are the pool's own.
    expect(object(stacks, "KafkaNodePool", "broker").metadata.annotations).toMatchObject({
      "strimzi.io/next-node-ids": "[100-199]",
    });
  });

  test.each([
    { replicas: 1, factor: 1, inStep: 1 },
    { replicas: 3, factor: 3, inStep: 2 },
    { replicas: 5, factor: 3, inStep: 2 },
  ])("of $replicas brokers keeps $factor copies, $inStep of them in step", ({ replicas, factor, inStep }) => {
    const stacks = serviceStacks();
    kafka(stacks, { pools: [{ ...node, replicas }], config: { "num.partitions": 3 } });
    expect(object(stacks, "Kafka", "kafka").spec).toMatchObject({
      kafka: {
        config: {
          "default.replication.factor": factor,
          "min.insync.replicas": inStep,
          "offsets.topic.replication.factor": factor,
          "transaction.state.log.replication.factor": factor,
          "transaction.state.log.min.isr": inStep,
          "auto.create.topics.enable": false,
          "num.partitions": 3,
        },
      },
    });
  });

  test("has an image of the operator's version and of the version of Kafka that it names", () => {
    const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
    kafka(stacks);
    const { kafka: spec } = object(stacks, "Kafka", "kafka").spec as { kafka: { image: string; version: string } };
    expect(spec.image).toBe(`localhost:5001/strimzi/kafka:${charts.strimzi.version}-kafka-${spec.version}`);
    expect(images.kafka).toContain(spec.version);
  });

  test.each([
    { allowDestroy: false, annotations: { "helm.sh/resource-policy": "keep" } },
    { allowDestroy: true, annotations: {} },
  ])("with allowDestroy $allowDestroy keeps volumes and topics accordingly", ({ allowDestroy, annotations }) => {
    const stacks = serviceStacks({ allowDestroy });
    kafka(stacks, { topics: { orders: { partitions: 1, replicas: 1, config: {} } } });
    expect(object(stacks, "KafkaNodePool", "node").spec).toMatchObject({
      storage: { volumes: [{ size: "10Gi", deleteClaim: allowDestroy, kraftMetadata: "shared" }] },
    });
    for (const [kind, name] of [["Kafka", "kafka"] as const, ["KafkaTopic", "orders"] as const]) {
      expect(object(stacks, kind, name).metadata.annotations).toEqual(annotations);
    }
  });

  test.each([
    { pools: [{ ...node, replicas: 2 }], message: "there are 2 controllers: use an odd number such as 1 or 3" },
    { pools: [controllers], message: "there are no brokers: give a pool the role broker" },
    { pools: [node, { ...brokers, firstNode: 0 }], message: "two pools have the firstNode 0: give each pool its own" },
    { pools: [node, { ...brokers, name: "node" }], message: "two pools have the name node: give each pool its own" },
  ])("refuses pools that are none: $message", ({ pools, message }) => {
    expect(() => kafka(serviceStacks(), { pools })).toThrow(message);
  });
});

describe("topics", () => {
  test("have Kafka's name in Kafka and Kubernetes' in Kubernetes", () => {
    const stacks = serviceStacks();
    kafka(stacks, { topics: { Orders_v1: { partitions: 3, replicas: 1, config: { "retention.ms": 1000 } } } });
    const topic = object(stacks, "KafkaTopic", "orders-v1");
    expect(topic.metadata.labels).toEqual({ "strimzi.io/cluster": "kafka" });
    expect(topic.spec).toEqual({
      topicName: "Orders_v1",
      partitions: 3,
      replicas: 1,
      config: { "retention.ms": 1000 },
    });
  });

  test("refuse more copies than there are brokers", () => {
    expect(() => kafka(serviceStacks(), { topics: { a: { partitions: 1, replicas: 3, config: {} } } })).toThrow(
      'topic "a" has 3 copies and there are 1 brokers',
    );
  });
});

describe("users", () => {
  test("have a password of the source of secrets and the rights that were granted, no others", () => {
    const stacks = serviceStacks();
    const user = kafka(stacks).user("flink", grants);
    expect(user).toMatchObject({
      username: "flink",
      password: { secret: { mount: "platform", path: "kafka/flink" }, key: "password" },
      server: { port: 9093 },
    });
    expect(object(stacks, "KafkaUser", "flink").spec).toEqual({
      authentication: {
        type: "scram-sha-512",
        password: { valueFrom: { secretKeyRef: { name: "kafka-flink-password", key: "password" } } },
      },
      authorization: {
        type: "simple",
        acls: [
          {
            type: "allow",
            resource: { type: "topic", name: "orders", patternType: "literal" },
            operations: ["Read", "Describe"],
          },
        ],
      },
    });
    expect(object(stacks, "ExternalSecret", "kafka-flink-password").spec).toMatchObject({
      data: [{ secretKey: "password", remoteRef: { key: "platform/kafka/flink", property: "password" } }],
    });
  });

  test("get Secrets of the operator that cannot have the name of another one", () => {
    const stacks = serviceStacks();
    kafka(stacks);
    expect(object(stacks, "Kafka", "kafka").spec).toMatchObject({
      entityOperator: { userOperator: { secretPrefix: "kafka-user-" } },
    });
  });

  test("are made by operators with half of their memory as heap", () => {
    const stacks = serviceStacks();
    kafka(stacks);
    const operator = { resources: small, jvmOptions: { "-Xms": "512m", "-Xmx": "512m" } };
    expect(object(stacks, "Kafka", "kafka").spec).toMatchObject({
      entityOperator: { topicOperator: operator, userOperator: operator },
    });
  });

  test("reach other namespaces with all that a client needs, and one flow for all users of one", () => {
    const stacks = serviceStacks();
    const made = kafka(stacks);
    const shop = stacks.context.namespace("shop");
    made.deliver(made.user("orders", grants), shop);
    made.deliver(made.user("payments", grants), shop);
    const secret = object(stacks, "ExternalSecret", "kafka-client-orders");
    expect(secret.metadata.namespace).toBe("shop");
    const { target } = secret.spec as { target: { template: { data: { [key: string]: string } } } };
    expect(target.template.data["client.properties"]?.split("\n")).toEqual([
      "bootstrap.servers=kafka-kafka-bootstrap.data-platform.svc:9093",
      "security.protocol=SASL_SSL",
      "sasl.mechanism=SCRAM-SHA-512",
      'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="{{ .password }}";',
      "ssl.truststore.type=PEM",
      "ssl.truststore.location=/etc/kafka-tls/ca.crt",
      "",
    ]);
    expect(object(stacks, "Certificate", "kafka-clients-tls").metadata.namespace).toBe("shop");
    expect(rows(stacks).filter((row) => row.startsWith("pods-of"))).toEqual(["pods-of-shop -> kafka 9093"]);
  });

  test("refuse a name twice and one that Kubernetes refuses", () => {
    const made = kafka(serviceStacks());
    made.user("flink", grants);
    expect(() => made.user("flink", grants)).toThrow('user "flink" is there twice');
    expect(() => made.user("Flink_1", grants)).toThrow('user is "Flink_1": use at most 40 lower-case letters');
  });
});

test("topics, users and cluster go one after the other, and before the policies that their operators need", () => {
  const stacks = serviceStacks();
  kafka(stacks, { topics: { orders: { partitions: 1, replicas: 1, config: {} } } }).user("flink", grants);
  expect([...policiesBefore(stacks.services, "kafka-objects")].sort()).toEqual([
    "kafka-entity-operator-to-api-server-egress",
    "kafka-entity-operator-to-kafka-nodes-egress",
    "kafka-entity-operator-to-kafka-nodes-ingress",
    "kafka-nodes-to-api-server-egress",
    "kafka-nodes-to-kafka-nodes-egress",
    "kafka-nodes-to-kafka-nodes-ingress",
    "strimzi-to-kafka-nodes-egress",
    "strimzi-to-kafka-nodes-ingress",
  ]);
  const releases = releasesOf(stacks.services);
  for (const name of ["kafka-topics", "kafka-user-flink"]) {
    const release = releases.find((each) => each.name === name);
    expect(release?.dependsOn).toContainEqual(expect.stringMatching(/^helm_release\.Kafka_Cluster_Release/));
    // Topics have a finalizer, users have none.
    expect(release?.wait).toBe(name === "kafka-topics");
  }
});

describe("flows", () => {
  const always = [
    "kafka-nodes -> api-server 6443",
    "kafka-nodes -> kafka-nodes 9090,9091",
    "strimzi -> kafka-nodes 8443,9090,9091",
    "kafka-entity-operator -> api-server 6443",
    "kafka-entity-operator -> kafka-nodes 9091",
  ];

  test("are those of the nodes and their operators", () => {
    const stacks = serviceStacks();
    kafka(stacks);
    expect(rows(stacks)).toEqual(always);
    expect(object(stacks, "Kafka", "kafka").spec).not.toHaveProperty("cruiseControl");
  });

  test("are more with Cruise Control", () => {
    const stacks = serviceStacks();
    kafka(stacks, { pools: [controllers, brokers], cruiseControl: small });
    expect(rows(stacks)).toEqual([
      ...always,
      "kafka-cruise-control -> kafka-nodes 9091",
      "strimzi -> kafka-cruise-control 9090",
      "kafka-entity-operator -> kafka-cruise-control 9090",
    ]);
    expect(object(stacks, "Kafka", "kafka").spec).toMatchObject({ cruiseControl: { resources: small } });
  });

  test("let pods of the namespace in without TLS where that is asked for, with the same passwords", () => {
    const stacks = serviceStacks();
    const made = kafka(stacks, { plain: true });
    expect(made.plainServer?.port).toBe(9092);
    expect(object(stacks, "Kafka", "kafka").spec).toMatchObject({
      kafka: {
        listeners: [
          { name: "tls" },
          { name: "plain", port: 9092, tls: false, authentication: { type: "scram-sha-512" } },
        ],
      },
    });
    const [flow] = stacks.flows.flows.filter(({ ports }) => ports.includes(9092));
    expect(flow?.from).toEqual({ namespace, name: "namespace" });
  });

  test("lead to brokers only, which clients talk to", () => {
    expect(kafka(serviceStacks()).server.end).toMatchObject({
      podLabels: { "strimzi.io/cluster": "kafka", "strimzi.io/broker-role": "true" },
    });
  });
});

test("tells its metrics without an exporter, with alerts on them", () => {
  const stacks = serviceStacks();
  const { metrics } = kafka(stacks);
  expect(metrics).toMatchObject({ port: 9404, portName: "tcp-prometheus" });
  expect(metrics.alerts?.map(({ name }) => name)).toContain("KafkaPartitionsOffline");
  expect(object(stacks, "Kafka", "kafka").spec).toMatchObject({
    kafka: { metricsConfig: { type: "strimziMetricsReporter" } },
  });
});

const data = ChartData.find();

(data ? test : test.skip)("every object is one that the definitions take", () => {
  const stacks = serviceStacks();
  const made = kafka(stacks, {
    pools: [controllers, { ...brokers, storageClass: "fast" }],
    topics: { orders: { partitions: 3, replicas: 3, config: { "retention.ms": 1000 } } },
    cruiseControl: small,
    plain: true,
    config: { "log.retention.hours": 24 },
  });
  made.user("flink", grants);
  const checked = all(stacks).filter(({ apiVersion }) => apiVersion === "kafka.strimzi.io/v1");
  expect([...new Set(checked.map(({ kind }) => kind))].sort()).toEqual([
    "Kafka",
    "KafkaNodePool",
    "KafkaTopic",
    "KafkaUser",
  ]);
  for (const each of checked) {
    const schema = data?.definition(each.apiVersion, each.kind);
    expect(objectProblems(each, schema as Values)).toEqual([]);
  }
});
