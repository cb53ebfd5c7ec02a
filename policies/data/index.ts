import type { Rule } from "../rule";
import { privateData } from "./dat-01-private-data";
import { recoverableData } from "./dat-02-recoverable-data";
import { bucketOpeners } from "./dat-03-bucket-openers";
import { keptBackups } from "./dat-04-kept-backups";

/** Rules on data that services keep outside the cluster. */
export const dataRules: readonly Rule[] = [privateData, recoverableData, bucketOpeners, keptBackups];
