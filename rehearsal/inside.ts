import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { enterIsolation } from "./cluster/isolation";
import { ProcessGroup } from "./cluster/processes";
import { send } from "./messages";
import type { RehearsalPlan } from "./prepare";
import { Run } from "./run";

/** Errors whose message says all that a user needs. */
const expected = new Set(["ClusterError", "RehearsalError", "TerraformError", "VaultError"]);

/** The part of a rehearsal that runs in namespaces of its own: `inside.ts <plan.json>`. */
async function main(): Promise<void> {
  const plan = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as RehearsalPlan;
  const stop = new AbortController();
  const group = new ProcessGroup(plan.isolated ? undefined : join(plan.folder, "processes.json"));
  await enterIsolation((reason) => stop.abort(new Error(`stopped: ${reason}`)));
  try {
    const result = await new Run(plan, group, stop.signal).execute();
    send({ type: "result", result });
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    const isExpected = expected.has(failure.name) || stop.signal.aborted;
    send({
      type: "failed",
      expected: isExpected,
      message: isExpected ? failure.message : (failure.stack ?? failure.message),
    });
    process.exitCode = 1;
  } finally {
    await group.stop();
  }
}

await main();
process.exit();
