import type * as z from "zod";
import { type CloudSqlAddress, cloudSqlAddress } from "../../constructs/gke/data/cloud-sql-names";
import { fixedFlags } from "../../constructs/gke/data/cloud-sql-settings";
import { formatGiven, type Problem } from "../../environments/schema/errors";
import { ofTier, tierSettings } from "../../environments/schema/google/tiers";
import type { Defaults, GooglePlace } from "../definition";
import { ofSize, oneOf, record, strict, text, truth, wholeNumber } from "../fields";

/** Who runs PostgreSQL: an operator in the cluster, or Google. */
export const postgresKinds = ["cloudnative-pg", "cloud-sql"] as const;

/** A server that Google runs. */
export const cloudSqlInput = strict({
  /** `ENTERPRISE_PLUS` keeps logs for 35 days and restarts within a second; it has machines of its own. */
  edition: oneOf("ENTERPRISE", "ENTERPRISE_PLUS").optional(),
  machine: text(
    /^db-(custom-\d+-\d+|perf-optimized-N-\d+)$/,
    "a machine of Cloud SQL, such as db-custom-2-8192 (processors and MiB) or db-perf-optimized-N-2",
    "see `gcloud sql tiers list`",
  ).optional(),
  version: oneOf("POSTGRES_16", "POSTGRES_17").optional(),
  highlyAvailable: truth().optional(),
  readReplicas: wholeNumber(0, 10).optional(),
  diskGib: wholeNumber(10, 65536).optional(),
  diskLimitGib: wholeNumber(10, 65536).optional(),
  backup: strict({
    hour: wholeNumber(0, 23).optional(),
    keep: wholeNumber(1, 365).optional(),
    logDays: wholeNumber(1, 35).optional(),
  }).optional(),
  maintenance: strict({ day: wholeNumber(1, 7).optional(), hour: wholeNumber(0, 23).optional() }).optional(),
  flags: record(
    {
      pattern: /^[a-z_][a-z0-9_.]*$/,
      allowed: "a flag of Cloud SQL",
      next: "write it as Google does, such as max_connections",
    },
    text(/^[^\n]+$/, "a value in quotes, on one line", 'write it in quotes, such as "200"'),
    "flags with their values",
  ).optional(),
  /** Number in the server's name: a name cannot be used again for a week. */
  generation: wholeNumber(1, 99).optional(),
});

/** A server that Google runs, with every default filled in. */
export interface CloudSqlSettings extends CloudSqlAddress {
  readonly edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
  readonly machine: string;
  readonly version: string;
  readonly highlyAvailable: boolean;
  readonly readReplicas: number;
  readonly diskGib: number;
  readonly diskLimitGib: number;
  readonly backup: { readonly hour: number; readonly keep: number; readonly logDays: number };
  readonly maintenance: { readonly day: number; readonly hour: number };
  readonly flags: { readonly [flag: string]: string };
  readonly place: GooglePlace;
}

/** Days of which any moment can be restored, at most. @see https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr */
const longestLog = { ENTERPRISE: 7, ENTERPRISE_PLUS: 35 } as const;

/** Fills in what was left out; undefined where there is no Google Cloud. */
export function cloudSqlSettings(
  given: z.output<typeof cloudSqlInput> = {},
  defaults: Defaults,
): CloudSqlSettings | undefined {
  const { google: place } = defaults;
  if (!place) {
    return undefined;
  }
  const edition = given.edition ?? "ENTERPRISE";
  const plus = edition === "ENTERPRISE_PLUS";
  const diskGib = ofSize(given.diskGib, defaults, [10, 50]);
  return {
    ...cloudSqlAddress(place.environment, given.generation ?? 1),
    place,
    edition,
    machine:
      given.machine ??
      (plus ? "db-perf-optimized-N-2" : ofSize(undefined, defaults, ["db-custom-1-3840", "db-custom-4-16384"])),
    version: given.version ?? "POSTGRES_17",
    highlyAvailable: given.highlyAvailable ?? ofTier(place.tier, tierSettings.databaseStandby),
    readReplicas: given.readReplicas ?? 0,
    diskGib,
    diskLimitGib: given.diskLimitGib ?? diskGib * 10,
    backup: {
      hour: given.backup?.hour ?? 1,
      keep: given.backup?.keep ?? ofTier(place.tier, tierSettings.databaseBackups),
      logDays: given.backup?.logDays ?? longestLog[edition],
    },
    // Sunday night, an hour after the backup began.
    maintenance: { day: given.maintenance?.day ?? 7, hour: given.maintenance?.hour ?? 2 },
    flags: given.flags ?? {},
  };
}

/** What no single field of a server shows; paths begin at the service. */
export function cloudSqlProblems(settings: CloudSqlSettings): readonly Problem[] {
  const { edition, machine, diskGib, diskLimitGib, backup, flags } = settings;
  return [
    ...machineProblems(edition, machine),
    ...(backup.logDays > longestLog[edition]
      ? [
          {
            path: "cloudSql.backup.logDays",
            given: String(backup.logDays),
            allowed: `at most ${longestLog[edition]} with edition ${edition}`,
            next:
              edition === "ENTERPRISE"
                ? "lower it, or use edition ENTERPRISE_PLUS"
                : `give ${longestLog[edition]} or less`,
          },
        ]
      : []),
    ...(diskLimitGib < diskGib
      ? [
          {
            path: "cloudSql.diskLimitGib",
            given: String(diskLimitGib),
            allowed: `at least diskGib (${diskGib})`,
            next: `give ${diskGib} or more`,
          },
        ]
      : []),
    ...Object.keys(flags)
      .filter((flag) => flag in fixedFlags)
      .map((flag) => ({
        path: `cloudSql.flags.${flag}`,
        given: formatGiven(flags[flag]),
        allowed: "flags that are not always set: what is logged of connections and changes is fixed",
        next: "remove it",
      })),
  ];
}

/** @see https://cloud.google.com/sql/docs/postgres/create-instance#machine-types */
function machineProblems(edition: CloudSqlSettings["edition"], machine: string): readonly Problem[] {
  const problem = (allowed: string, next: string): readonly Problem[] => [
    { path: "cloudSql.machine", given: formatGiven(machine), allowed, next },
  ];
  const custom = /^db-custom-(\d+)-(\d+)$/.exec(machine);
  if ((edition === "ENTERPRISE_PLUS") === (custom !== null)) {
    return edition === "ENTERPRISE_PLUS"
      ? problem("db-perf-optimized-N-<processors> with edition ENTERPRISE_PLUS", "use db-perf-optimized-N-2")
      : problem("db-custom-<processors>-<MiB> with edition ENTERPRISE", "use db-custom-2-8192");
  }
  if (!custom) {
    return [];
  }
  const [cpus, memory] = [Number(custom[1]), Number(custom[2])];
  if (cpus > 96 || (cpus !== 1 && cpus % 2 !== 0)) {
    return problem("1 or an even number of processors up to 96", `use db-custom-${cpus + 1}-${memory}`);
  }
  const [least, most] = [Math.max(3840, Math.ceil((cpus * 0.9 * 1024) / 256) * 256), cpus * 6.5 * 1024];
  if (memory < least || memory > most || memory % 256 !== 0) {
    return problem(
      `${least} to ${most} MiB for ${cpus} processors, in steps of 256`,
      `use db-custom-${cpus}-${Math.min(most, Math.max(least, Math.ceil(memory / 256) * 256))}`,
    );
  }
  return [];
}
