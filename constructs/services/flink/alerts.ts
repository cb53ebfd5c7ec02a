import type { AlertRule } from "../contracts";

/**
 * Alerts of Flink's own metrics.
 *
 * @see https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/ops/metrics/
 */
export const flinkAlerts: readonly AlertRule[] = [
  {
    name: "FlinkJobRestarts",
    expression: "increase(flink_jobmanager_job_numRestarts[15m]) > 3",
    after: "1m",
    severity: "warning",
    summary: "A Flink job restarts again and again.",
    remedy: "Read the exceptions of the job in Flink's web page or in the log of its job manager.",
  },
  {
    name: "FlinkCheckpointsFail",
    expression: "increase(flink_jobmanager_job_numberOfFailedCheckpoints[30m]) > 3",
    after: "5m",
    severity: "warning",
    summary: "Checkpoints of a Flink job fail: after a restart it would do work again.",
    remedy: "See that the object store answers and that the job keeps up with its input.",
  },
  {
    name: "FlinkWithoutTaskManagers",
    expression: "max by (namespace, job) (flink_jobmanager_numRegisteredTaskManagers) == 0",
    after: "10m",
    severity: "critical",
    summary: "A Flink cluster has no task managers: no job runs.",
    remedy: "See why the task managers' pods are not ready or cannot reach port 6123 of the job manager.",
  },
];
