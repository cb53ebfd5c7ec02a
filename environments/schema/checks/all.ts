import type { Problem } from "../errors";
import type { Check, Draft } from "./check";
import { databaseChecks } from "./databases";
import { networkChecks } from "./network";
import { nodePoolChecks } from "./node-pools";
import { peopleChecks } from "./people";
import { safetyChecks } from "./safety";
import { secretSourceChecks } from "./secret-source";
import { secretChecks } from "./secrets";
import { serviceSecretChecks } from "./service-secrets";
import { serviceChecks } from "./services";
import { sizeChecks } from "./size";
import { snapshotChecks } from "./snapshots";

const checks: readonly Check[] = [
  ...networkChecks,
  ...nodePoolChecks,
  ...serviceChecks,
  ...databaseChecks,
  ...serviceSecretChecks,
  ...sizeChecks,
  ...safetyChecks,
  ...secretChecks,
  ...secretSourceChecks,
  ...peopleChecks,
  ...snapshotChecks,
];

/** Runs every rule across fields that the valid parts of an environment allow. */
export function checkAll(draft: Draft): readonly Problem[] {
  return checks.flatMap((run) => run(draft));
}
