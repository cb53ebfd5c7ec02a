import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { objectOf } from "../../policies/blocks";
import type { Block } from "../../stacks/stack-json";
import { type KubeObject, kubeObject } from "../objects/kube-object";
import type { ChartInstallation } from "../objects/releases";

/** Kubernetes version that charts are rendered for; that of the rehearsal. */
const kubeVersion = "1.35.4";

/** Where a chart was found, or why it was not. */
export type ChartPlace =
  | {
      readonly path: string;
      /** Its version, where that is another than the one asked for. */
      readonly foundVersion?: string;
    }
  | { readonly missing: string };

/** What rendering needs from outside. */
export interface RenderTools {
  /** Path of Helm, or why there is none. */
  readonly helm: { readonly path: string } | { readonly missing: string };
  /** Finds an upstream chart; the project's own and those named by a folder are found without. */
  readonly chart: (installation: ChartInstallation) => Promise<ChartPlace>;
  /** Stops what runs. @default - nothing does */
  readonly signal?: AbortSignal;
  /**
   * Renderings at a time.
   *
   * @default 4
   */
  readonly parallel?: number;
}

/** A release and what it makes. */
export interface RenderedRelease {
  readonly installation: ChartInstallation;
  /** `helm`: rendered; `objects`: the values of the chart that delivers objects as they are; `no`: see `reason`. */
  readonly by: "helm" | "objects" | "no";
  readonly objects: readonly KubeObject[];
  /** Folder or packed file of the chart, where it is at hand. */
  readonly chart?: string;
  /** Version of that chart, where it is another than the one asked for. */
  readonly foundVersion?: string;
  /** Why it could not be rendered. */
  readonly reason?: string;
  /** What Helm says of values that the chart refuses. */
  readonly refused?: string;
}

/** Renders releases, several at a time. The result has their order. */
export async function renderReleases(
  installations: readonly ChartInstallation[],
  tools: RenderTools,
): Promise<readonly RenderedRelease[]> {
  const folder = await mkdtemp(join(tmpdir(), "terralake-render-"));
  const results: RenderedRelease[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < installations.length; index = next++) {
      tools.signal?.throwIfAborted();
      const installation = installations[index];
      if (installation) {
        results[index] = await renderRelease(installation, tools, join(folder, `${index}.json`));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: tools.parallel ?? 4 }, worker));
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function renderRelease(
  installation: ChartInstallation,
  tools: RenderTools,
  valuesFile: string,
): Promise<RenderedRelease> {
  const delivered = objectsIn(installation);
  if (delivered) {
    return {
      installation,
      by: "objects",
      objects: delivered,
      ...(installation.folder ? { chart: installation.folder } : {}),
    };
  }
  const place = await placeOf(installation, tools);
  if ("missing" in place) {
    return { installation, by: "no", objects: [], reason: place.missing };
  }
  if ("missing" in tools.helm) {
    return { installation, by: "no", objects: [], reason: tools.helm.missing, chart: place.path };
  }
  await writeFile(valuesFile, JSON.stringify(installation.values));
  const { id, name, namespace } = installation;
  const args = ["template", name, place.path, "--namespace", namespace, "--values", valuesFile];
  const result = await execute(tools.helm.path, [...args, "--kube-version", kubeVersion, "--skip-tests"], tools.signal);
  if (result.code !== 0) {
    return {
      installation,
      by: "no",
      objects: [],
      chart: place.path,
      refused: result.error.trim() || "helm template failed",
    };
  }
  const origin = { stack: installation.stack, release: id };
  const objects = documents(result.output).flatMap((block) => kubeObject(block, namespace, origin) ?? []);
  const { foundVersion } = place;
  return { installation, by: "helm", objects, chart: place.path, ...(foundVersion ? { foundVersion } : {}) };
}

/** Objects of the project's chart that delivers them as they are: rendering it would only write them again. */
function objectsIn(installation: ChartInstallation): readonly KubeObject[] | undefined {
  if (!installation.own || installation.chart !== "custom-resources") {
    return undefined;
  }
  const origin = { stack: installation.stack, release: installation.id };
  return Object.values(objectOf(installation.values.objects)).flatMap(
    (object) => kubeObject(objectOf(object), installation.namespace, origin) ?? [],
  );
}

async function placeOf(installation: ChartInstallation, tools: RenderTools): Promise<ChartPlace> {
  const { folder } = installation;
  if (folder && existsSync(join(folder, "Chart.yaml"))) {
    return { path: folder };
  }
  if (installation.own) {
    return { missing: `${installation.folder} is no folder of a chart` };
  }
  return tools.chart(installation);
}

/** Documents that a chart rendered. Definitions of kinds are left out: they are large, and nothing here reads them. */
export function documents(rendered: string): readonly Block[] {
  return rendered
    .split(/^---.*$/m)
    .filter((text) => !/^kind: ["']?CustomResourceDefinition["']?\s*$/m.test(text))
    .flatMap((text) => {
      const parsed = objectOf(withoutNulls(parse(text)));
      if (parsed.kind === undefined) {
        return [];
      }
      return parsed.kind === "List" && Array.isArray(parsed.items) ? parsed.items.map(objectOf) : [parsed];
    });
}

/** The API server takes a null for a field that is not there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, withoutNulls(member)]])),
      )
    : value;
}

interface Execution {
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

function execute(program: string, args: readonly string[], signal?: AbortSignal): Promise<Execution> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...(signal ? { signal } : {}) });
    const output: Buffer[] = [];
    const error: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => error.push(chunk));
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ code: code ?? 1, output: Buffer.concat(output).toString(), error: Buffer.concat(error).toString() }),
    );
  });
}
