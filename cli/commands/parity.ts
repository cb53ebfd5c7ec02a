import type { Register } from "../context";
import { exitCode } from "../errors";

/** `terralake parity`: what the tiers do differently, and why. */
export const registerParity: Register = (program, context) => {
  program
    .command("parity")
    .summary("compare the tiers dev, staging and prod as they are synthesized")
    .description(
      "Compares every attribute of every resource of the three environments on Google Cloud and prints what differs, with " +
        "the reason. Names, projects and address ranges of their own are no differences. Ends with 1 for a difference " +
        "without a reason, and for a reason without a difference. Needs no cluster and no cloud.",
    )
    .option("--json", "print JSON for machines")
    .addHelpText(
      "after",
      "\nExamples:\n  terralake parity\n  terralake parity --json | jq '.differences[] | select(.why == null)'",
    )
    .action(async ({ json }: { readonly json?: true }) => {
      const { environments } = await import("../../environments");
      const { layers, stackName } = await import("../../stacks/layers");
      const { readStackFile } = await import("../../stacks/stack-json");
      const { compareTiers, tiers } = await import("../../policies/parity");
      const { withSynthesis } = await import("../synthesis");
      const { colors, print, table } = await import("../output");
      const names = environments.filter(({ target }) => target.kind === "gke").map(({ name }) => name);
      const { signal } = context.cancellation;
      await withSynthesis({ environments: names, signal, debug: context.debug() }, async (written) => {
        const stacks = await Promise.all(
          names.flatMap((environment) =>
            layers.flatMap((layer) => {
              const file = written.find(({ name }) => name === stackName(environment, layer))?.file;
              return file === undefined ? [] : [readStackFile(file).then((json) => ({ environment, layer, json }))];
            }),
          ),
        );
        const parity = compareTiers(environments, stacks);
        const unexplained = parity.differences.filter(({ why }) => why === undefined);
        if (unexplained.length > 0 || parity.unused.length > 0) process.exitCode = exitCode.failed;
        if (json) return print(JSON.stringify(parity, null, 2));
        const rows = parity.differences.map(({ layer, type, name, attribute, values, why }) => [
          layer,
          `${type}.${name} ${attribute}`.trim(),
          ...tiers.map((tier) => (values[tier] ?? "-").replace(/\s+/g, " ").slice(0, 24)),
          why ? why.cause : colors.red("no reason"),
        ]);
        print(await table(["layer", "what", ...tiers, "decided by"], rows));
        for (const pattern of parity.unused) print(colors.red(`nothing differs by ${pattern}: remove it`));
        print(
          `${parity.differences.length} differences, ${unexplained.length} without a reason; ` +
            "add one in environments/schema/google/tiers.ts or policies/parity/reasons.ts",
        );
      });
    });
};
