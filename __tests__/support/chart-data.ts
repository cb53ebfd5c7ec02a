import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parse } from "yaml";
import type { Values } from "./releases";

/** The version of a custom resource definition, as its file has it. */
interface CrdVersion {
  readonly name: string;
  readonly schema?: { readonly openAPIV3Schema: Values };
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly CrdVersion[];
  };
}

/** Values, schemas and definitions of upstream charts: one folder per chart. */
export class ChartData {
  private readonly definitions = new Map<string, Definition>();

  private constructor(readonly folder: string) {}

  /**
   * Looks in `TERRALAKE_CHART_DATA`, then beside the project in `../shared/charts`.
   *
   * @returns undefined where neither is there
   * @throws Error when there is none and `TERRALAKE_REQUIRE_CHART_DATA` is 1, since nothing would be checked
   */
  static find(
    environment: Readonly<Record<string, string | undefined>> = process.env,
    beside = resolve(__dirname, "../../../shared/charts"),
  ): ChartData | undefined {
    const candidates = [environment.TERRALAKE_CHART_DATA, beside].filter((candidate) => candidate !== undefined);
    const folder = candidates.find((candidate) => existsSync(join(candidate, "trino", "values.yaml")));
    if (!folder && environment.TERRALAKE_REQUIRE_CHART_DATA === "1") {
      throw new Error(`no chart data in ${candidates.join(" or ")}: set TERRALAKE_CHART_DATA to its folder`);
    }
    return folder ? new ChartData(folder) : undefined;
  }

  /** The chart's own values; undefined for a chart without data. */
  values(chart: string): Values | undefined {
    const text = this.read(chart, "values.yaml");
    return text === undefined ? undefined : ((parse(text) as Values | null) ?? {});
  }

  /** The chart's values schema, where it has one. */
  schema(chart: string): Values | undefined {
    const text = this.read(chart, "values.schema.json");
    return text === undefined ? undefined : (JSON.parse(text) as Values);
  }

  /**
   * The schema of a kind, from the charts' definitions; undefined when no chart defines it.
   *
   * Files have the group in their name (`<plural>.<group>.yaml`, `<group>_<plural>.yaml`): only those are read.
   */
  definition(apiVersion: string, kind: string): Values | undefined {
    const [group = "", version = ""] = apiVersion.split("/");
    for (const path of this.definitionFiles().filter((file) => basename(file).includes(group))) {
      const { spec } = this.parsed(path);
      const found = spec.group === group && spec.names.kind === kind ? spec.versions : [];
      const schema = found.find(({ name }) => name === version)?.schema;
      if (schema) {
        return schema.openAPIV3Schema;
      }
    }
    return undefined;
  }

  private definitionFiles(): readonly string[] {
    return readdirSync(this.folder)
      .sort()
      .map((chart) => join(this.folder, chart, "crds"))
      .filter(existsSync)
      .flatMap((folder) =>
        readdirSync(folder)
          .sort()
          .map((file) => join(folder, file)),
      );
  }

  private parsed(path: string): Definition {
    const found = this.definitions.get(path) ?? (parse(readFileSync(path, "utf8")) as Definition);
    this.definitions.set(path, found);
    return found;
  }

  private read(chart: string, file: string): string | undefined {
    const path = join(this.folder, chart, file);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }
}
