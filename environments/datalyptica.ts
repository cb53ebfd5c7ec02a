import { datalyptica, datalypticaNamespaces, datalypticaSecrets } from "../selections";
import { defineEnvironment } from "./schema";

/** A workstation with a container engine: databases, streaming, SQL, batch and dashboards in three nodes. */
export const datalypticaOnKind = defineEnvironment({
  name: "datalyptica",
  target: {
    kind: "kind",
    // What a workstation with 64 GB can spare.
    nodes: [{ count: 3, cpu: "8", memory: "16Gi" }],
  },
  git: { url: "https://github.com/example-dev/data-platform" },
  namespaces: datalypticaNamespaces,
  services: datalyptica(),
  secrets: { declared: datalypticaSecrets() },
});
