import type { ScanResult } from "../../operations/scanning";
import type { Context, Register } from "../context";
import { exitCode } from "../errors";

interface Options {
  readonly json?: true;
  readonly without?: readonly string[];
}

/** `terralake scan [environments...]`: scanners of others over the synthesized JSON. */
export const registerScan: Register = (program, context) => {
  program
    .command("scan")
    .summary("let Checkov and Trivy look at the synthesized JSON")
    .description(
      "Synthesizes and lets both scanners look at every stack. Findings that are meant to be there are waived, each with a " +
        "reason, in policies/scanners/waivers.ts; a waiver that excuses nothing any more is an error too. Checkov is " +
        "installed into the cache by hashes (it needs Python 3.11), Trivy is built from its pinned module (it needs Go). " +
        "Ends with 1 where something is found that nothing excuses.",
    )
    .argument("[environments...]", "environments to look at; all without a word")
    .option("--without <scanners...>", "scanners to leave out: checkov, trivy")
    .option("--json", "print JSON for machines")
    .addHelpText("after", "\nExamples:\n  terralake scan\n  terralake scan gke-prod --without trivy")
    .action(async (names: readonly string[], options: Options) => {
      const { environments: all } = await import("../../environments");
      const { chooseEnvironment } = await import("../environment-choice");
      const { scan } = await import("../../operations/scanning");
      const { withSynthesis } = await import("../synthesis");
      for (const name of names) await chooseEnvironment(name);
      const environments = names.length > 0 ? names : all.map(({ name }) => name);
      const { signal } = context.cancellation;
      const programs = await programsOf(options.without ?? [], context);
      await withSynthesis({ environments, signal, debug: context.debug() }, async (stacks) => {
        const result = await scan(stacks, programs, signal);
        // What only another environment needs is not unused.
        const unused = names.length > 0 ? [] : result.unused;
        if (result.failed.length > 0 || unused.length > 0) process.exitCode = exitCode.failed;
        await print({ ...result, unused }, options);
      });
    });
};

/** The scanners that are wanted; throws CliError for one that is not known, or that cannot be had. */
async function programsOf(without: readonly string[], context: Context) {
  const { scanners } = await import("../../policies/scanners");
  const { checkovEnvironment } = await import("../../operations/scanning");
  const { acquireTools } = await import("../../rehearsal/tools");
  const { cacheFolder } = await import("../../rehearsal/paths");
  const { CliError } = await import("../errors");
  const unknown = without.find((name) => !(scanners as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new CliError(
      `scanner ${JSON.stringify(unknown)} is not known; allowed: ${scanners.join(", ")}`,
      exitCode.usage,
    );
  }
  const { signal } = context.cancellation;
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  const checkov = without.includes("checkov")
    ? undefined
    : await checkovEnvironment({ cacheDir: cacheFolder(), signal, report });
  if (checkov && "missing" in checkov) {
    throw new CliError(`${checkov.missing}; install it, or leave Checkov out with --without checkov`);
  }
  const trivy = without.includes("trivy") ? undefined : await acquireTools(["trivy"], { signal, report });
  return { checkov: checkov?.python, trivy: trivy?.get("trivy")?.path };
}

async function print({ failed, waived, unused, made }: ScanResult, { json }: Options): Promise<void> {
  const { colors, print: line, table } = await import("../output");
  if (json) return line(JSON.stringify({ failed, waived, unused, made }, null, 2));
  if (failed.length > 0) {
    const rows = failed.map(({ check, stack, address, title }) => [check, stack, address, title]);
    line(await table(["check", "stack", "address", "wants"], rows));
  }
  for (const { scanner, check, what } of unused) {
    line(colors.red(`the waiver of ${scanner} ${check} for ${what} excuses nothing: remove it`));
  }
  const counts = Object.entries(made).map(([scanner, count]) => `${count} by ${scanner}`);
  line(`${failed.length} findings in ${counts.join(" and ")} checks; ${waived.length} waived with a reason`);
}
