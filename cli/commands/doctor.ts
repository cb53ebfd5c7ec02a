import type { Environment } from "../../environments/schema";
import type { Register } from "../context";
import { exitCode } from "../errors";
import type { Finding, Purpose } from "../requirements";

/** `terralake doctor [environment]`: what is installed and what is missing. */
export const registerDoctor: Register = (program, context) => {
  program
    .command("doctor")
    .summary("show what is installed, what is missing and how to get it")
    .description(
      "Looks for every tool and prints its version and place, or how to get it, grouped by what needs it. " +
        "synth and test need Node.js only. With an environment: what that environment's cluster needs. " +
        "Ends with 0 when what the environment (without one: a rehearsal) needs is there, else with 1.",
    )
    .argument("[environment]", "environment whose needs count")
    .addHelpText("after", "\nExamples:\n  terralake doctor\n  terralake doctor kind\n  terralake doctor gke-prod")
    .action(async (name: string | undefined) => {
      const { chooseEnvironment } = await import("../environment-choice");
      const { inspect, purposes } = await import("../requirements");
      const { print, table } = await import("../output");
      const environment = name === undefined ? undefined : await chooseEnvironment(name);
      const counted = neededBy(environment);
      const shown = environment ? counted : purposes;
      const findings = await inspect(shown, context.cancellation.signal);
      const rows: string[][] = [];
      for (const purpose of shown) {
        const group = findings.filter((finding) => finding.purpose === purpose);
        rows.push(...group.map((finding, index) => [index === 0 ? purpose : "", ...row(finding)]));
      }
      print(await table(["needed for", "tool", "state", "version", "where, or how to get it"], rows));
      print();
      const missing = findings.filter(({ purpose, state }) => counted.includes(purpose) && state === "missing");
      const who = environment ? environment.name : "a rehearsal";
      if (missing.length === 0) {
        print(`everything that ${who} needs is there`);
        return;
      }
      const names = [...new Set(missing.map(({ tool }) => tool))].join(", ");
      const next = environment ? "" : "; terralake rehearse fetches or builds what it can by itself";
      print(`missing for ${who}: ${names}${next}`);
      process.exitCode = exitCode.failed;
    });
};

function neededBy(environment: Environment | undefined): readonly Purpose[] {
  switch (environment?.target.kind) {
    case undefined:
      return ["synth and test", "rehearse"];
    case "kind":
      return ["synth and test", "up kind"];
    case "minikube":
      return ["synth and test", "up minikube"];
    case "gke":
      return ["synth and test", "gke"];
  }
}

function row(finding: Finding): string[] {
  const state = finding.state === "optional" ? "missing (optional)" : finding.state;
  return [finding.tool, state, finding.version ?? "-", finding.remark];
}
