import { basename, isAbsolute, join } from "node:path";
import { objectOf } from "../../policies/blocks";
import { resourcesOf } from "../../stacks/stack-json";
import { mergeValues, type Values } from "../charts/values";
import type { VerifiedStack } from "../subject";

/** A Helm release of a stack, with its values as Helm gets them. */
export interface ChartInstallation {
  readonly stack: string;
  readonly namespace: string;
  readonly name: string;
  /** `namespace/name` */
  readonly id: string;
  /** Terraform address. */
  readonly address: string;
  /** Name of the chart, without its folder or repository. */
  readonly chart: string;
  /** Absent for the project's own charts. */
  readonly version?: string;
  /** `https://` or `oci://` address without the chart's name; absent where the chart is a folder. */
  readonly repository?: string;
  /** Folder of the chart, where the JSON names one. */
  readonly folder?: string;
  /** Whether the folder is an asset of the stack: a chart of the project. */
  readonly own: boolean;
  readonly values: Values;
}

/** Folder names that the synthesis gives the project's charts: `CustomResourcesChart` is `custom-resources`. */
function ownChart(path: string): string {
  const id = path.split("/").at(-2) ?? "";
  return id
    .replace(/Chart$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();
}

/** Every Helm release of a stack. */
export function installationsOf(stack: VerifiedStack): readonly ChartInstallation[] {
  return resourcesOf(stack.json)
    .filter(({ type }) => type === "helm_release")
    .map(({ name: resource, block }) => {
      const chart = String(block.chart);
      const isPath = /^\.{0,2}\//.test(chart);
      const own = chart.startsWith("./assets/");
      const { namespace, name } = { namespace: String(block.namespace), name: String(block.name) };
      return {
        stack: stack.name,
        namespace,
        name,
        id: `${namespace}/${name}`,
        address: `helm_release.${resource}`,
        chart: own ? ownChart(chart) : basename(chart),
        ...(typeof block.version === "string" ? { version: block.version } : {}),
        ...(typeof block.repository === "string" ? { repository: block.repository } : {}),
        ...(isPath ? { folder: isAbsolute(chart) ? chart : join(stack.folder, chart) } : {}),
        own,
        values: valuesOf(block.values),
      };
    });
}

/** Values as Helm merges them: later documents win by key. Terraform reads a doubled `$${` as `${`. */
function valuesOf(documents: unknown): Values {
  const texts = Array.isArray(documents) ? documents.map(String) : [];
  return texts.reduce<Values>(
    (merged, text) => mergeValues(merged, objectOf(JSON.parse(text.replaceAll(/([$%])\1\{/g, "$1{")))),
    {},
  );
}
