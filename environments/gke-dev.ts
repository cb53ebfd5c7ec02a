import { iceberg } from "../selections";
import { defineEnvironment } from "./schema";

/** Where changes meet Google Cloud first; may be torn down and made again at any time. */
export const gkeDev = defineEnvironment({
  name: "gke-dev",
  target: {
    kind: "gke",
    tier: "dev",
    project: "example-dev-platform-dev",
    region: "europe-west1",
    // Three zones, as each of the three Vault servers has a node of its own.
    zones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
    // 10.10 and 10.11 are dev's, 10.20 and 10.21 staging's, 10.30 and 10.31 prod's: the networks could be peered.
    network: {
      nodes: "10.10.0.0/20",
      services: "10.10.16.0/20",
      controlPlane: "10.10.32.0/28",
      connector: "10.10.32.16/28",
      privateServices: "10.10.48.0/20",
      pods: "10.11.0.0/16",
    },
    nodePools: [
      // Spot nodes cost a third, and dev may wait for a new one.
      { name: "main", machineType: "e2-standard-4", count: 1, maxCount: 2, spot: true },
      { name: "batch", for: "batch", machineType: "e2-standard-4", count: 0, maxCount: 1, spot: true },
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
        machines: { kind: "pubsub" },
      },
      budget: {},
    },
    perimeter: { accessPolicy: "234567890123" },
    bootstrap: {
      operators: ["group:platform@example.com"],
      ci: { github: { repository: "example-dev/data-platform", ownerId: "1234567" } },
    },
  },
  // Pods open the buckets as themselves: no key of Cloud Storage is anywhere.
  services: iceberg({ objectStore: { kind: "gcs" }, postgres: { backup: {} } }),
  people: {
    oidc: {
      issuer: "https://login.example.com/realms/platform",
      clientId: "vault-dev",
      groups: { "platform-admins": "admin", "data-engineers": "operator" },
    },
  },
});
