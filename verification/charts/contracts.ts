import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ClusterModel } from "../objects/cluster";
import type { RenderedRelease } from "../rendering/render";
import type { Ledger } from "../report";
import type { ChartData } from "./chart-data";
import { objectProblems } from "./crd-contract";
import { freeKeys } from "./free-keys";
import { isMap, type Values } from "./values";
import { type ValuesContract, valuesProblems } from "./values-contract";

/** Where values and definitions of charts are looked up, beside the charts that are at hand. */
export interface ContractSources {
  /** Values, schemas and definitions of upstream charts. @default - none: what is not at hand is not checked */
  readonly data?: ChartData;
  /** Values of a packed chart, as `helm show values` prints them. */
  readonly packedValues: (chart: string) => Promise<string>;
}

/** Checks the values of every release against its chart's, and every custom resource against its definition. */
export async function checkChartContracts(
  model: ClusterModel,
  sources: ContractSources,
  ledger: Ledger,
): Promise<void> {
  for (const release of model.releases) {
    const { id, chart, values, address } = release.installation;
    const contract = await contractOf(release, sources);
    if (!contract) {
      ledger.skip(
        { release: id, chart, reason: "neither the chart nor its data is at hand" },
        "keys and kinds of its values",
      );
      continue;
    }
    ledger.count("chart values");
    for (const problem of valuesProblems(values, contract)) {
      ledger.find({
        check: "chart values",
        release: id,
        path: address,
        given: problem,
        allowed: `what the chart ${chart} takes`,
        next: "see the chart's values.yaml and its schema",
      });
    }
  }
  checkDefinitions(model, sources, ledger);
}

async function contractOf(
  release: RenderedRelease,
  { data, packedValues }: ContractSources,
): Promise<ValuesContract | undefined> {
  const { chart } = release.installation;
  const free = freeKeys[chart];
  const text = (file: string) => {
    const path = release.chart === undefined ? undefined : join(release.chart, file);
    return path !== undefined && existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  // A chart of the project may have the name of one that upstream describes.
  const described = release.installation.own ? undefined : data?.values(chart);
  if (described) {
    const schema = data?.schema(chart);
    return { defaults: described, ...(schema ? { schema } : {}), ...(free ? { free } : {}) };
  }
  const packed = release.chart?.endsWith(".tgz") ? await packedValues(release.chart) : undefined;
  const values = text("values.yaml") ?? packed;
  if (values === undefined) {
    return undefined;
  }
  // Helm reads YAML 1.1, in which `yes` is true.
  const parsed: unknown = parse(values, { version: "1.1" });
  const schema = text("values.schema.json");
  return {
    defaults: isMap(parsed) ? parsed : {},
    ...(schema === undefined ? {} : { schema: JSON.parse(schema) as Values }),
    ...(free ? { free } : {}),
  };
}

/** Groups of Kubernetes itself, which have no definitions. */
const builtIn = /^(v1|apps|batch|autoscaling|policy|(\w+\.)*k8s\.io)$/;

function checkDefinitions(model: ClusterModel, { data }: ContractSources, ledger: Ledger): void {
  for (const { apiVersion, kind, name, block, origin } of model.objects) {
    const [group = ""] = apiVersion.split("/");
    if (builtIn.test(group)) {
      continue;
    }
    const schema = data?.definition(apiVersion, kind);
    if (!schema) {
      const chart =
        model.releases.find(({ installation }) => installation.id === origin.release)?.installation.chart ?? "";
      ledger.skip(
        { release: origin.release, chart, reason: `no definition of ${apiVersion} ${kind} is at hand` },
        `fields of ${kind}/${name}`,
      );
      continue;
    }
    ledger.count("custom resource");
    for (const problem of objectProblems({ ...block, kind, metadata: { name } }, schema)) {
      ledger.find({
        check: "custom resources",
        release: origin.release,
        path: `${kind}/${name}`,
        given: problem.replace(`${kind} ${name}: `, ""),
        allowed: `fields of ${apiVersion} ${kind}`,
        next: "see the kind's definition",
      });
    }
  }
}
