import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { goVersion, sourceKey } from "./build";
import { cachedPath, cachedPaths } from "./cache";
import type { ToolName, ToolSpec } from "./registry";
import { accepted, acceptedText, binaryVersion, UnknownVersionError } from "./version";

/** Where a tool was found. */
export type ToolSource = "environment" | "path" | "cache" | "release" | "built";

/** A tool that is ready to run. */
export interface Tool {
  readonly name: ToolName;
  /** Version that the binary itself names. */
  readonly version: string;
  readonly path: string;
  readonly source: ToolSource;
}

/** What a search without downloads came to. */
export interface Search {
  readonly tool?: Tool;
  /** Set when the user named a binary that does not do: nothing else may then be taken. */
  readonly problem?: string;
  /** What was looked at and left, each a short sentence. */
  readonly notes: readonly string[];
}

/** Looks for a tool in its environment variable, on the PATH and in the cache; every find is asked for its version. */
export async function locate(spec: ToolSpec, environment: NodeJS.ProcessEnv, cacheDir: string): Promise<Search> {
  const named = environment[spec.variable];
  if (named) {
    const path = isAbsolute(named) ? named : resolve(named);
    const checked = await checkVersion(spec, path);
    return "version" in checked
      ? { tool: { name: spec.name, version: checked.version, path, source: "environment" }, notes: [] }
      : { problem: `${spec.variable} is ${named}: ${checked.reason}`, notes: [] };
  }

  const notes: string[] = [];
  const onPath = await findOnPath(spec.name, environment.PATH ?? "");
  if (onPath) {
    const checked = await checkVersion(spec, onPath);
    if ("version" in checked) {
      return { tool: { name: spec.name, version: checked.version, path: onPath, source: "path" }, notes };
    }
    notes.push(`${onPath} is left aside: ${checked.reason}`);
  }

  for (const path of await cacheCandidates(spec, environment, cacheDir)) {
    const checked = await checkVersion(spec, path);
    if ("version" in checked) {
      return { tool: { name: spec.name, version: checked.version, path, source: "cache" }, notes };
    }
    if (checked.reason !== missingFile) {
      notes.push(`${path} is left aside: ${checked.reason}`);
    }
  }
  return { notes };
}

const missingFile = "no such file";

/** Version of a binary when it does for the tool, else why it does not. */
export async function checkVersion(
  spec: ToolSpec,
  path: string,
): Promise<{ readonly version: string } | { readonly reason: string }> {
  try {
    const version = await binaryVersion(spec, path);
    return accepted(spec, version)
      ? { version }
      : { reason: `it is version ${version}, wanted is ${acceptedText(spec)}` };
  } catch (error) {
    if (error instanceof UnknownVersionError) {
      return { reason: error.message };
    }
    throw error;
  }
}

async function cacheCandidates(
  spec: ToolSpec,
  environment: NodeJS.ProcessEnv,
  cacheDir: string,
): Promise<readonly string[]> {
  const paths = [cachedPath(cacheDir, spec, "release")];
  if (spec.build) {
    const key = await sourceKey(spec.build);
    const built = await cachedPaths(cacheDir, spec, `${key}-`);
    if (built.length > 0) {
      const go = await goVersion(spec.build.folder, environment);
      // Without Go a build made by whatever Go is still the right sources.
      paths.push(...built.filter((path) => !go || path === cachedPath(cacheDir, spec, `${key}-${go}`)));
    }
  }
  return paths;
}

async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, process.platform === "win32" ? `${name}.exe` : name);
    if (
      await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      )
    ) {
      return candidate;
    }
  }
  return undefined;
}
