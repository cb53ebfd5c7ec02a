import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../cli/processes";
import { projectRoot } from "../rehearsal/paths";
import type { Sample } from "./comparison";
import type { Program } from "./programs";

/**
 * Runs a program once, from nothing in its cdktf.out. Time is from start to end as the caller sees it; processor time and
 * memory are those of the node process with all its threads (tsx starts esbuild beside it only for files that it has
 * not seen yet). Throws with the program's own words when it fails.
 */
export async function measure(program: Program, signal: AbortSignal): Promise<Sample> {
  rmSync(join(program.folder, "cdktf.out"), { recursive: true, force: true });
  const usageFile = join(program.folder, "usage.json");
  const preload = join(projectRoot, "bench/report-usage.cjs");
  const start = process.hrtime.bigint();
  const result = await run(process.execPath, ["--require", preload, ...program.nodeArguments], {
    cwd: program.folder,
    env: {
      BENCH_USAGE: usageFile,
      CDKTF_OUTDIR: undefined,
      NODE_OPTIONS: undefined,
      NODE_ENV: undefined,
      TSX_TSCONFIG_PATH: undefined,
    },
    signal,
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (result.code !== 0) throw new Error(`${program.title}: the program failed\n${result.all}`);
  const usage = JSON.parse(readFileSync(usageFile, "utf8")) as Omit<Sample, "seconds">;
  return { seconds, ...usage };
}

/** Every file that a program wrote, by its path. */
export function written(program: Program): ReadonlyMap<string, string> {
  const outdir = join(program.folder, "cdktf.out");
  const files = readdirSync(outdir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      return [path.slice(outdir.length + 1), readFileSync(path, "utf8")];
    }),
  );
}

/** Files that two programs did not write alike, byte by byte. */
export function differences(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path)).sort();
}
