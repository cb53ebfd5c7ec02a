import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cachedPath, placeAtomically } from "./cache";
import { ToolError } from "./errors";
import type { Build, ToolSpec } from "./registry";

/** Flags of every build: no C compiler, no paths of this machine, nothing but what the lock files name. */
const flags = ["-trimpath", "-buildvcs=false", "-mod=readonly"] as const;
const fixedEnvironment = { CGO_ENABLED: "0", GOWORK: "off" } as const;

/** Settings of a build. */
export interface BuildOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly cacheDir: string;
  /**
   * Ends a build.
   *
   * @default - none
   */
  readonly signal?: AbortSignal;
}

/**
 * Version of Go that a module folder is built with ("go1.26.8"), or undefined where there is no usable Go. Go may
 * pick a newer toolchain for a folder than the one installed, so it is asked there.
 */
export async function goVersion(folder: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const result = await execa("go", ["-C", folder, "env", "GOVERSION"], {
    env: { ...environment, ...fixedEnvironment },
    extendEnv: false,
    reject: false,
    timeout: 120_000,
  });
  return result.exitCode === 0 ? result.stdout.trim() : undefined;
}

function environmentOf({ experiment }: Build) {
  return { ...fixedEnvironment, ...(experiment ? { GOEXPERIMENT: experiment } : {}) };
}

function linkerFlags(build: Build): string {
  return ["-s -w", build.ldflags].filter(Boolean).join(" ");
}

/** Part of the cache key that needs no Go: hash of go.mod, go.sum, main package and flags. */
export async function sourceKey(build: Build): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) {
    // A module of its own sources only has no go.sum.
    hash.update(await readFile(join(build.folder, file)).catch(() => "")).update("\0");
  }
  hash.update(JSON.stringify([build.package, flags, linkerFlags(build), environmentOf(build)]));
  return hash.digest("hex").slice(0, 16);
}

/** Builds a tool from its pinned Go module into the cache and answers the binary's path. Throws {@link ToolError}. */
export async function buildTool(spec: ToolSpec, build: Build, go: string, options: BuildOptions): Promise<string> {
  const target = cachedPath(options.cacheDir, spec, `${await sourceKey(build)}-${go}`);
  await placeAtomically(options.cacheDir, target, async (draft) => {
    const result = await execa(
      "go",
      ["build", "-C", build.folder, ...flags, "-ldflags", linkerFlags(build), "-o", draft, build.package],
      {
        env: { ...options.environment, ...environmentOf(build) },
        extendEnv: false,
        reject: false,
        ...(options.signal ? { cancelSignal: options.signal } : {}),
      },
    );
    options.signal?.throwIfAborted();
    if (result.exitCode !== 0) {
      const tail = String(result.stderr).trim().split("\n").slice(-8).join("\n");
      throw new ToolError(`building ${spec.name} ${spec.version} from ${build.folder} failed:\n${tail}`);
    }
  });
  return target;
}
