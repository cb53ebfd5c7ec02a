import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import { placeAtomically } from "../tools/cache";
import { crdDelivery, crdDependency, crdTemplate, withMarker } from "./crds";
import type { ChartData } from "./data";
import { definitions, deployment, note, notes, vaultServer } from "./templates";

/** Charts that upstream renders as custom resources only. */
const customResourceCharts: ReadonlySet<string> = new Set([
  "cluster",
  "clickhouse",
  "flux-instance",
  "flux2-sync",
  "kyverno-policies",
  "mariadb-cluster",
  "rook-ceph-cluster",
]);

/** Charts that hold nothing but CRDs. */
const crdCharts: ReadonlySet<string> = new Set(["mariadb-operator-crds", "prometheus-operator-crds"]);

/** A chart written by the rehearsal. */
export interface StandIn {
  /** Folder of the chart. */
  readonly path: string;
  /** What it has of the real chart and what it renders instead, in one sentence. */
  readonly standsFor: string;
}

/** Settings of a stand-in. */
export interface StandInOptions {
  readonly cacheDir: string;
  /**
   * CRD files to take instead of the chart's own, where the rehearsal runs another version of the operator.
   *
   * @default - those of the chart data
   */
  readonly crds?: readonly string[];
}

/**
 * Writes a chart with upstream's name, version, values, values schema and CRDs, and with one idle pod in the place of
 * its programs. Helm so checks our values against the real schema, and the API server our objects against the real CRDs.
 */
export async function writeStandIn(data: ChartData, options: StandInOptions): Promise<StandIn> {
  const { name } = data.chartFile;
  const files = await standInFiles(data, options.crds ?? data.crds);
  const hash = createHash("sha256");
  for (const [path, content] of files) {
    hash.update(`${path}\0${content}\0`);
  }
  // Named by its content: the path is the same in every run, and two runs never change each other's chart.
  const version = `${data.chartFile.version}-${hash.digest("hex").slice(0, 12)}`;
  const path = join(options.cacheDir, "stand-ins", version, name);
  if (!existsSync(path)) {
    await placeAtomically(options.cacheDir, path, async (draft) => {
      for (const [file, content] of files) {
        await mkdir(dirname(join(draft, file)), { recursive: true });
        await writeFile(join(draft, file), content);
      }
    });
  }
  return { path, standsFor: describe(data, options) };
}

async function standInFiles(data: ChartData, crds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { name } = data.chartFile;
  const files = new Map<string, string>();
  const { dependencies: _dropped, ...chartFile } = data.chartFile;
  const annotations = typeof chartFile.annotations === "object" ? chartFile.annotations : {};
  const delivery = crdDelivery(name);
  const dependencies = delivery.in.startsWith("subchart") ? { dependencies: [crdDependency(delivery)] } : {};
  const marked = { ...annotations, "terralake.dev/stand-in": "true" };
  files.set("Chart.yaml", stringify({ ...chartFile, ...dependencies, annotations: marked }));
  files.set("values.yaml", data.values);
  if (data.schema !== undefined) {
    files.set("values.schema.json", data.schema);
  }
  files.set("templates/_definitions.tpl", definitions);
  files.set("templates/NOTES.txt", notes);
  if (name === "vault" || name === "openbao") {
    files.set("templates/server.yaml", vaultServer(name));
  } else if (customResourceCharts.has(name)) {
    files.set("templates/note.yaml", note);
  } else if (!crdCharts.has(name)) {
    files.set("templates/deployment.yaml", deployment);
  }

  const root = delivery.in.startsWith("subchart") ? "charts/crds/" : "";
  if (root) {
    files.set(`${root}Chart.yaml`, stringify({ apiVersion: "v2", name: "crds", version: "0.0.0" }));
  }
  for (const crd of crds) {
    const text = await readFile(crd, "utf8");
    if (delivery.in.endsWith("crds")) {
      files.set(`${root}crds/${basename(crd)}`, text);
    } else {
      files.set(`${root}files/${basename(crd)}`, withMarker(text));
    }
  }
  if (!delivery.in.endsWith("crds") && crds.length > 0) {
    const names = crds.map((crd) => basename(crd));
    files.set(`${root}templates/crds.yaml`, crdTemplate(delivery, names));
  }
  return files;
}

function describe(data: ChartData, options: StandInOptions): string {
  const { name } = data.chartFile;
  const crds = (options.crds ?? data.crds).length;
  const has = ["upstream's values", data.schema === undefined ? "no schema" : "values schema"];
  if (crds > 0) {
    has.push(`${crds} CRD files${options.crds ? " of the controller that runs here" : ""}`);
  }
  let renders = "one idle Deployment named like the release";
  if (name === "vault" || name === "openbao") {
    renders = "the server's StatefulSet, Services, service account and token-review binding, with idle containers";
  } else if (customResourceCharts.has(name)) {
    renders = "a ConfigMap instead of upstream's custom resources";
  } else if (crdCharts.has(name)) {
    renders = "the CRDs only, as upstream";
  }
  return `${has.join(", ")}; renders ${renders}`;
}
