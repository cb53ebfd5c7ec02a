import type { INamespace } from "../../kubernetes";
import type { PodsEnd } from "../contracts";

/** Name of the release, and first part of the names of all that it makes. */
export const name = "airflow";

/** Port of API and pages. */
export const apiPort = 8080;
/** Ports at which workers and triggerers hand out the logs of tasks that run. */
export const logPorts = { worker: 8793, triggerer: 8794 } as const;
/** Ports of the exporter: what it is told over UDP, and what it tells. */
export const statsdPorts = { ingest: 9125, scrape: 9102 } as const;

/** Secret with a certificate, of which only the authority's is read. */
export const certificate = `${name}-tls`;
/** Folder with the authority's certificate in every pod. */
export const trustFolder = "/etc/airflow-tls";
/** Certificate of the authority in every pod. */
export const trustFile = `${trustFolder}/ca.crt`;

/** Components as the chart labels their pods. */
export type Component = "api-server" | "scheduler" | "worker" | "triggerer" | "dag-processor" | "statsd";

/** Pods of a component, or all of them. */
export function airflowPods(namespace: INamespace, component?: Component): PodsEnd {
  return {
    namespace,
    name: component === undefined ? name : `${name}-${component}`,
    podLabels: { tier: "airflow", release: name, ...(component === undefined ? {} : { component }) },
  };
}

/** Service account of the pods in which tasks run. */
export const workerAccount = `${name}-worker`;
