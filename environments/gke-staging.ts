import { iceberg } from "../selections";
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
    nodePools: [{ name: "main", machineType: "n2-standard-8", count: 1, maxCount: 3 }],
  },
  git: { url: "https://github.com/example-dev/data-platform" },
  // Two workers show what happens between workers; the load of prod is not there.
  services: iceberg({ trino: { workers: 2 } }),
});
