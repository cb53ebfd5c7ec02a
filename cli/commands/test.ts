import type { Register } from "../context";
import { exitCode } from "../errors";

/** `terralake test`: type check, lint, unused code and the tests. */
export const registerTest: Register = (program, context) => {
  program
    .command("test")
    .summary("type check, lint and tests")
    .description(
      "Runs the type check (tsc), the lint (biome), the search for unused code (knip) and every test that needs Node.js only. " +
        "With --rehearsal also those that apply stacks for real on this machine (see terralake rehearse), and the scanners " +
        "(see terralake scan). " +
        "The last line counts: N passed, N failed. The first three and the scanners count as one test each.",
    )
    .option("--rehearsal", "also run the rehearsal's tests (minutes)")
    .addHelpText("after", "\nExamples:\n  terralake test\n  terralake test --rehearsal")
    .action(async (options: { rehearsal?: true }) => {
      const { runChecks } = await import("../checks");
      const { colors, print } = await import("../output");
      const outcome = await runChecks({ rehearsal: options.rehearsal ?? false, signal: context.cancellation.signal });
      for (const { title, output } of outcome.failures) {
        print(`${colors.red("failed:")} ${title}`);
        print(output.trimEnd());
      }
      for (const line of outcome.skipped) print(`skipped: ${line}`);
      print(`${outcome.passed} passed, ${outcome.failed} failed`);
      if (outcome.failed > 0) process.exitCode = exitCode.failed;
    });
};
