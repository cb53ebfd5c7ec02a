import type { Problem } from "../errors";
import { analyticsChecks } from "./analytics";
import { bootstrapChecks } from "./bootstrap";
import type { Check, Draft } from "./check";
import { clusterChecks } from "./cluster";
import { clusterNodeChecks } from "./cluster-nodes";
import { databaseChecks } from "./databases";
import { edgeChecks } from "./edge";
import { googleChecks } from "./google";
import { googleDataChecks } from "./google-data";
import { networkChecks } from "./network";
import { networkRoomChecks } from "./network-room";
import { nodePoolChecks } from "./node-pools";
import { observabilityChecks } from "./observability";
import { peopleChecks } from "./people";
import { perimeterChecks } from "./perimeter";
import { safetyChecks } from "./safety";
import { secretSourceChecks } from "./secret-source";
import { secretChecks } from "./secrets";
import { serviceSecretChecks } from "./service-secrets";
import { serviceChecks } from "./services";
import { sharedNetworkChecks } from "./shared-network";
import { sizeChecks } from "./size";
import { snapshotChecks } from "./snapshots";
import { webServiceChecks } from "./web-services";

const checks: readonly Check[] = [
  ...networkChecks,
  ...networkRoomChecks,
  ...sharedNetworkChecks,
  ...edgeChecks,
  ...googleChecks,
  ...googleDataChecks,
  ...bootstrapChecks,
  ...analyticsChecks,
  ...clusterChecks,
  ...clusterNodeChecks,
  ...nodePoolChecks,
  ...serviceChecks,
  ...databaseChecks,
  ...serviceSecretChecks,
  ...webServiceChecks,
  ...sizeChecks,
  ...safetyChecks,
  ...secretChecks,
  ...secretSourceChecks,
  ...peopleChecks,
  ...snapshotChecks,
  ...observabilityChecks,
  ...perimeterChecks,
];

/** Runs every rule across fields that the valid parts of an environment allow. */
export function checkAll(draft: Draft): readonly Problem[] {
  return checks.flatMap((run) => run(draft));
}
