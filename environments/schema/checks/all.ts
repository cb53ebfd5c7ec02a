import type { Problem } from "../errors";
import type { Check, Draft } from "./check";
import { networkChecks } from "./network";
import { nodePoolChecks } from "./node-pools";
import { safetyChecks } from "./safety";
import { serviceChecks } from "./services";
import { sizeChecks } from "./size";

const checks: readonly Check[] = [
  ...networkChecks,
  ...nodePoolChecks,
  ...serviceChecks,
  ...sizeChecks,
  ...safetyChecks,
];

/** Runs every rule across fields that the valid parts of an environment allow. */
export function checkAll(draft: Draft): readonly Problem[] {
  return checks.flatMap((run) => run(draft));
}
