export { scramLogin, scramOverTls } from "./client";
export type { KafkaConfig } from "./cluster-objects";
export { Kafka, type KafkaProps, type KafkaTopic, topicObjectName } from "./kafka";
export { type KafkaPool, nodesPerPool, nodesWith } from "./pools";
