import type { ChartInstallation } from "../objects/releases";
import type { MadeData } from "./product";

interface ChartProducts {
  /** Where it is written down. */
  readonly source: string;
  readonly secrets: (installation: ChartInstallation) => readonly MadeData[];
}

/** Secrets that the programs of a chart write themselves when they run, and that its pods then read. */
const charts: Readonly<Record<string, ChartProducts>> = {
  "mariadb-operator": {
    source:
      "mariadb-operator internal/controller/webhookconfiguration_controller.go, deploy/charts/mariadb-operator/templates",
    secrets: ({ name }) =>
      ["ca", "cert"].map((part) => ({
        name: `${name}-webhook-${part}`,
        keys: ["ca.crt", "ca.key", "tls.crt", "tls.key"],
      })),
  },
};

/** Secrets that the programs of a release write. */
export function secretsOfChart(installation: ChartInstallation): readonly MadeData[] {
  return charts[installation.chart]?.secrets(installation) ?? [];
}
