/** Settings of Spark or of a server around it, by name. */
export interface SparkProperties {
  readonly [property: string]: string;
}

/** A file of properties, one `name=value` each. Of a name that is given twice the last value holds, as in an object. */
export function propertiesFile(properties: SparkProperties): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/**
 * Connections of one application to itself: each application gets a secret of its own, by which its parts know each other
 * and encrypt what they say.
 *
 * @see https://spark.apache.org/docs/3.5.8/security.html
 */
export const privateConnections: SparkProperties = {
  "spark.authenticate": "true",
  "spark.network.crypto.enabled": "true",
};

/**
 * Metrics in the format of Prometheus, on the port of each web page.
 *
 * @see https://spark.apache.org/docs/3.5.8/monitoring.html#metrics
 */
export const metricsProperties: SparkProperties = {
  "spark.ui.prometheus.enabled": "true",
  "spark.metrics.conf.*.sink.prometheusServlet.class": "org.apache.spark.metrics.sink.PrometheusServlet",
  "spark.metrics.conf.*.sink.prometheusServlet.path": "/metrics/prometheus",
  "spark.metrics.conf.master.sink.prometheusServlet.path": "/metrics/master/prometheus",
  "spark.metrics.conf.applications.sink.prometheusServlet.path": "/metrics/applications/prometheus",
};
