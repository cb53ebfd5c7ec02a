export type { SparkJobPods, SparkJobSettings } from "./application";
export { SparkConnect, type SparkConnectProps } from "./connect";
export { type ExecutorSettings, executorPodMebibytes } from "./executors";
export { SparkHistory, type SparkHistoryProps } from "./history";
export { SparkJobs, type SparkJobsProps } from "./jobs";
export type { Lakehouse } from "./lakehouse";
export type { SparkProperties } from "./properties";
export { SparkStandalone, type SparkStandaloneProps } from "./standalone";
