import { Polaris } from "../constructs/services";
import { sized } from "./fields";
import { defineRestCatalog } from "./parts/rest-catalog";

/** Polaris: a catalogue of Iceberg tables with users and grants. */
export const polaris = defineRestCatalog({
  service: "polaris",
  setting: {
    pattern: /^[a-zA-Z][\w."-]*$/,
    allowed: 'a setting of Polaris or Quarkus, such as polaris.features."PURGE_VIEW_METADATA_ON_DROP"',
    next: "write it as Polaris' reference of settings does",
  },
  // a Quarkus server, as Nessie is
  sizes: [sized("100m", "768Mi"), sized("500m", "2Gi")],
  build: (scope, props) => new Polaris(scope, "Polaris", props),
});
