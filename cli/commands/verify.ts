import type { Report, Subject } from "../../verification";
import type { Context, Register } from "../context";
import { exitCode } from "../errors";

interface Options {
  readonly json?: true;
  readonly matrix?: true;
  readonly offline?: true;
}

/** `terralake verify <environment>`: the checks of the whole. */
export const registerVerify: Register = (program, context) => {
  program
    .command("verify")
    .summary("check that the parts of an environment fit together")
    .description(
      "Renders every Helm release with the values of freshly synthesized JSON and reports each reference that leads to " +
        "nothing (Secrets and keys, ConfigMaps, accounts, claims, storage classes, addresses and ports), each flow that " +
        "the network policies close, each pod below the level restricted, and values and custom resources that charts " +
        "and definitions do not take. Charts come from TERRALAKE_CHARTS, the cache or upstream; a release whose chart is " +
        "not at hand is named with what was therefore not checked. Needs no cluster. Ends with 1 where something is wrong.",
    )
    .argument("<environment>", "environment to check")
    .option("--matrix", "print who talks to whom instead, with ports and reasons")
    .option("--offline", "do not ask upstream for charts")
    .option("--json", "print JSON for machines")
    .addHelpText(
      "after",
      "\nExamples:\n  terralake verify kind\n  terralake verify gke-prod --json\n  terralake verify kind --matrix",
    )
    .action(async (name: string, options: Options) => {
      const { chooseEnvironment } = await import("../environment-choice");
      const { subjectOf } = await import("../rendering");
      const { withSynthesis } = await import("../synthesis");
      const environment = await chooseEnvironment(name);
      const { signal } = context.cancellation;
      await withSynthesis({ environments: [name], signal, debug: context.debug() }, async (stacks) => {
        const subject = await subjectOf(environment, stacks);
        await (options.matrix ? printMatrix(subject, options) : check(subject, options, context));
      });
    });
};

async function check(subject: Subject, options: Options, context: Context): Promise<void> {
  const { ChartData, renderSubject, verify } = await import("../../verification");
  const { run } = await import("../processes");
  const { renderTools } = await import("../rendering");
  const { print } = await import("../output");
  const tools = await renderTools(options.offline ?? false, context);
  const releases = await renderSubject(subject, tools);
  const packedValues = async (chart: string) =>
    "path" in tools.helm
      ? (await run(tools.helm.path, ["show", "values", chart], { signal: context.cancellation.signal })).stdout
      : "";
  const data = ChartData.find();
  const report = await verify(subject, releases, { packedValues, ...(data ? { data } : {}) });
  if (options.json) {
    print(JSON.stringify(report, null, 2));
  } else {
    await printReport(report);
  }
  if (report.findings.length > 0) process.exitCode = exitCode.failed;
}

async function printMatrix(subject: Subject, { json }: Options): Promise<void> {
  const { matrixOf } = await import("../../verification");
  const { print, table } = await import("../output");
  const rows = matrixOf(subject);
  if (json) return print(JSON.stringify({ environment: subject.environment, flows: rows }, null, 2));
  const cells = rows.map(({ from, to, ports, reason }) => [from, to, ports.join(", "), reason]);
  print(await table(["from", "to", "ports", "reason"], cells));
}

/** Findings by release, then what was not checked, then how much was. */
async function printReport(report: Report): Promise<void> {
  const { colors, print, table } = await import("../output");
  const releases = [...new Set(report.findings.map(({ release }) => release))];
  for (const release of releases) {
    const found = report.findings.filter((finding) => finding.release === release);
    print(colors.bold(`${release} (${found.length})`));
    for (const { check: about, path, given, allowed, next } of found) {
      print(`  ${colors.red(about)} ${path}`);
      print(`    given ${given}; allowed: ${allowed}; ${next}`);
    }
    print();
  }
  if (report.waived.length > 0) {
    print(colors.bold(`excused by a waiver (${report.waived.length})`));
    const rows = report.waived.map(({ release, path, given, reason }) => [release, path, given, reason]);
    print(await table(["release", "where", "given", "reason"], rows));
    print();
  }
  if (report.unchecked.length > 0) {
    print(colors.bold(`not checked (${report.unchecked.length})`));
    for (const { release, chart, reason, what } of report.unchecked) {
      print(`  ${colors.yellow(release)}${chart ? ` (${chart})` : ""}: ${reason}`);
      for (const part of what) print(`    ${part}`);
    }
    print();
  }
  const checked = Object.entries(report.checked).map(([kind, count]) => [kind, `${count}`]);
  print(colors.bold("checked"));
  print(await table(["kind", "count"], checked));
  print();
  const rendered = report.releases.filter((release) => release.rendered !== "no").length;
  const { length } = report.findings;
  const none = report.unchecked.length > 0 ? "nothing is wrong in what was checked" : "nothing is wrong";
  const verdict = length === 0 ? colors.green(none) : colors.red(`${length} ${length === 1 ? "finding" : "findings"}`);
  print(`${report.environment}: ${verdict}; ${rendered} of ${report.releases.length} releases rendered`);
}
