import { cacheFolder } from "../paths";
import { buildTool, goVersion } from "./build";
import { ToolError } from "./errors";
import { checkVersion, locate, type Search, type Tool } from "./locate";
import { Network } from "./network";
import { type ToolName, type ToolSpec, toolSpec } from "./registry";
import { download } from "./release";
import { acceptedText } from "./version";

/** Settings of a search for tools. */
export interface AcquireOptions {
  /**
   * Variables that name binaries, the PATH and the cache.
   *
   * @default process.env
   */
  readonly environment?: NodeJS.ProcessEnv;
  /**
   * Folder that keeps binaries.
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
   * The network, shared between searches so that an unreachable host is waited for once.
   *
   * @default - a new one
   */
  readonly network?: Network;
  /**
   * Address put in the place of scheme and host of every release; used when `network` is not given.
   *
   * @default - the official hosts
   */
  readonly releaseBase?: string;
  /**
   * Ends downloads and builds.
   *
   * @default - none
   */
  readonly signal?: AbortSignal;
  /**
   * Where a tool's description comes from.
   *
   * @default toolSpec
   */
  readonly spec?: (name: ToolName) => ToolSpec;
}

/** A tool that was not found. */
export interface MissingTool {
  /** The tool and the version wanted. */
  readonly missing: string;
  /** What to do, in one sentence. */
  readonly howToGet: string;
  /** What was found and left aside. */
  readonly notes: readonly string[];
}

/**
 * Gets tools from the first place that has each: environment variable, PATH, cache, official release with its
 * checksum, a build from pinned Go modules.
 *
 * @throws ToolError that names every missing tool and how to get it
 */
export async function acquireTools(
  names: readonly ToolName[],
  options: AcquireOptions = {},
): Promise<ReadonlyMap<ToolName, Tool>> {
  const environment = options.environment ?? process.env;
  const cacheDir = options.cacheDir ?? cacheFolder(environment);
  const { report, signal, releaseBase } = options;
  const network =
    options.network ?? new Network({ ...(releaseBase ? { releaseBase } : {}), ...(signal ? { signal } : {}) });
  const specs = [...new Set(names)].map(options.spec ?? toolSpec);
  const searches = await Promise.all(specs.map((spec) => locate(spec, environment, cacheDir)));

  const found = new Map<ToolName, Tool>();
  const problems: string[] = [];
  for (const [index, spec] of specs.entries()) {
    const search: Search = searches[index] ?? { notes: [] };
    for (const note of search.notes) {
      report?.(`${spec.name}: ${note}`);
    }
    if (search.tool) {
      found.set(spec.name, search.tool);
      continue;
    }
    if (search.problem) {
      problems.push(search.problem);
      continue;
    }
    // One after the other: a build uses all cores and several gigabytes.
    const made = await make(spec, { environment, cacheDir, network, report, signal });
    if ("tool" in made) {
      found.set(spec.name, made.tool);
    } else {
      problems.push(`${spec.name} ${spec.version} is missing: ${made.reasons.join("; ")}; ${howToGet(spec)}`);
    }
  }
  if (problems.length > 0) {
    throw new ToolError(problems.join("\n"));
  }
  return found;
}

/** Looks for a tool without downloading or building. */
export async function findTool(name: ToolName, options: AcquireOptions = {}): Promise<Tool | MissingTool> {
  const environment = options.environment ?? process.env;
  const spec = (options.spec ?? toolSpec)(name);
  const search = await locate(spec, environment, options.cacheDir ?? cacheFolder(environment));
  return (
    search.tool ?? {
      missing: `${spec.name} ${acceptedText(spec)}`,
      howToGet: search.problem ?? howToGet(spec),
      notes: search.notes,
    }
  );
}

interface MakeOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly cacheDir: string;
  readonly network: Network;
  readonly report?: (message: string) => void;
  readonly signal?: AbortSignal;
}

async function make(
  spec: ToolSpec,
  options: MakeOptions,
): Promise<{ readonly tool: Tool } | { readonly reasons: readonly string[] }> {
  const reasons: string[] = [];
  const ready = async (path: string, source: "release" | "built") => {
    const checked = await checkVersion(spec, path);
    if ("version" in checked) {
      return { tool: { name: spec.name, version: checked.version, path, source } } as const;
    }
    reasons.push(`${path}: ${checked.reason}`);
    return undefined;
  };

  if (spec.release) {
    const result = await download(spec, options.cacheDir, options.network, options.report);
    const tool = "path" in result ? await ready(result.path, "release") : undefined;
    if (tool) {
      return tool;
    }
    if ("reason" in result) {
      reasons.push(result.reason);
    }
  }
  if (spec.build) {
    const go = await goVersion(spec.build.folder, options.environment);
    if (!go) {
      reasons.push("Go is not installed, or too old to build it");
      return { reasons };
    }
    const minutes = `about ${spec.build.minutes} minute${spec.build.minutes === 1 ? "" : "s"}, once`;
    options.report?.(`building ${spec.name} ${spec.version} from Go modules (${minutes})`);
    const tool = await ready(await buildTool(spec, spec.build, go, options), "built");
    if (tool) {
      return tool;
    }
  }
  return { reasons };
}

/** How a user gets a tool, in one sentence without a full stop. */
export function howToGet(spec: ToolSpec): string {
  const ways = [`set ${spec.variable} to a binary of ${acceptedText(spec)}`];
  if (spec.check.by === "output") {
    ways.push("or put one on the PATH");
  }
  if (spec.build) {
    ways.push("or install Go 1.26 or newer from https://go.dev/dl, which builds it");
  }
  return ways.join(", ");
}
