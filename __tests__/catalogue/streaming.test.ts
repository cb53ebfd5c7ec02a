import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { namespacesOn, operatorsOn, servicesOn } from "../../catalogue/assembly/on";
import type { ServicesInput } from "../../environments/schema";
import { resolveServices, servicesInput } from "../../environments/schema/services";
import { serviceStacks } from "../constructs/services/service-stacks";
import { objectsOf, releasesOf } from "../support/releases";

const resolved = (input: ServicesInput, size: "small" | "large" = "small") =>
  resolveServices(servicesInput.parse(input), { size, storageClass: "standard" });

function build(input: ServicesInput) {
  const stacks = serviceStacks();
  const services = resolved(input);
  const platform = new DataPlatformServices(stacks.services, "DataPlatform", { context: stacks.context, services });
  return { ...stacks, platform, objects: objectsOf(releasesOf(stacks.services)) };
}

const workloads = (input: ServicesInput, size?: "small" | "large") =>
  Object.fromEntries(
    servicesOn(resolved(input, size)).flatMap(({ definition, settings }) =>
      definition
        .workloads(settings)
        .map(({ component, pods, storage }) => [component, storage ? [pods, storage] : pods]),
    ),
  );

describe("kafka", () => {
  test.each([
    { size: "small", expected: { "kafka-node": [1, "10Gi"], "kafka-entity-operator": 1 } },
    {
      size: "large",
      expected: {
        "kafka-node": [3, "100Gi"],
        "kafka-entity-operator": 1,
        "kafka-cruise-control": 1,
      },
    },
  ] as const)("is $size with one kind of node, and Cruise Control where there is something to move", (each) => {
    expect(workloads({ kafka: {} }, each.size)).toEqual(each.expected);
  });

  test("has pools of its own, each with its own hundred of numbers and what it does not say from the service", () => {
    const { kafka } = resolved({
      kafka: {
        storage: "30Gi",
        pools: [
          { name: "controller", roles: ["controller"], replicas: 3, storage: "2Gi" },
          { name: "broker", roles: ["broker"], storageClass: "fast", resources: { requests: { memory: "4Gi" } } },
        ],
      },
    });
    expect(kafka?.pools).toMatchObject([
      { name: "controller", firstNode: 0, replicas: 3, storage: "2Gi", storageClass: "standard" },
      {
        name: "broker",
        firstNode: 100,
        replicas: 1,
        storage: "30Gi",
        storageClass: "fast",
        resources: { limits: { memory: "4Gi" } },
      },
    ]);
  });

  test("has an operator that watches its namespace and no other", () => {
    const [operator] = operatorsOn(resolved({ kafka: { namespace: "events" }, postgres: {} })).filter(
      ({ definition }) => definition.id === "Strimzi",
    );
    expect(operator).toMatchObject({ definition: { namespace: "strimzi-system" }, watched: ["events"] });
  });

  test("keeps the promised name and port where that is asked for", () => {
    const { objects } = build({ kafka: { plain: true, aliases: [{ name: "kafka", ports: { 9092: "plain" } }] } });
    expect(objects.find(({ kind, metadata }) => kind === "Service" && metadata.name === "kafka")).toMatchObject({
      spec: {
        selector: { "strimzi.io/cluster": "kafka", "strimzi.io/broker-role": "true" },
        ports: [{ port: 9092, targetPort: 9092 }],
      },
    });
    const certificate = objects.find(({ metadata }) => metadata.name === "kafka-tls");
    expect(certificate).toMatchObject({ spec: { dnsNames: expect.arrayContaining(["kafka.data-platform.svc"]) } });
  });

  test("makes the users that the environment names, and gives them to the namespaces that it names", () => {
    const input: ServicesInput = {
      kafka: {
        users: { shop: { grants: [{ type: "topic", name: "orders", operations: ["Write"] }], namespace: "shop" } },
      },
    };
    const { objects } = build(input);
    expect(namespacesOn(resolved(input))).toEqual(["data-platform", "shop"]);
    expect(
      objects.filter(({ metadata }) => metadata.namespace === "shop").map(({ metadata }) => metadata.name),
    ).toContain("kafka-client-shop");
    expect(objects.find(({ kind }) => kind === "KafkaUser")).toMatchObject({
      metadata: { name: "shop" },
      spec: {
        authorization: { acls: [{ resource: { name: "orders", patternType: "literal" }, operations: ["Write"] }] },
      },
    });
  });
});

describe("schemaRegistry", () => {
  test.each([
    { storage: "postgres", other: "kafka", user: undefined },
    { storage: "kafka", other: "postgres", user: "apicurio-registry" },
  ] as const)("keeps its schemas in $storage and needs nothing of $other", ({ storage, user }) => {
    const { objects, platform } = build({ [storage]: {}, objectStore: {}, schemaRegistry: { storage } });
    expect(objects.find(({ kind }) => kind === "KafkaUser")?.metadata.name).toBe(user);
    expect(platform.connections.map(({ address }) => address)).toContain(
      "http://apicurio-registry.data-platform.svc:8080/apis/ccompat/v7",
    );
  });
});

describe("flink", () => {
  test("has the promised names and ports, two task managers of two slots and a bucket", () => {
    const { objects, platform } = build({
      objectStore: {},
      flink: {
        taskManager: { replicas: 2 },
        aliases: [{ name: "flink-jobmanager", ports: { 6123: "rpc", 8081: "http" } }],
      },
    });
    expect(objects.find(({ kind }) => kind === "FlinkDeployment")).toMatchObject({
      metadata: { namespace: "flink" },
      spec: { taskManager: { replicas: 2 }, flinkConfiguration: { "taskmanager.numberOfTaskSlots": "2" } },
    });
    expect(objects.find(({ metadata }) => metadata.name === "flink-jobmanager")).toMatchObject({
      kind: "Service",
      spec: {
        selector: { app: "flink", component: "jobmanager" },
        ports: [
          { port: 6123, targetPort: 6123 },
          { port: 8081, targetPort: 8081 },
        ],
      },
    });
    expect(platform.offers.find(({ service }) => service === "flink")?.webUis).toMatchObject([
      { service: { name: "flink-rest", port: 8081 }, login: "none" },
    ]);
  });

  test("counts the pods of each job", () => {
    const orders = {
      image: "registry.example.com/orders:1.0.0",
      jarUri: "local:///opt/flink/jobs/orders.jar",
      entryClass: "com.example.Orders",
      parallelism: 5,
    };
    expect(workloads({ flink: { jobs: { orders } } })).toEqual({
      "flink-jobmanager": 1,
      "flink-taskmanager": 1,
      "flink-orders-jobmanager": 1,
      "flink-orders-taskmanager": 3,
    });
  });

  test("is wired to the broker, the registry and the catalogues that are on", () => {
    const { objects, flows } = build({
      postgres: {},
      objectStore: {},
      nessie: {},
      kafka: {},
      schemaRegistry: {},
      flink: {},
    });
    expect(objects.find(({ kind }) => kind === "KafkaUser")).toMatchObject({
      metadata: { name: "flink" },
      spec: { authorization: { acls: [{ resource: { name: "*" } }, { resource: { name: "flink-" } }, {}] } },
    });
    expect(
      flows.flows.filter(({ from }) => from.name === "flink").map(({ to, ports }) => `${to.name} ${ports.join(",")}`),
    ).toEqual(["api-server 6443", "seaweedfs 8333", "nessie 19120", "kafka 9093", "apicurio-registry 8080"]);
  });
});
