import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of chart data beside the project, where no variable names another. */
export const chartDataBeside = resolve(dirname(fileURLToPath(import.meta.url)), "../../../shared/charts");

/** Folders of chart data whose name is not the chart's name. */
const folders: Readonly<Record<string, string>> = {
  cluster: "cnpg-cluster",
  "gateway-helm": "envoy-gateway",
  "metacontroller-helm": "metacontroller",
};

/** Charts whose definitions lie with another chart's data. */
const definitions: Readonly<Record<string, string>> = {
  "prometheus-operator-crds": "kube-prometheus-stack",
};

/** Folder of chart data: `TERRALAKE_CHART_DATA`, else `shared/charts` beside the project; undefined where neither is. */
export function chartDataFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = environment.TERRALAKE_CHART_DATA ? resolve(environment.TERRALAKE_CHART_DATA) : chartDataBeside;
  return existsSync(folder) ? folder : undefined;
}

/** Folder of a chart within the chart data. */
export function folderOf(chart: string): string {
  return folders[chart] ?? chart;
}

/** Folder of a chart's custom resource definitions within the chart data. */
export function definitionsFolderOf(chart: string): string {
  return join(definitions[chart] ?? folderOf(chart), "crds");
}
