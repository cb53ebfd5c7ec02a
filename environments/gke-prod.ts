import { iceberg } from "../selections";
import { customerAnalytics } from "./customer-analytics";
import { defineEnvironment } from "./schema";

/** What users rely on. */
export const gkeProd = defineEnvironment({
  name: "gke-prod",
  target: {
    kind: "gke",
    tier: "prod",
    project: "example-dev-platform-prod",
    region: "europe-west1",
    zones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
    network: {
      nodes: "10.30.0.0/20",
      services: "10.30.16.0/20",
      controlPlane: "10.30.32.0/28",
      connector: "10.30.32.16/28",
      privateServices: "10.30.48.0/20",
      pods: "10.31.0.0/16",
    },
    nodePools: [
      // Two per zone: each of the five Vault servers has a node of its own, and one node may be away for an upgrade.
      { name: "main", machineType: "n2-standard-8", count: 2, maxCount: 4 },
      // A node for each worker of Trino, and another per zone for what is asked of Spark and ClickHouse beside it.
      { name: "memory", for: "memory", machineType: "n2-highmem-8", count: 1, maxCount: 2 },
      // Executors of Spark jobs, by the hour and from whichever zone has spot nodes.
      { name: "batch", for: "batch", machineType: "n2-highmem-8", spot: true, count: 0, limits: "total", maxCount: 12 },
    ],
  },
  git: { url: "https://github.com/example-dev/data-platform" },
  google: {
    billingAccount: "012345-6789AB-CDEF01",
    organization: { id: "123456789012", domain: "example.com" },
    observability: {
      runbooks: "https://github.com/example-dev/data-platform/blob/main/docs/generated/alerts.md",
      channels: {
        platform: { kind: "email", address: "platform@example.com" },
        // Connected by hand, so that its key is in no state.
        "on-call": { kind: "pagerduty", channel: "1234567890123456782" },
        machines: { kind: "pubsub" },
      },
      routes: { error: ["platform", "machines"], warning: ["platform"] },
      budget: {},
    },
    // A dry run as everywhere: `enforce` follows once its log has been empty for a month.
    perimeter: { accessPolicy: "234567890123" },
    analytics: customerAnalytics,
    bootstrap: {
      // Fewer people than elsewhere: they apply by hand only when CI cannot.
      operators: ["group:platform-leads@example.com"],
      ci: { github: { repository: "example-dev/data-platform", ownerId: "1234567" } },
    },
  },
  // A worker takes most of one of the memory pool's nodes; the coordinator fits beside one of them.
  services: iceberg({
    trino: { worker: { requests: { cpu: "5", memory: "44Gi" } } },
    // Pods open the buckets as themselves: no key of Cloud Storage is anywhere.
    objectStore: { kind: "gcs" },
    // Restored to any minute of the last month.
    postgres: { backup: { schedule: "30 1 * * *", keepDays: 30 } },
  }),
  people: {
    oidc: {
      issuer: "https://login.example.com/realms/platform",
      clientId: "vault-prod",
      groups: { "platform-leads": "admin", "platform-admins": "operator", security: "auditor" },
    },
  },
});
