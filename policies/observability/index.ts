import type { Rule } from "../rule";
import { heardAlerts } from "./obs-01-heard-alerts";
import { auditedReading } from "./obs-02-audited-reading";
import { keptLogs } from "./obs-03-kept-logs";
import { keylessChannels } from "./obs-04-keyless-channels";
import { watchedCost } from "./obs-05-watched-cost";

/** Rules on what is watched in Google Cloud, what is written down, and who is told. */
export const observabilityRules: readonly Rule[] = [
  heardAlerts,
  auditedReading,
  keptLogs,
  keylessChannels,
  watchedCost,
];
