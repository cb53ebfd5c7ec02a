import { Kafka, nodesPerPool, nodesWith, operatorNamespaces, StrimziOperator } from "../constructs/services";
import { defineService, type OperatorDefinition } from "./definition";
import {
  common,
  commonFields,
  dnsLabel,
  image,
  list,
  ofSize,
  oneOf,
  record,
  replicas,
  resources,
  sized,
  sizedResources,
  storage,
  storageClass,
  strict,
  truth,
  wholeNumber,
} from "./fields";
import { kafkaProblems } from "./parts/kafka-problems";
import { brokerGrants, grants, properties } from "./parts/kafka-settings";

const topicName = {
  pattern: /^[A-Za-z0-9._-]{1,249}$/,
  allowed: "at most 249 letters, digits, dots, dashes and underscores",
  next: "use a name such as orders",
};

const userName = {
  pattern: /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
  allowed: "at most 40 lower-case letters, digits and dashes, starting with a letter",
  next: "use a name such as orders-reader",
};

const pool = strict({
  name: dnsLabel(20),
  roles: list(oneOf("controller", "broker"), "roles"),
  replicas,
  firstNode: wholeNumber(0, 900).optional(),
  storage,
  storageClass,
  resources,
});

const operatorResources = sized("50m", "384Mi");
/** Of each of the two containers in one pod. */
const entityOperatorResources = sized("50m", "256Mi");
const entityOperatorPod = sized("100m", "512Mi");

/** Strimzi. */
const operator: OperatorDefinition = {
  id: "Strimzi",
  namespace: operatorNamespaces.strimzi,
  workloads: (pods) => [{ component: "strimzi", pods, resources: operatorResources }],
  build: (scope, id, { namespace, flows, replicas: pods, watched }) => {
    new StrimziOperator(scope, id, { namespace, flows, replicas: pods, watched, resources: operatorResources });
  },
};

/** Kafka by Strimzi, without ZooKeeper. */
export const kafka = defineService({
  input: strict({
    ...commonFields,
    replicas,
    resources,
    storage,
    storageClass,
    image,
    pools: list(pool, "pools").optional(),
    topics: record(
      topicName,
      strict({ partitions: wholeNumber(1, 10000).optional(), replicas, config: properties.optional() }),
      "topics",
    ).optional(),
    users: record(userName, strict({ grants, namespace: dnsLabel().optional() }), "users").optional(),
    plain: truth().optional(),
    cruiseControl: truth().optional(),
    config: properties.optional(),
  }),
  resolve: (given, defaults) => {
    const volumeClass = given.storageClass ?? defaults.storageClass;
    const nodes = {
      replicas: ofSize(given.replicas, defaults, [1, 3]),
      storage: ofSize(given.storage, defaults, ["10Gi", "100Gi"]),
      ...(volumeClass !== undefined && { storageClass: volumeClass }),
    };
    // half of it is heap, up to 5Gi; the rest keeps the newest messages at hand
    const each = sizedResources(given.resources, defaults, [sized("250m", "1Gi"), sized("1", "8Gi")]);
    /** Nodes that are alike; the first of each pool has the number 100 times its position unless it says another. */
    const pools = (given.pools ?? [{ name: "node", roles: ["controller" as const, "broker" as const] }]).map(
      ({ resources: own, ...one }, index) => ({
        ...nodes,
        firstNode: index * nodesPerPool,
        ...one,
        resources: sizedResources(own, defaults, [each, each]),
      }),
    );
    const brokers = nodesWith("broker", pools);
    return {
      ...common(given),
      pools,
      /** Topics that are made, each with as many copies as there are brokers, three at most, unless it says another number. */
      topics: Object.fromEntries(
        Object.entries(given.topics ?? {}).map(([name, topic]) => [
          name,
          {
            partitions: topic.partitions ?? 1,
            replicas: topic.replicas ?? Math.min(3, brokers),
            config: topic.config ?? {},
          },
        ]),
      ),
      /**
       * Users beside those of the services; the password of each is a secret `kafka/<name>`. With a namespace, the pods there
       * find it in Secret `kafka-client-<name>` and reach the brokers.
       */
      users: Object.fromEntries(
        Object.entries(given.users ?? {}).map(([name, user]) => [
          name,
          {
            grants: brokerGrants(user.grants),
            ...(user.namespace !== undefined && { namespace: user.namespace }),
          },
        ]),
      ),
      /** Whether pods of the namespace may also connect without TLS, on port 9092: what they send can be read on the way. */
      plain: given.plain ?? false,
      /** Whether partitions are moved between brokers by Cruise Control, which asks for two of them at least. */
      cruiseControl: given.cruiseControl ?? brokers > 1,
      /** Kafka's own settings. */
      config: given.config ?? {},
      ...(given.image !== undefined && { image: given.image }),
      cruiseControlResources: sizedResources(undefined, defaults, [sized("100m", "512Mi"), sized("250m", "1Gi")]),
    };
  },
  namespaces: ({ users }) => Object.values(users).flatMap(({ namespace }) => namespace ?? []),
  operators: () => [operator],
  check: (settings) => kafkaProblems(settings),
  workloads: ({ pools, cruiseControl, cruiseControlResources }) => [
    ...pools.map((one) => ({
      component: `kafka-${one.name}`,
      pods: one.replicas,
      resources: one.resources,
      storage: one.storage,
    })),
    { component: "kafka-entity-operator", pods: 1, resources: entityOperatorPod },
    ...(cruiseControl ? [{ component: "kafka-cruise-control", pods: 1, resources: cruiseControlResources }] : []),
  ],
  build: ({ scope, context, namespace }, settings) => {
    const built = new Kafka(scope, "Kafka", {
      context,
      namespace: namespace(settings.namespace),
      pools: settings.pools,
      topics: settings.topics,
      config: settings.config,
      plain: settings.plain,
      image: settings.image,
      aliases: settings.aliases.map(({ name }) => name),
      entityOperator: entityOperatorResources,
      cruiseControl: settings.cruiseControl ? settings.cruiseControlResources : undefined,
    });
    for (const [name, user] of Object.entries(settings.users)) {
      const made = built.user(name, user.grants);
      if (user.namespace !== undefined) {
        built.deliver(made, namespace(user.namespace));
      }
    }
    return {
      address: built.bootstrapServers,
      messageBroker: built,
      ports: { tls: built.server, ...(built.plainServer && { plain: built.plainServer }) },
      metrics: [built.metrics],
    };
  },
});
