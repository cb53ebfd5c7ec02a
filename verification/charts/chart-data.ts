import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { chartDataBeside, folderOf } from "./data-folder";
import type { Values } from "./values";

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
  private readonly definitions = new Map<string, readonly Definition[]>();
  private readonly texts = new Map<string, string>();
  private index: readonly { readonly path: string; readonly words: ReadonlySet<string> }[] | undefined;

  private constructor(readonly folder: string) {}

  /**
   * Looks in `TERRALAKE_CHART_DATA`, then beside the project in `../shared/charts`.
   *
   * @returns undefined where neither is there
   * @throws Error when there is none and `TERRALAKE_REQUIRE_CHART_DATA` is 1, since nothing would be checked
   */
  static find(
    environment: Readonly<Record<string, string | undefined>> = process.env,
    beside = chartDataBeside,
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
    // Helm reads YAML 1.1, in which `yes` is true.
    return text === undefined ? undefined : ((parse(text, { version: "1.1" }) as Values | null) ?? {});
  }

  /** The chart's values schema, where it has one. */
  schema(chart: string): Values | undefined {
    const text = this.read(chart, "values.schema.json");
    return text === undefined ? undefined : (JSON.parse(text) as Values);
  }

  /** The schema of a kind, from the charts' definitions; undefined when no chart defines it. */
  definition(apiVersion: string, kind: string): Values | undefined {
    const [group = "", version = ""] = apiVersion.split("/");
    for (const { spec } of this.definitionsOf(group, kind)) {
      const schema = spec.versions.find(({ name }) => name === version)?.schema;
      if (schema) {
        return schema.openAPIV3Schema;
      }
    }
    return undefined;
  }

  /** Definitions of a kind. Parsing them all would take a minute: only files that name group and kind are parsed. */
  private definitionsOf(group: string, kind: string): readonly Definition[] {
    this.index ??= this.definitionFiles().map((path) => ({ path, words: wordsOf(this.text(path)) }));
    return this.index
      .filter(({ words }) => words.has(`group ${group}`) && words.has(`kind ${kind}`))
      .flatMap(({ path }) => this.parsed(path))
      .filter(({ spec }) => spec.group === group && spec.names.kind === kind);
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

  private text(path: string): string {
    const found = this.texts.get(path) ?? readFileSync(path, "utf8");
    this.texts.set(path, found);
    return found;
  }

  /** The definitions of a file, which may have several documents. */
  private parsed(path: string): readonly Definition[] {
    const found =
      this.definitions.get(path) ??
      parseAllDocuments(this.text(path)).flatMap((document) => {
        const value = document.toJS() as Definition | null;
        return value?.spec?.names ? [value] : [];
      });
    this.definitions.set(path, found);
    return found;
  }

  private read(chart: string, file: string): string | undefined {
    const path = join(this.folder, folderOf(chart), file);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }
}

/** Groups and kinds that a file of definitions names. */
function wordsOf(text: string): ReadonlySet<string> {
  const found = text.matchAll(/\n {2,4}(group|kind): "?([\w.-]+)"?/g);
  return new Set([...found].map(([, field, name]) => `${field} ${name}`));
}
