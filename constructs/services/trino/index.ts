export type { TrinoAuthentication } from "./authentication";
export type { ExtraCatalog } from "./extra-catalogs";
export type { FaultTolerance } from "./fault-tolerance";
export type { KafkaTopics } from "./kafka-catalog";
export { Trino, type TrinoProps } from "./trino";
export type { TrinoAutoscaling } from "./values";
