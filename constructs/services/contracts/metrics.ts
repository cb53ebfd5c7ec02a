import type { PodsEnd } from "./endpoint";

/** Where a service tells its metrics in Prometheus' format. */
export interface MetricsTarget {
  /** Name of the scrape job, such as `trino`. */
  readonly name: string;
  readonly pods: PodsEnd;
  /** Name of the container's port; used where the pods name it. */
  readonly portName?: string;
  readonly port: number;
  /** @default "/metrics" */
  readonly path?: string;
  /** Alerts beside those that every service has (pods not ready, volumes full). */
  readonly alerts?: readonly AlertRule[];
  /** Graphs of its dashboard beside those that every service has (pods, CPU, memory, restarts, logs). @default - none */
  readonly graphs?: readonly MetricGraph[];
}

/** A graph of what only this service can tell: its traffic, errors and waiting times. */
export interface MetricGraph {
  readonly title: string;
  /** PromQL; every series of it becomes a line. */
  readonly expression: string;
  /** Unit of Grafana, such as `reqps`, `s` or `bytes`. @default "short" */
  readonly unit?: string;
  /** Name of a line, with labels as `{{pod}}`. @default "{{pod}}" */
  readonly legend?: string;
}

/** An alert in the terms of Prometheus. */
export interface AlertRule {
  /** UpperCamelCase. */
  readonly name: string;
  /** PromQL that is true while something is wrong. */
  readonly expression: string;
  /** How long it must be true, such as `10m`. */
  readonly after: string;
  readonly severity: "warning" | "critical";
  /** What is wrong and what to do, one sentence each. */
  readonly summary: string;
  readonly remedy: string;
}
