import { iceberg } from "../selections";
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
    ],
  },
  git: { url: "https://github.com/example-dev/data-platform" },
  services: iceberg(),
});
