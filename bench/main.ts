import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { listenForStop } from "../cli/cancellation";
import { StoppedError } from "../cli/errors";
import { print, table } from "../cli/output";
import { bounds, type Compared, type Comparison, compare, type Sample } from "./comparison";
import { differences, measure, written } from "./measure";
import { indexProgram, ownProgram } from "./programs";

const options = new Command("bench")
  .description(
    "Measures the synthesis of all environments beside the same program run by ts-node with package-index imports.",
  )
  .option("--runs <count>", "measured runs of each program", parseRuns, 3)
  .option("--json", "print JSON")
  .parse()
  .opts<{ runs: number; json?: true }>();

const { signal, stopCode } = listenForStop((code) => process.exit(code));
const folder = mkdtempSync(join(tmpdir(), "terralake-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
try {
  process.exitCode = await bench();
} catch (error) {
  if (!(error instanceof StoppedError)) process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = stopCode() ?? 1;
}

async function bench(): Promise<number> {
  const own = { program: ownProgram(folder), samples: [] as Sample[] };
  const other = { program: indexProgram(folder), samples: [] as Sample[] };
  // Not counted: warms the caches of disk and tsx, and shows that both programs do the same work.
  for (const { program } of [own, other]) await measure(program, signal);
  const files = written(own.program);
  const unequal = differences(files, written(other.program));
  if (unequal.length > 0 || files.size === 0) {
    throw new Error(`the programs do not write the same files, so they cannot be compared: ${unequal.join(", ")}`);
  }
  for (let run = 0; run < options.runs; run++) {
    for (const { program, samples } of [own, other]) samples.push(await measure(program, signal));
  }
  const comparison = compare(own.samples, other.samples);
  const broken = Object.values(comparison).filter(({ kept }) => !kept).length;
  if (options.json) {
    print(JSON.stringify({ runs: options.runs, own: own.samples, other: other.samples, comparison }, null, 2));
    return broken > 0 ? 1 : 0;
  }
  print(await table(["median", own.program.title, other.program.title, "ratio", "bound"], rows(comparison)));
  print(
    `${options.runs} runs of each in turn, ${files.size} equal files; processor time and memory of the node process`,
  );
  if (broken > 0) print(`${broken} of ${Object.keys(bounds).length} bounds broken`);
  return broken > 0 ? 1 : 0;
}

function rows({ seconds, cpuSeconds, peakMib }: Comparison): string[][] {
  const row = (title: string, unit: string, digits: number, { own, other, ratio, bound, kept }: Compared) => {
    const shown = (value: number) => `${value.toFixed(digits)} ${unit}`;
    const limit = bound === undefined ? "-" : `1/${Math.round(1 / bound)} ${kept ? "kept" : "broken"}`;
    return [title, shown(own), shown(other), `1/${(1 / ratio).toFixed(1)}`, limit];
  };
  return [
    row("time", "s", 2, seconds),
    row("processor time", "s", 2, cpuSeconds),
    row("peak memory", "MiB", 0, peakMib),
  ];
}

function parseRuns(value: string): number {
  const runs = Number(value);
  if (!Number.isInteger(runs) || runs < 1 || runs > 100) throw new InvalidArgumentError("a whole number from 1 to 100");
  return runs;
}
