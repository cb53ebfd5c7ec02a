import type { JsonObject } from "../../terraform";
import type { S3Bucket } from "../contracts";
import { bucketSecrets, bucketVariables } from "./lake-catalogs";
import { fromEnvironment, type TrinoPart } from "./parts";

/** Queries or tasks that are run again when a worker is lost. */
export interface FaultTolerance {
  /** What is repeated: `TASK` for long queries that write, `QUERY` for many short ones. */
  readonly policy: "QUERY" | "TASK";
  /** Where workers leave what others read, encrypted; what a lost server leaves there is removed by a rule of the bucket. */
  readonly exchange: S3Bucket;
}

/** Values of the chart for fault-tolerant execution. */
export interface FaultToleranceValues {
  readonly exchangeManager: JsonObject;
  /** Lines of `exchange-manager.properties`. */
  readonly exchangeLines: readonly string[];
  /** Lines of `config.properties` of all servers. */
  readonly lines: readonly string[];
  /** Lines of the coordinator's `config.properties`. */
  readonly coordinatorLines: readonly string[];
}

/** What Trino reads and calls for it. */
export function exchangePart({ exchange }: FaultTolerance): TrinoPart {
  return {
    catalogs: {},
    secrets: bucketSecrets([exchange]),
    calls: [{ from: "all servers", to: exchange.store.server, reason: "keeps what workers hand on" }],
    dependsOn: [exchange.store.resource],
  };
}

/**
 * Fault-tolerant execution with the exchange in the object store.
 *
 * @param taskMemory mebibytes that a task is given at first; Trino's own 5GB would fit no small worker
 * @see https://trino.io/docs/current/admin/fault-tolerant-execution.html
 */
export function faultToleranceValues({ policy, exchange }: FaultTolerance, taskMemory: number): FaultToleranceValues {
  const { accessKey, secretKey } = bucketVariables(exchange);
  const { region, endpoint, pathStyle } = exchange.store;
  return {
    exchangeManager: { name: "filesystem", baseDir: [`${exchange.uri}/exchange`] },
    exchangeLines: [
      `exchange.s3.region=${region}`,
      `exchange.s3.endpoint=${endpoint}`,
      `exchange.s3.path-style-access=${pathStyle}`,
      `exchange.s3.aws-access-key=${fromEnvironment(accessKey)}`,
      `exchange.s3.aws-secret-key=${fromEnvironment(secretKey)}`,
    ],
    lines: [`retry-policy=${policy}`],
    coordinatorLines: policy === "TASK" ? [`fault-tolerant-execution-task-memory=${taskMemory}MB`] : [],
  };
}
