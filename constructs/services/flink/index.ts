export { type FlinkConfig, storagePlugins } from "./configuration";
export { type FlinkJob, type FlinkPart, taskManagersOf } from "./deployment-object";
export { Flink, type FlinkProps, flinkImageVersion } from "./flink";
