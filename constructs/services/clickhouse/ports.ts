/** Ports of a server. */
export const serverPorts = {
  /** HTTP, for people and tools; `/ping` answers without a login. */
  http: 8123,
  /** ClickHouse's own protocol. */
  native: 9000,
  /** What replicas copy from each other. */
  interserver: 9009,
  https: 8443,
  "native-tls": 9440,
  metrics: 9363,
} as const;

/** Ports of a Keeper. */
export const keeperPorts = {
  client: 2181,
  /** What Keepers tell each other. */
  raft: 9444,
  /** Says whether it is ready. */
  control: 9182,
  metrics: 9363,
} as const;

/** Settings by which servers and Keepers tell their metrics in Prometheus' format, for both kinds of installation. */
export const metricsSettings = {
  "prometheus/endpoint": "/metrics",
  "prometheus/port": serverPorts.metrics,
  "prometheus/metrics": "true",
  "prometheus/events": "true",
  "prometheus/asynchronous_metrics": "true",
} as const;
