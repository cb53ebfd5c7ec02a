import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { definitionsFolderOf, folderOf } from "../../verification/charts/data-folder";

export { chartDataFolder } from "../../verification/charts/data-folder";

const chartFile = z.looseObject({ apiVersion: z.string(), name: z.string(), version: z.coerce.string() });

/** Content of a Chart.yaml. */
export type ChartFile = z.output<typeof chartFile>;

/** What is known of a chart without having it. */
export interface ChartData {
  readonly folder: string;
  readonly chartFile: ChartFile;
  /** Text of values.yaml. */
  readonly values: string;
  /** Text of values.schema.json, where upstream has one. */
  readonly schema: string | undefined;
  /** Paths of the files with custom resource definitions. */
  readonly crds: readonly string[];
}

/** Names of the charts that the data folder describes, sorted. Folders of bare CRDs are no charts. */
export async function chartsWithData(dataFolder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await readdir(dataFolder)) {
    const file = join(dataFolder, entry, "Chart.yaml");
    if (existsSync(file)) {
      names.push((await readChartFile(file)).name);
    }
  }
  return names.sort();
}

/** Reads Chart.yaml. */
export async function readChartFile(file: string): Promise<ChartFile> {
  return chartFile.parse(parse(await readFile(file, "utf8")));
}

/** Data of a chart, or undefined where there is none. */
export async function readChartData(dataFolder: string, chart: string): Promise<ChartData | undefined> {
  const folder = join(dataFolder, folderOf(chart));
  if (!existsSync(join(folder, "Chart.yaml"))) {
    return undefined;
  }
  const text = (name: string) => readFile(join(folder, name), "utf8").catch(() => undefined);
  const crdFolder = join(dataFolder, definitionsFolderOf(chart));
  const crds = await readdir(crdFolder).catch(() => []);
  return {
    folder,
    chartFile: await readChartFile(join(folder, "Chart.yaml")),
    values: (await text("values.yaml")) ?? "",
    schema: await text("values.schema.json"),
    crds: crds
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .map((name) => join(crdFolder, name)),
  };
}
