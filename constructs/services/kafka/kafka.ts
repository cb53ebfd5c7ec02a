import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  CustomResources,
  type INamespace,
  type KubernetesObject,
  type Resources,
  serviceCertificate,
} from "../../kubernetes";
import { DeploySettings, PlatformError } from "../../terraform";
import type { BrokerGrant, BrokerUser, MessageBroker, MetricsTarget, PodsEnd, ServiceEndpoint } from "../contracts";
import { mebibytes } from "../memory";
import { operatorNamespaces, strimziOperatorPods } from "../operators";
import { present } from "../present";
import { keepData } from "../retention";
import type { ServiceContext } from "../service-context";
import { kafkaAlerts } from "./alerts";
import {
  type ClusterObjects,
  clusterLabel,
  type KafkaConfig,
  kafkaObject,
  listenerPorts,
  nodePoolObject,
  strimziApi,
} from "./cluster-objects";
import { checkPools, type KafkaPool, nodesWith, podNames } from "./pools";
import { KafkaUsers } from "./users";

/** A topic. */
export interface KafkaTopic {
  readonly partitions: number;
  /** Copies, at most as many as there are brokers. */
  readonly replicas: number;
  /** Kafka's settings of the topic, such as `retention.ms`. */
  readonly config: KafkaConfig;
}

/** Settings of {@link Kafka}. */
export interface KafkaProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** The nodes: an odd number of controllers and at least one broker. */
  readonly pools: readonly KafkaPool[];
  /** Topics by name. */
  readonly topics: { readonly [name: string]: KafkaTopic };
  /** Kafka's own settings; they come before those that follow from the number of brokers. */
  readonly config: KafkaConfig;
  /** What each of the operators of topics and users asks for. */
  readonly entityOperator: Resources;
  /**
   * What Cruise Control asks for, which moves partitions between brokers.
   *
   * @default - it is off
   */
  readonly cruiseControl?: Resources;
  /**
   * Whether the pods of the namespace, and no others, may also connect without TLS. Passwords stay unread (SCRAM) and what
   * users may do is the same, but everybody on the network between reads the data.
   *
   * @default false
   */
  readonly plain?: boolean;
  /**
   * Further names of the Service that clients connect to, in the same namespace; the certificate is good for them too.
   *
   * @default - none
   */
  readonly aliases?: readonly string[];
  /**
   * Image in the place of Strimzi's, of the same version of Kafka and of Strimzi; from the environment's registry too.
   *
   * @default - Strimzi's, from the environment's registry
   */
  readonly image?: string;
}

const name = "kafka";
const certificate = `${name}-tls`;

/** Ports between nodes: the controllers' and the copies'. */
const controlPort = 9090;
const replicationPort = 9091;

/** Port on which the operator asks a node for its state. */
const agentPort = 8443;

/** Port of Cruise Control's interface. */
const cruiseControlPort = 9090;

/** Port of the metrics of each node, and its name. */
const metricsPort = 9404;
const metricsPortName = "tcp-prometheus";

/**
 * Kafka without ZooKeeper, by Strimzi: TLS with a certificate of the services' authority, a password for each user, and no
 * right that was not granted.
 *
 * @see https://strimzi.io/docs/operators/1.2.0/configuring
 */
export class Kafka extends Construct implements MessageBroker {
  readonly namespace: INamespace;
  readonly bootstrapServers: string;
  /** Where clients with TLS connect to. */
  readonly server: ServiceEndpoint;
  /** Where clients without TLS connect to, if they may. */
  readonly plainServer?: ServiceEndpoint;
  readonly metrics: MetricsTarget;
  readonly cluster: CustomResources;
  private readonly users: KafkaUsers;
  private readonly context: ServiceContext;

  /** @throws PlatformError for pools that are no cluster, for a topic with more copies than brokers, and for topics of one name */
  constructor(scope: Construct, id: string, props: KafkaProps) {
    super(scope, id);
    this.context = props.context;
    this.namespace = props.namespace;
    checkPools(this, props.pools);
    const host = `${name}-kafka-bootstrap.${this.namespace.name}.svc`;
    this.bootstrapServers = `${host}:${listenerPorts.tls}`;
    const brokers: PodsEnd = {
      namespace: this.namespace,
      name,
      podLabels: { ...clusterLabel(name), "strimzi.io/broker-role": "true" },
    };
    this.server = { end: brokers, port: listenerPorts.tls };
    this.plainServer = props.plain ? { end: brokers, port: listenerPorts.plain } : undefined;
    const nodes = this.part("nodes", "kafka");
    this.metrics = { name, pods: nodes, portName: metricsPortName, port: metricsPort, alerts: kafkaAlerts };

    this.allowFlows(nodes, props);
    const objects = this.clusterObjects(props);
    this.cluster = new CustomResources(this, "Cluster", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      // Topics and users go before the cluster, and the cluster before the policies that its operators clear finalizers by.
      dependsOn: present(this.context.certificates.resource, ...this.context.flows.policies),
      objects: [
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: this.context.certificates.issuer,
          dnsNames: this.dnsNames(host, props),
          // Kafka reads no other form of a key.
          pkcs8: true,
        }),
        kafkaObject(objects),
        ...props.pools.map((pool) => nodePoolObject(objects, pool)),
      ],
    });
    this.users = new KafkaUsers(this, "Users", {
      context: this.context,
      namespace: this.namespace,
      cluster: name,
      broker: this,
      server: this.server,
      release: this.cluster,
    });
    this.addTopics(props);
  }

  /** @throws PlatformError for a name that is too long or no DNS label, and for a user added twice */
  user(user: string, grants: readonly BrokerGrant[]): BrokerUser {
    return this.users.add(user, grants);
  }

  /** Lets the pods of a namespace be a user; see {@link KafkaUsers.deliver}. */
  deliver(user: BrokerUser, to: INamespace): void {
    this.users.deliver(user, to);
  }

  private clusterObjects(props: KafkaProps): ClusterObjects {
    const settings = DeploySettings.of(this);
    return {
      name,
      namespace: this.namespace.name,
      annotations: keepData(this),
      pools: props.pools,
      image: settings.image(props.image ?? images.kafka),
      certificate,
      plain: props.plain ?? false,
      config: props.config,
      cruiseControl: props.cruiseControl,
      entityOperator: {
        resources: props.entityOperator,
        heap: `${Math.floor(mebibytes(this, props.entityOperator.limits.memory) / 2)}m`,
      },
      deleteData: settings.allowDestroy,
    };
  }

  /** Names under which clients see the brokers: first the one that they know, then those that it tells them. */
  private dnsNames(host: string, { pools, aliases = [] }: KafkaProps): readonly string[] {
    const pods = pools.filter(({ roles }) => roles.includes("broker")).flatMap((pool) => podNames(name, pool));
    return [
      host,
      ...aliases.map((alias) => `${alias}.${this.namespace.name}.svc`),
      ...pods.map((pod) => `${pod}.${name}-kafka-brokers.${this.namespace.name}.svc`),
    ];
  }

  private addTopics({ topics, pools }: KafkaProps): void {
    const brokers = nodesWith("broker", pools);
    const objects = Object.entries(topics).map(([topicName, topic]): KubernetesObject => {
      if (topic.replicas > brokers) {
        throw new PlatformError(
          this,
          `topic "${topicName}" has ${topic.replicas} copies and there are ${brokers} brokers`,
          "give it fewer copies or the cluster more brokers",
        );
      }
      return {
        apiVersion: strimziApi,
        kind: "KafkaTopic",
        metadata: {
          name: topicObjectName(topicName),
          namespace: this.namespace.name,
          labels: clusterLabel(name),
          // The operator deletes the topic of an object that goes, with all that is in it.
          annotations: keepData(this),
        },
        spec: { topicName, partitions: topic.partitions, replicas: topic.replicas, config: topic.config },
      };
    });
    if (objects.length > 0) {
      new CustomResources(this, "Topics", {
        namespace: this.namespace,
        releaseName: `${name}-topics`,
        dependsOn: [this.cluster.release.resource],
        // The topic operator clears the topics' finalizers, and goes with the cluster.
        wait: true,
        objects,
      });
    }
  }

  /** Pods that the operator makes, by the last part of the name of what it makes them for. */
  private part(end: string, component: string): PodsEnd {
    return {
      namespace: this.namespace,
      name: `${name}-${end}`,
      podLabels: { ...clusterLabel(name), "strimzi.io/name": `${name}-${component}` },
    };
  }

  private allowFlows(nodes: PodsEnd, { plain, cruiseControl }: KafkaProps): void {
    const { flows } = this.context;
    const operator = strimziOperatorPods(this.context.namespace(operatorNamespaces.strimzi));
    const entityOperator = this.part("entity-operator", "entity-operator");
    // Nodes read certificates from Secrets of their own.
    flows.allowApiServer(nodes);
    flows.allow({ from: nodes, to: nodes, ports: [controlPort, replicationPort], reason: "agree and copy" });
    flows.allow({
      from: operator,
      to: nodes,
      ports: [agentPort, controlPort, replicationPort],
      reason: "the operator watches and restarts the nodes",
    });
    flows.allowApiServer(entityOperator);
    flows.allow({ from: entityOperator, to: nodes, ports: [replicationPort], reason: "makes topics and users" });
    if (cruiseControl) {
      const control = this.part("cruise-control", "cruise-control");
      flows.allow({ from: control, to: nodes, ports: [replicationPort], reason: "moves partitions" });
      flows.allow({ from: operator, to: control, ports: [cruiseControlPort], reason: "asks for moves" });
      flows.allow({
        from: entityOperator,
        to: control,
        ports: [cruiseControlPort],
        reason: "changes numbers of copies",
      });
    }
    if (this.plainServer && plain) {
      flows.allow({
        from: { namespace: this.namespace, name: "namespace" },
        to: this.plainServer.end,
        ports: [this.plainServer.port],
        reason: "clients without TLS, of this namespace only",
      });
    }
  }
}

/** Kubernetes' name of a topic, whose own name may have capitals and underscores. */
export function topicObjectName(topic: string): string {
  return topic.toLowerCase().replaceAll("_", "-");
}
