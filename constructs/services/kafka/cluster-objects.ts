import type { KubernetesObject, Resources } from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import { type KafkaPool, nodesPerPool, nodesWith } from "./pools";

/** API of Strimzi's objects. */
export const strimziApi = "kafka.strimzi.io/v1";

/** Version of Kafka; the image has it, and one later than the operator's makes it refuse the cluster. */
export const kafkaVersion = "4.3.1";

/** Ports of the listeners for clients. */
export const listenerPorts = { tls: 9093, plain: 9092 } as const;

/** A setting of Kafka's own configuration. */
export type KafkaConfig = { readonly [key: string]: string | number | boolean };

/** What the objects of a cluster are made of. */
export interface ClusterObjects {
  /** Name of the cluster and of its namespace. */
  readonly name: string;
  readonly namespace: string;
  readonly annotations: { readonly [key: string]: string };
  readonly pools: readonly KafkaPool[];
  readonly image: string;
  /** Secret with the certificate that clients see. */
  readonly certificate: string;
  /** Whether there is a listener without TLS. */
  readonly plain: boolean;
  readonly config: KafkaConfig;
  /** What Cruise Control asks for. @default - it is off */
  readonly cruiseControl?: Resources;
  /** What each of the operators of topics and users asks for; they share a pod. */
  readonly entityOperator: {
    readonly resources: Resources;
    /** Heap of each, such as `128m`; by itself it would be a fifth of the memory. */
    readonly heap: string;
  };
  /** Whether volumes go with the cluster. */
  readonly deleteData: boolean;
}

/** The label by which Strimzi knows what belongs to a cluster. */
export function clusterLabel(name: string): { readonly [key: string]: string } {
  return { "strimzi.io/cluster": name };
}

/** The Kafka object. */
export function kafkaObject(props: ClusterObjects): KubernetesObject {
  return {
    apiVersion: strimziApi,
    kind: "Kafka",
    metadata: { name: props.name, namespace: props.namespace, annotations: props.annotations },
    spec: {
      kafka: {
        version: kafkaVersion,
        image: props.image,
        listeners: listeners(props),
        authorization: { type: "simple" },
        config: { ...copies(nodesWith("broker", props.pools)), "auto.create.topics.enable": false, ...props.config },
        metricsConfig: { type: "strimziMetricsReporter" },
        template: { pod: { enableServiceLinks: false, topologySpreadConstraints: [spread(props.name)] } },
      },
      entityOperator: {
        topicOperator: entityOperator(props),
        // Beside the passwords that it is given, the operator writes a Secret of each user, in the users' names.
        userOperator: { ...entityOperator(props), secretPrefix: `${props.name}-user-` },
        template: { pod: { enableServiceLinks: false } },
      },
      ...(props.cruiseControl
        ? { cruiseControl: { resources: props.cruiseControl, template: { pod: { enableServiceLinks: false } } } }
        : {}),
    },
  };
}

/** The object of a pool. */
export function nodePoolObject(props: ClusterObjects, pool: KafkaPool): KubernetesObject {
  return {
    apiVersion: strimziApi,
    kind: "KafkaNodePool",
    metadata: {
      name: pool.name,
      namespace: props.namespace,
      labels: clusterLabel(props.name),
      annotations: {
        ...props.annotations,
        // Fixed, as the certificate has the names of all nodes.
        "strimzi.io/next-node-ids": `[${pool.firstNode}-${pool.firstNode + nodesPerPool - 1}]`,
      },
    },
    spec: {
      replicas: pool.replicas,
      roles: pool.roles,
      resources: pool.resources,
      storage: {
        type: "jbod",
        volumes: [
          {
            id: 0,
            type: "persistent-claim",
            size: pool.storage,
            class: pool.storageClass,
            deleteClaim: props.deleteData,
            kraftMetadata: "shared",
          },
        ],
      },
    },
  };
}

function entityOperator({ entityOperator: { resources, heap } }: ClusterObjects): JsonObject {
  return { resources, jvmOptions: { "-Xms": heap, "-Xmx": heap } };
}

function listeners({ certificate, plain }: ClusterObjects): readonly JsonObject[] {
  const common = { type: "internal", authentication: { type: "scram-sha-512" } };
  return [
    {
      ...common,
      name: "tls",
      port: listenerPorts.tls,
      tls: true,
      configuration: {
        brokerCertChainAndKey: { secretName: certificate, certificate: "tls.crt", key: "tls.key" },
      },
    },
    ...(plain ? [{ ...common, name: "plain", port: listenerPorts.plain, tls: false }] : []),
  ];
}

/** As many copies as there are brokers, three at most; all but one must be in step where there are several. */
function copies(brokers: number): KafkaConfig {
  const factor = Math.min(3, brokers);
  const inStep = Math.max(1, factor - 1);
  return {
    "default.replication.factor": factor,
    "min.insync.replicas": inStep,
    "offsets.topic.replication.factor": factor,
    "transaction.state.log.replication.factor": factor,
    "transaction.state.log.min.isr": inStep,
  };
}

/** Nodes on different machines where there are several. */
function spread(name: string): JsonObject {
  return {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: {
      matchLabels: { ...clusterLabel(name), "strimzi.io/kind": "Kafka", "strimzi.io/name": `${name}-kafka` },
    },
  };
}
