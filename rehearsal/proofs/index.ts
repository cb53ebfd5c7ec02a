import { allValues } from "./all-values";
import { audit } from "./audit";
import { bootstrapUpgrade } from "./bootstrap-upgrade";
import { certificateRenewal } from "./certificate-renewal";
import { dynamicCredentials } from "./dynamic-credentials";
import { operator } from "./operator";
import { people } from "./people";
import { pki } from "./pki";
import type { Proof } from "./proof";
import { refusals } from "./refusals";
import { restart } from "./restart";
import { restore } from "./restore";
import { rotation } from "./rotation";
import { sharedReaders } from "./shared-readers";
import { snapshotJob } from "./snapshot-job";
import { tokens } from "./tokens";

export { runProofs, type ShowStep } from "./run-proofs";

/** What every rehearsal shows once all is applied, in this order: those that change something come last. */
export const proofs: readonly Proof[] = [
  tokens,
  refusals,
  sharedReaders,
  people,
  audit,
  pki,
  dynamicCredentials,
  certificateRenewal,
  bootstrapUpgrade,
  snapshotJob,
  rotation,
  restart,
  operator,
  restore,
  allValues,
];
