import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../paths";
import { acquireTools, Network, ToolError } from "../tools";
import { placeAtomically } from "../tools/cache";
import { chartDataFolder, readChartData, readChartFile } from "./data";
import { writeStandIn } from "./stand-in";

/** A chart that the platform installs. */
export interface ChartRequest {
  readonly chart: string;
  /** `https://...` or `oci://...`, without the chart's name. */
  readonly repository: string;
  readonly version: string;
}

/** Where a chart was found. */
export interface ChartSource {
  readonly chart: string;
  /** The version asked for. */
  readonly version: string;
  /** Folder or packed file, as Helm takes it. */
  readonly path: string;
  readonly source: "folder" | "upstream" | "stand-in";
  /** The version that is there, when it is another one. */
  readonly foundVersion?: string;
  /** For a stand-in: what it has of the real chart and what it renders. */
  readonly standsFor?: string;
}

/** Settings of {@link prefetchCharts}. */
export interface PrefetchOptions {
  /**
   * Variables `TERRALAKE_CHARTS` (folder of charts), `TERRALAKE_CHART_DATA` and those of the tools.
   *
   * @default process.env
   */
  readonly environment?: NodeJS.ProcessEnv;
  /**
   * Folder that keeps charts.
   *
   * @default - see cacheFolder
   */
  readonly cacheDir?: string;
  /**
   * Told what takes time, one line each.
   *
   * @default - nobody
   */
  readonly report?: (message: string) => void;
  /**
   * The network, shared with other searches so that an unreachable host is waited for once.
   *
   * @default - a new one
   */
  readonly network?: Network;
  /**
   * Gets the Helm CLI when a chart is pulled from upstream.
   *
   * @default - acquireTools
   */
  readonly helm?: () => Promise<string>;
  /**
   * CRD files, by chart, that a stand-in takes instead of the chart's own.
   *
   * @default - none
   */
  readonly crds?: ReadonlyMap<string, readonly string[]>;
  /**
   * Ends a download.
   *
   * @default - none
   */
  readonly signal?: AbortSignal;
}

interface Context extends Omit<PrefetchOptions, "network"> {
  readonly environment: NodeJS.ProcessEnv;
  readonly cacheDir: string;
  readonly network: Pick<Network, "answers">;
  readonly helm: () => Promise<string>;
}

/**
 * Gets every chart from the first place that has it: the folder `TERRALAKE_CHARTS`, upstream (or its copy in the
 * cache), a stand-in written from chart data. The result has the order of the requests, each chart once.
 *
 * @throws ToolError that names every chart that is nowhere
 */
export async function prefetchCharts(
  requests: readonly ChartRequest[],
  options: PrefetchOptions = {},
): Promise<readonly ChartSource[]> {
  const context = contextOf(options);
  const unique = new Map(
    requests.map((request) => [`${request.repository}/${request.chart}@${request.version}`, request]),
  );
  const sources: ChartSource[] = [];
  const problems: string[] = [];
  for (const request of unique.values()) {
    const reasons: string[] = [];
    const source =
      (await fromFolder(request, context)) ??
      (await fromUpstream(request, context, reasons)) ??
      (await fromData(request, context, reasons));
    if (source) {
      sources.push(source);
    } else {
      problems.push(
        `chart ${request.chart} ${request.version} is missing: ${reasons.join("; ")}; put it into a folder as ${request.chart}/Chart.yaml and set TERRALAKE_CHARTS to that folder, or its values and definitions and set TERRALAKE_CHART_DATA`,
      );
    }
  }
  if (problems.length > 0) {
    throw new ToolError(problems.join("\n"));
  }
  return sources;
}

/**
 * A chart as upstream has it, from the folder `TERRALAKE_CHARTS` or upstream (or its copy in the cache), never a stand-in.
 *
 * @returns the chart, or why it is not at hand
 */
export async function findChart(
  request: ChartRequest,
  options: PrefetchOptions & {
    /** Whether upstream is not asked. @default false */
    readonly offline?: boolean;
  } = {},
): Promise<ChartSource | { readonly missing: string }> {
  const context = contextOf(options);
  const reasons: string[] = [];
  const silent = { answers: () => Promise.resolve(false) };
  const found =
    (await fromFolder(request, context)) ??
    (await fromUpstream(request, options.offline ? { ...context, network: silent } : context, reasons));
  return found ?? { missing: options.offline ? "upstream was not asked" : reasons.join("; ") };
}

function contextOf(options: PrefetchOptions): Context {
  const environment = options.environment ?? process.env;
  const cacheDir = options.cacheDir ?? cacheFolder(environment);
  const network = options.network ?? new Network(options.signal ? { signal: options.signal } : {});
  const acquireHelm = async () => {
    const { report, signal } = options;
    return (await acquireTools(["helm"], { environment, cacheDir, network, report, signal })).get("helm")?.path ?? "";
  };
  return { ...options, environment, cacheDir, network, helm: options.helm ?? acquireHelm };
}

async function fromFolder({ chart, version }: ChartRequest, context: Context): Promise<ChartSource | undefined> {
  const folder = context.environment.TERRALAKE_CHARTS;
  if (!folder) {
    return undefined;
  }
  if (!existsSync(folder)) {
    throw new ToolError(`TERRALAKE_CHARTS is ${folder}: no such folder`);
  }
  const path = resolve(folder, chart);
  if (!existsSync(join(path, "Chart.yaml"))) {
    return undefined;
  }
  if (!existsSync(join(path, "templates")) && !existsSync(join(path, "charts"))) {
    throw new ToolError(
      `${path} has neither templates/ nor charts/: it is no whole chart; data to make stand-ins of belongs into TERRALAKE_CHART_DATA`,
    );
  }
  const found = (await readChartFile(join(path, "Chart.yaml"))).version;
  return { chart, version, path, source: "folder", ...(found === version ? {} : { foundVersion: found }) };
}

async function fromUpstream(
  request: ChartRequest,
  context: Context,
  reasons: string[],
): Promise<ChartSource | undefined> {
  const { chart, version, repository } = request;
  const key = createHash("sha256").update(repository).digest("hex").slice(0, 8);
  const path = join(context.cacheDir, "charts", key, `${chart}-${version}.tgz`);
  const source: ChartSource = { chart, version, path, source: "upstream" };
  if (existsSync(path)) {
    return source;
  }
  // Asked first, since Helm itself would wait much longer, and may have to be built for nothing.
  const address = repository.replace(/^oci:/, "https:");
  if (!(await context.network.answers(address))) {
    reasons.push(`${new URL(address).host} is not reachable`);
    return undefined;
  }
  context.report?.(`pulling chart ${chart} ${version}`);
  const from = repository.startsWith("oci://") ? [`${repository}/${chart}`] : [chart, "--repo", repository];
  const helm = await context.helm();
  let failed = "";
  await placeAtomically(context.cacheDir, path, async (draft) => {
    const folder = `${draft}-pulled`;
    await mkdir(folder);
    const result = await execa(helm, ["pull", ...from, "--version", version, "--destination", folder], {
      env: { ...context.environment },
      extendEnv: false,
      reject: false,
      timeout: 120_000,
      ...(context.signal ? { cancelSignal: context.signal } : {}),
    });
    context.signal?.throwIfAborted();
    const [packed] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    if (result.exitCode !== 0 || !packed) {
      failed = String(result.stderr).trim().split("\n").at(-1) || "helm pull failed";
      return;
    }
    await rename(join(folder, packed), draft);
  }).catch((error) => {
    // Without a pulled file there is nothing to move; why is known already.
    if (!failed) {
      throw error;
    }
  });
  if (failed) {
    reasons.push(failed);
    return undefined;
  }
  return source;
}

async function fromData(request: ChartRequest, context: Context, reasons: string[]): Promise<ChartSource | undefined> {
  const { chart, version } = request;
  const folder = chartDataFolder(context.environment);
  const data = folder ? await readChartData(folder, chart) : undefined;
  if (!data) {
    reasons.push("there is no chart data to write a stand-in from");
    return undefined;
  }
  const crds = context.crds?.get(chart);
  const { path, standsFor } = await writeStandIn(data, { cacheDir: context.cacheDir, ...(crds ? { crds } : {}) });
  const found = data.chartFile.version;
  return {
    chart,
    version,
    path,
    source: "stand-in",
    standsFor,
    ...(found === version ? {} : { foundVersion: found }),
  };
}
