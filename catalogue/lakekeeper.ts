import { Lakekeeper } from "../constructs/services";
import { sized } from "./fields";
import { defineRestCatalog } from "./parts/rest-catalog";

/** Lakekeeper: a light catalogue of Iceberg tables. */
export const lakekeeper = defineRestCatalog({
  service: "lakekeeper",
  setting: {
    pattern: /^(LAKEKEEPER__[A-Z0-9_]+|RUST_LOG)$/,
    allowed: "a setting of Lakekeeper, such as LAKEKEEPER__METRICS_PORT, or RUST_LOG",
    next: "write it as Lakekeeper's page of settings does",
  },
  // a Rust server without a heap to fill
  sizes: [sized("50m", "256Mi"), sized("250m", "1Gi")],
  build: (scope, props) => new Lakekeeper(scope, "Lakekeeper", props),
});
