import type { MetricsTarget, PodsEnd } from "../contracts";

/** Port of the exporter beside each server. */
const metricsPort = 9121;

/**
 * What the servers tell of themselves, and when somebody has to look.
 *
 * @see https://github.com/oliver006/redis_exporter
 */
export function valkeyMetrics(pods: PodsEnd): MetricsTarget {
  const of = `namespace="${pods.namespace.name}",pod=~"${pods.name}-[0-9]+"`;
  return {
    name: pods.name,
    pods,
    portName: "metrics",
    port: metricsPort,
    alerts: [
      {
        name: "ValkeyDown",
        expression: `redis_up{${of}} == 0`,
        after: "5m",
        severity: "critical",
        summary: "A server of Valkey does not answer.",
        remedy: "Read the log of its pod; a full volume stops it too.",
      },
      {
        name: "ValkeyMemoryFull",
        expression: `redis_memory_used_bytes{${of}} > 0.9 * (redis_memory_max_bytes{${of}} > 0)`,
        after: "10m",
        severity: "warning",
        summary:
          "Valkey has used more than nine tenths of the memory that its keys may take; when all is used it throws away keys of caches, then refuses writes.",
        remedy: "Raise the memory limit, or look which queue grows.",
      },
      {
        name: "ValkeyAppendFails",
        expression: `redis_aof_last_write_status{${of}} == 0`,
        after: "5m",
        severity: "critical",
        summary: "Valkey cannot append to its file, so what is written now is lost at the next start.",
        remedy: "Look whether its volume is full.",
      },
      {
        name: "ValkeyFollowerLost",
        expression: `redis_master_link_up{${of}} == 0`,
        after: "10m",
        severity: "warning",
        summary: "A follower of Valkey does not reach the server that is written to.",
        remedy: "Read the log of both pods.",
      },
    ],
  };
}
