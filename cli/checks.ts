import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../rehearsal/paths";
import { CliError } from "./errors";
import { run } from "./processes";
import { runTasks, type Task } from "./progress";
import { packageProgram, tsxArguments } from "./project";

/** Result of all checks together. */
export interface ChecksOutcome {
  readonly passed: number;
  readonly failed: number;
  /** What was not run and why, one line each. */
  readonly skipped: readonly string[];
  /** What the failed checks printed. */
  readonly failures: readonly { readonly title: string; readonly output: string }[];
}

/** How many tests of one run passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why tests were skipped: the titles of their groups, which say it. */
  readonly skippedTitles: readonly string[];
}

interface Check {
  readonly title: string;
  readonly run: (report: (line: string) => void) => Promise<Counts & { readonly output: string }>;
}

/** Which checks to run. */
export interface ChecksOptions {
  /** Also the tests that apply stacks on this machine, and the scanners. */
  readonly rehearsal: boolean;
  readonly signal: AbortSignal;
}

/** Runs all checks, also when an earlier one failed, and adds up what they say. */
export async function runChecks(options: ChecksOptions): Promise<ChecksOutcome> {
  const { signal } = options;
  const checks: Check[] = [
    { title: "type check", run: () => program("tsc", ["--noEmit"], signal) },
    {
      title: "lint",
      run: () => program("biome", ["check", ...(process.env.NO_COLOR ? ["--colors=off"] : [])], signal),
    },
    { title: "unused code", run: () => program("knip", [], signal) },
    { title: "tests", run: (report) => jest("jest.config.cjs", [], report, signal) },
  ];
  if (options.rehearsal) {
    // Beside the others, as a scanner may have to be built first and rehearsals leave time for it.
    const scanned = niceScan(signal);
    // One after another: two rehearsals at the same time would compete for the machine.
    const config = "jest.rehearsal.config.cjs";
    checks.push({ title: "rehearsal tests", run: (report) => jest(config, ["--runInBand"], report, signal) });
    checks.push({ title: "scanners", run: () => scanned });
  }
  const failures: { title: string; output: string }[] = [];
  const skipped = options.rehearsal ? [] : ["rehearsal tests (add --rehearsal)"];
  let passed = 0;
  let failed = 0;
  const tasks = checks.map(
    (check): Task => ({
      title: check.title,
      run: async (report) => {
        const counts = await check.run(report);
        passed += counts.passed;
        failed += counts.failed;
        if (counts.failed > 0) failures.push({ title: check.title, output: counts.output });
        skipped.push(...counts.skippedTitles);
        report(`${counts.passed} passed, ${counts.failed} failed`);
        if (counts.failed > 0) throw new CliError(`${check.title} failed`);
      },
    }),
  );
  await runTasks(tasks, signal, { goOn: true });
  return { passed, failed, skipped, failures };
}

async function program(name: string, args: readonly string[], signal: AbortSignal) {
  return outcomeOf(await run(packageProgram(name), args, { cwd: projectRoot, signal }));
}

/** A program that counts as one test. */
function outcomeOf({ code, all }: { readonly code: number; readonly all: string }) {
  const ok = code === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, skippedTitles: [], output: all };
}

/** Checkov and Trivy over all stacks, with what others leave of the machine; never rejects. */
async function niceScan(signal: AbortSignal) {
  const command = [process.execPath, ...tsxArguments, "cli/main.ts", "scan"];
  try {
    const result = await run("nice", ["-n", "19", ...command], { cwd: projectRoot, signal });
    return outcomeOf(result);
  } catch (error) {
    return outcomeOf({ code: 1, all: error instanceof Error ? error.message : String(error) });
  }
}

async function jest(config: string, args: readonly string[], report: (line: string) => void, signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), "terralake-jest-"));
  const file = join(folder, "result.json");
  try {
    // --forceExit: a failed test that leaves a server open would keep the run from ending.
    const result = await run(
      packageProgram("jest"),
      ["--ci", "--config", config, "--json", "--outputFile", file, "--forceExit", ...args],
      {
        cwd: projectRoot,
        // The same output everywhere; --json prints the whole result on standard output, which is not shown.
        env: { NODE_ENV: "test" },
        signal,
        onLine: (line) => {
          if (/^(PASS|FAIL) /.test(line)) report(line);
        },
      },
    );
    const output = result.all
      .replace(result.stdout, "")
      .split("\n")
      .filter((line) => !/^(PASS |Test results written to|Force exiting Jest)/.test(line))
      .join("\n");
    const json = await readFile(file, "utf8").catch(() => undefined);
    return { ...countTests(json, result.code), output: output || result.all };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults?: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly ancestorTitles: readonly string[];
      readonly title: string;
    }[];
  }[];
}

/**
 * Counts of jest's JSON result. A file that could not even start counts as one failed test, and so does a run that ended
 * with an error without any failed test (or without a result).
 */
export function countTests(json: string | undefined, code: number): Counts {
  if (json === undefined) return { passed: 0, failed: 1, skipped: 0, skippedTitles: [] };
  const result = JSON.parse(json) as JestResult;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
    skippedTitles: [...new Set(skippedTitles(result))],
  };
}

function skippedTitles({ testResults = [] }: JestResult): readonly string[] {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "pending" || status === "todo")
    .map(({ ancestorTitles, title }) => ancestorTitles.find((group) => group.includes("skipped")) ?? title);
}
