import { writeSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { listenForStop } from "./cancellation";
import { registerBootstrap } from "./commands/bootstrap";
import { registerCapacity } from "./commands/capacity";
import { registerConnect } from "./commands/connect";
import { registerCost } from "./commands/cost";
import { registerDoctor } from "./commands/doctor";
import { registerDown } from "./commands/down";
import { registerImages } from "./commands/images";
import { registerList } from "./commands/list";
import { registerMirror } from "./commands/mirror";
import { registerParity } from "./commands/parity";
import { registerRehearse } from "./commands/rehearse";
import { registerScan } from "./commands/scan";
import { registerSynth } from "./commands/synth";
import { registerTest } from "./commands/test";
import { registerUp } from "./commands/up";
import { registerVault } from "./commands/vault";
import { registerVerify } from "./commands/verify";
import type { Context } from "./context";
import { describeError, exitCode, exitCodeOf, StoppedError } from "./errors";
import { projectVersion } from "./project";

// Modules that are large or that not every command needs are imported inside the actions: --help stays fast.
const commands = [
  registerSynth,
  registerTest,
  registerRehearse,
  registerDoctor,
  registerConnect,
  registerUp,
  registerDown,
  registerBootstrap,
  registerList,
  registerCapacity,
  registerCost,
  registerImages,
  registerMirror,
  registerParity,
  registerVault,
  registerVerify,
  registerScan,
];

const program = new Command("terralake")
  .description("A typed data platform for Kubernetes: one CDKTF program for a laptop and for Google Cloud.")
  .version(projectVersion(), "-V, --version", "print the version")
  .helpOption("-h, --help", "print help")
  .option("--debug", "print stack traces and all that a failing program said")
  .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(process.stdout.columns ?? 100, 100) })
  .showHelpAfterError("(add --help to see what is allowed)")
  .addHelpText(
    "after",
    [
      "",
      "Examples:",
      "  terralake rehearse kind    try the whole platform on this machine, without containers",
      "  terralake test             all tests that need Node.js only",
      "  terralake up kind          create a kind cluster and deploy to it",
      "  terralake list kind        what the environment holds",
      "  terralake vault --help     day two with Vault and its secrets",
      "",
      "Exit codes: 0 ok, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.",
      "Results go to standard output, progress and errors to standard error. NO_COLOR switches colours off.",
    ].join("\n"),
  )
  .exitOverride();

const cancellation = listenForStop((code) => {
  writeSync(process.stderr.fd, "killed\n"); // the live display may hold back what is written to the stream
  process.exit(code); // what still runs is killed by the exit handler of cli/processes.ts
});
const context: Context = { cancellation, debug: () => program.opts<{ debug?: true }>().debug ?? false };
for (const register of commands) register(program, context);

process.exitCode = await main();
// Whatever still keeps the process (an open connection) has had its time.
setTimeout(() => process.exit(), 2000).unref();

async function main(): Promise<number> {
  try {
    await program.parseAsync(process.argv);
    return cancellation.stopCode() === undefined ? Number(process.exitCode ?? exitCode.ok) : stopped();
  } catch (error) {
    // The program has printed its own words about wrong arguments, and the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    if (cancellation.stopCode() !== undefined || error instanceof StoppedError) {
      // In what state a stopped operation has left things counts also then.
      if (error instanceof Error && error.name === "OperationError") {
        process.stderr.write(`${describeError(error, context.debug())}\n`);
      }
      return stopped();
    }
    process.stderr.write(`${describeError(error, context.debug())}\n`);
    return exitCodeOf(error);
  }
}

function stopped(): number {
  process.stderr.write("stopped\n");
  return cancellation.stopCode() ?? exitCode.stopped;
}
