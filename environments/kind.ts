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
  // One worker: the node has 4 cores.
  services: iceberg({ trino: { workers: 1 } }),
});
