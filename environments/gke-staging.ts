import { iceberg } from "../selections";
import { customerAnalytics } from "./customer-analytics";
import { defineEnvironment } from "./schema";

/** The rehearsal of prod in Google Cloud: its shape, with fewer workers. */
export const gkeStaging = defineEnvironment({
  name: "gke-staging",
  target: {
    kind: "gke",
    tier: "staging",
    project: "example-dev-platform-staging",
    region: "europe-west1",
    zones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
    network: {
      nodes: "10.20.0.0/20",
      services: "10.20.16.0/20",
      controlPlane: "10.20.32.0/28",
      connector: "10.20.32.16/28",
      privateServices: "10.20.48.0/20",
      pods: "10.21.0.0/16",
    },
    // The pools of prod with fewer nodes, so that placement and upgrades are tried here.
    nodePools: [
      { name: "main", machineType: "n2-standard-8", count: 1, maxCount: 3 },
      {
        name: "memory",
        for: "memory",
        machineType: "n2-highmem-8",
        limits: "total",
        count: 3,
        minCount: 2,
        maxCount: 3,
      },
      { name: "batch", for: "batch", machineType: "n2-highmem-8", spot: true, count: 0, limits: "total", maxCount: 3 },
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
        "on-call": { kind: "pagerduty", channel: "1234567890123456781" },
        machines: { kind: "pubsub" },
      },
      routes: { error: ["platform", "machines"], warning: ["platform"] },
      budget: {},
    },
    perimeter: { accessPolicy: "234567890123" },
    analytics: customerAnalytics,
    bootstrap: {
      operators: ["group:platform@example.com"],
      ci: { github: { repository: "example-dev/data-platform", ownerId: "1234567" } },
    },
  },
  // Two workers show what happens between workers; the load of prod is not there.
  services: iceberg({
    trino: { workers: 2 },
    // Pods open the buckets as themselves: no key of Cloud Storage is anywhere.
    objectStore: { kind: "gcs" },
    postgres: { backup: { schedule: "30 1 * * *", keepDays: 30 } },
  }),
  people: {
    oidc: {
      issuer: "https://login.example.com/realms/platform",
      clientId: "vault-staging",
      groups: { "platform-admins": "admin", "data-engineers": "operator" },
    },
  },
});
