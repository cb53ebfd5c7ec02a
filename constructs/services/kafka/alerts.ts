import type { AlertRule } from "../contracts";

/**
 * Alerts of Kafka's own metrics, as Strimzi's reporter names them.
 *
 * @see https://github.com/strimzi/strimzi-kafka-operator/tree/1.2.0/examples/metrics
 */
export const kafkaAlerts: readonly AlertRule[] = [
  {
    name: "KafkaPartitionsOffline",
    expression: "sum by (namespace) (kafka_controller_kafkacontroller_offlinepartitionscount) > 0",
    after: "1m",
    severity: "critical",
    summary: "Kafka has partitions without a leader: they can be neither read nor written.",
    remedy: "See which brokers are not ready and why; their partitions come back with them.",
  },
  {
    name: "KafkaPartitionsBelowMinimum",
    expression: "sum by (namespace, pod) (kafka_server_replicamanager_underminisrpartitioncount) > 0",
    after: "5m",
    severity: "critical",
    summary: "Kafka has partitions with fewer copies in step than they need to be written.",
    remedy: "See which brokers are not ready or too slow to follow.",
  },
  {
    name: "KafkaPartitionsUnderReplicated",
    expression: "sum by (namespace, pod) (kafka_server_replicamanager_underreplicatedpartitions) > 0",
    after: "10m",
    severity: "warning",
    summary: "Kafka has partitions of which a copy is behind or missing.",
    remedy: "Wait for a restarted broker to catch up; otherwise see its log and its volume.",
  },
  {
    name: "KafkaControllersNotOne",
    expression: "sum by (namespace) (kafka_controller_kafkacontroller_activecontrollercount) != 1",
    after: "5m",
    severity: "critical",
    summary: "Kafka has no active controller, or more than one: topics and leaders cannot change.",
    remedy: "See that more than half of the controllers are ready and reach each other on port 9090.",
  },
];
