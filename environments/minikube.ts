import { kyuubi, kyuubiFromSecrets, kyuubiReader, kyuubiSecrets } from "../selections";
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
  services: kyuubi(kyuubiFromSecrets),
  secrets: {
    // The usual 12g are more than the node has.
    declared: kyuubiSecrets({ executorMemory: "1g" }),
    sharedReaders: [kyuubiReader],
  },
  // A password of Vault's own: a laptop has no identity provider.
  people: { userpass: true },
});
