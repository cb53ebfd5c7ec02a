import { iceberg } from "../selections";
import { defineEnvironment } from "./schema";

/** A laptop with a container engine: the lakehouse in one node. */
export const kind = defineEnvironment({
  name: "kind",
  target: {
    kind: "kind",
    // What a laptop with 16 GB can spare.
    nodes: [{ count: 1, cpu: "4", memory: "8Gi" }],
  },
  git: { url: "https://github.com/example-dev/data-platform" },
  services: iceberg({
    // A database beside the lakehouse, which Trino reads with users that Vault makes for an hour.
    postgres: { databases: ["sales"] },
    // One worker: the node has 4 cores.
    trino: { workers: 1, databases: ["sales"] },
    // Asks for what it needs while nobody works in it: the rest of the node is for a Spark job.
    spark: { clientResources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "1Gi" } } },
  }),
});
