import type { CostDelta, CostEstimate } from "../../operations/cost";
import type { Register } from "../context";
import { exitCode } from "../errors";

interface Options {
  readonly json?: true;
  readonly against?: string;
}

/** `terralake cost <environment>`: what it costs in a month, by list prices. */
export const registerCost: Register = (program, context) => {
  program
    .command("cost")
    .summary("estimate what an environment on Google Cloud costs in a month")
    .description(
      "By a committed table of list prices (operations/cost/prices.ts), without discounts, taxes, traffic and what is charged " +
        "by use, which is listed. Two sums: with the nodes that the environment begins with, and with all that autoscalers " +
        "may add. Needs no network.",
    )
    .argument("<environment>", "environment to look into")
    .option("--against <file>", "an earlier `--json` of the same environment: print what changes")
    .option("--json", "print JSON for machines")
    .addHelpText(
      "after",
      "\nExamples:\n  terralake cost gke-prod\n  terralake cost gke-prod --json > before.json\n  terralake cost gke-prod --against before.json",
    )
    .action(async (name: string, options: Options) => {
      const { readStackFile } = await import("../../stacks/stack-json");
      const { chooseEnvironment } = await import("../environment-choice");
      const { compareCosts, estimate } = await import("../../operations/cost");
      const { CliError } = await import("../errors");
      const { print } = await import("../output");
      const { withSynthesis } = await import("../synthesis");
      const environment = await chooseEnvironment(name);
      if (environment.target.kind !== "gke") {
        const where = `${name} runs on ${environment.target.kind}`;
        throw new CliError(`${where}, and only Google Cloud has a price; name an environment of it`, exitCode.usage);
      }
      const before = options.against === undefined ? undefined : await readEstimate(options.against, name);
      const { signal } = context.cancellation;
      await withSynthesis({ environments: [name], signal, debug: context.debug() }, async (stacks) => {
        const json = await Promise.all(stacks.map(({ file }) => readStackFile(file)));
        const now = estimate(environment, json);
        const delta = before && compareCosts(before, now);
        if (options.json) return print(JSON.stringify(delta ?? now, null, 2));
        await (delta ? printDelta(delta, now) : printEstimate(now));
      });
    });
};

async function readEstimate(file: string, environment: string): Promise<CostEstimate> {
  const { readFile } = await import("node:fs/promises");
  const { CliError } = await import("../errors");
  const wrong = (why: string) =>
    new CliError(`${file}: ${why}; write it with \`terralake cost ${environment} --json\``, exitCode.usage);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw wrong("there is no such file");
  let found: Partial<CostEstimate> | null;
  try {
    found = JSON.parse(text) as Partial<CostEstimate> | null;
  } catch {
    throw wrong("it is no JSON");
  }
  if (!Array.isArray(found?.lines)) throw wrong("it is no estimate");
  if (found.environment !== environment) throw wrong(`it is of ${String(found.environment)}`);
  return found as CostEstimate;
}

async function printEstimate({ lines, start, most, byUsage, unknown, region, prices }: CostEstimate): Promise<void> {
  const { colors, print, table } = await import("../output");
  const rows = lines.map((line) => [line.what, dollars(line.start), dollars(line.most)]);
  print(await table(["what", "USD a month", "at most"], [...rows, ["all", dollars(start), dollars(most)]]));
  if (byUsage.length > 0) {
    print(colors.bold("charged by use, not in the sum"));
    print(
      await table(
        ["what", "count", "decides"],
        byUsage.map(({ type, count, decides }) => [type, `${count}`, decides]),
      ),
    );
  }
  for (const what of unknown) print(colors.yellow(`no price known, so the sums lack it: ${what}`));
  print(colors.dim(`List prices of ${region}, table of ${prices}; no discounts, taxes and traffic.`));
}

async function printDelta({ changes, start, most }: CostDelta, now: CostEstimate): Promise<void> {
  const { print, table } = await import("../output");
  const cell = (from?: number, to?: number) => `${dollars(from ?? 0)} -> ${dollars(to ?? 0)}`;
  const rows = changes.map(({ what, before, after }) => [
    what,
    cell(before?.start, after?.start),
    cell(before?.most, after?.most),
  ]);
  if (rows.length > 0) print(await table(["what", "USD a month", "at most"], rows));
  print(
    `${now.environment}: ${signed(start)} USD a month, ${signed(most)} at most; then ${dollars(now.start)} and ${dollars(now.most)}`,
  );
}

function dollars(amount: number): string {
  return amount.toFixed(2);
}

function signed(amount: number): string {
  return amount < 0 ? dollars(amount) : `+${dollars(amount)}`;
}
