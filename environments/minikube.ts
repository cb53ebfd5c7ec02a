import { kyuubi } from "../selections";
import { defineEnvironment } from "./schema";

/** A laptop with minikube: SQL on Spark through Kyuubi. */
export const minikube = defineEnvironment({
  name: "minikube",
  target: {
    kind: "minikube",
    // What a laptop with 16 GB can spare.
    nodes: [{ count: 1, cpu: "4", memory: "8Gi" }],
  },
  git: { url: "https://github.com/example-dev/data-platform" },
  services: kyuubi(),
});
