import { environments } from "../../../environments";
import type { SkippablePart } from "../../../rehearsal/prepare";
import { rehearse } from "../../../rehearsal/rehearse";
import type { RehearsalResult } from "../../../rehearsal/result";
import { inClusterLayers, stackName } from "../../../stacks/layers";

/**
 * Rehearses an environment and shows its steps as plain lines, since it takes minutes.
 *
 * @param skip parts that are left out
 */
export async function rehearsed(name: string, skip: readonly SkippablePart[] = []): Promise<RehearsalResult> {
  const environment = environments.find((each) => each.name === name);
  if (!environment) {
    throw new Error(`no environment ${name}`);
  }
  const report = {
    step: async <Result>(title: string, run: (line: (text: string) => void) => Promise<Result>): Promise<Result> => {
      const started = Date.now();
      const result = await run((line) => process.stderr.write(`    ${line}\n`));
      process.stderr.write(`  ${name}: ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
      return result;
    },
  };
  const result = await rehearse(environment, { keep: false, skip, report, signal: new AbortController().signal });
  process.stderr.write(`  ${name}: ${JSON.stringify(result.timings)}\n`);
  return result;
}

/** The names of the stacks that a rehearsal of an environment applies. */
export function rehearsedStacks(name: string): readonly string[] {
  return inClusterLayers.map((layer) => stackName(name, layer));
}
