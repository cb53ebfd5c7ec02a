import type * as z from "zod";
import type { Cidr } from "../../cidr";
import { cidr } from "../../cidr";
import { agreed, field, list, oneOf, record, strict, text, wholeNumber } from "../../field";
import { dnsLabel } from "../../names";
import { schedule } from "../../schedule";
import { ofTier, type Tier, tierSettings } from "../tiers";

/** Version of Airflow and of Composer's build of it; the default one of September 2026. */
export const composerImage = "composer-3-airflow-2.11.1-build.19";

/** Names that Composer or the wiring of the platform sets. */
const takenVariables =
  /^(AIRFLOW_|SQL_|TERRALAKE_|(C_FORCE_ROOT|CONTAINER_NAME|DAGS_FOLDER|GCP_PROJECT|GCS_BUCKET|GKE_CLUSTER_NAME|SAMPLE_DATA|LOG_LEVEL|APPROVAL)$)/;

const secretShaped = /(PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|API_KEY|CREDENTIAL)/;

const variables = record(
  {
    pattern: new RegExp(`^(?!${takenVariables.source.slice(1)})(?!.*${secretShaped.source})[A-Z][A-Z0-9_]{0,99}$`),
    allowed:
      "a variable in capitals, such as TEAM_NAME, that neither Composer nor the platform sets and that is no secret",
    next: (given) => {
      if (secretShaped.test(given)) return "put it into Secret Manager by secretConnections: everybody sees variables";
      if (takenVariables.test(given)) return "rename it";
      return `did you mean ${given.toUpperCase().replace(/[^A-Z0-9_]+/g, "_")}?`;
    },
  },
  text(/^.{0,4096}$/, "one line of text", "shorten it"),
  "variables",
);

const packages = record(
  {
    pattern: /^[a-z0-9][a-z0-9._-]*$/,
    allowed: "a package of PyPI in lower case",
    next: (given) => `did you mean ${given.toLowerCase()}?`,
  },
  text(
    /^(\[[a-z0-9_,-]+\])?==\d[0-9A-Za-z.+!-]*$/,
    "an exact version such as ==2.1.0, after extras in brackets if any",
    "name one version: a range would change Airflow without a plan",
  ),
  "packages",
);

/** An IPv4 range that is not most of the internet. */
const visitors = agreed(cidr(), (range) => Number(String(range).split("/")[1]) >= 8, {
  allowed: "IPv4 ranges of /8 or smaller",
  next: "name the ranges of your offices or your VPN: the web page of Airflow is never open to the world",
});

const connectionUri = field<string>({
  accepts: (v): v is string =>
    typeof v === "string" && /^[a-z][a-z0-9+_-]*:\/\/\S*$/.test(v) && !/:\/\/[^/@]*:[^/@]*@/.test(v),
  allowed: "the address of a connection without a password, such as postgresql://reader@db.internal:5432/sales",
  next: "move one with a password to secretConnections and put its value into Secret Manager",
});

const connectionName = {
  pattern: /^[a-z][a-z0-9_]{0,62}$/,
  allowed: "a connection id in lower case with underscores",
  next: (given: string) => `did you mean ${given.toLowerCase().replace(/[^a-z0-9_]+/g, "_")}?`,
} as const;

/** Airflow as Google runs it. */
export const composerInput = strict({
  image: text(
    /^composer-3-airflow-2\.\d+\.\d+-build\.\d+$/,
    `an image of Composer 3 with Airflow 2 and its build, such as ${composerImage}`,
    "see `gcloud composer environments list-upgrades`; a build never changes below you",
  ).optional(),
  size: oneOf("small", "medium", "large").optional(),
  workers: agreed(strict({ min: wholeNumber(1, 100), max: wholeNumber(1, 100) }), ({ min, max }) => min <= max, {
    allowed: "min no greater than max",
    next: "raise max or lower min",
  }).optional(),
  webServerRanges: list(visitors, "IPv4 ranges").optional(),
  maintenance: strict({
    days: list(oneOf("MO", "TU", "WE", "TH", "FR", "SA", "SU"), "days"),
    startHour: wholeNumber(0, 23),
    hours: wholeNumber(4, 24),
  }).optional(),
  snapshotSchedule: schedule().optional(),
  retentionDays: wholeNumber(30, 730).optional(),
  alertRetentionDays: wholeNumber(1, 31).optional(),
  packages: packages.optional(),
  variables: variables.optional(),
  connections: record(connectionName, connectionUri, "connections").optional(),
  secretConnections: list(dnsLabel(40), "connections").optional(),
});

/** Airflow as Google runs it, with every default filled in. */
export interface Composer {
  /** Version of Composer and Airflow, with its build. */
  readonly image: string;
  readonly size: "small" | "medium" | "large";
  readonly workers: { readonly min: number; readonly max: number };
  /** Whether it survives the loss of a zone. */
  readonly highResilience: boolean;
  /**
   * Ranges whose people may open the web page.
   *
   * @default - the nodes of the cluster alone
   */
  readonly webServerRanges?: readonly Cidr[];
  /** When Google may maintain it, in UTC; 12 hours a week at least. */
  readonly maintenance: { readonly days: readonly string[]; readonly startHour: number; readonly hours: number };
  /** When its state is saved, as cron in UTC. */
  readonly snapshotSchedule: string;
  /** Days that its database remembers runs. */
  readonly retentionDays: number;
  /** Days that an alert waits for the healing DAG; 1 to 31. */
  readonly alertRetentionDays: number;
  /** Packages of PyPI with their exact versions, such as `==2.1.0`. */
  readonly packages: Readonly<Record<string, string>>;
  /** Variables of the environment; none is a secret. */
  readonly variables: Readonly<Record<string, string>>;
  /** Connections that hold no secret: their addresses, by id. */
  readonly connections: Readonly<Record<string, string>>;
  /** Connections that Airflow reads from Secret Manager. */
  readonly secretConnections: readonly string[];
}

const workersOf = { small: { min: 1, max: 3 }, medium: { min: 2, max: 6 }, large: { min: 3, max: 12 } } as const;

/** Fills in the defaults of a tier. */
export function resolveComposer(given: z.output<typeof composerInput>, tier: Tier): Composer {
  const size = given.size ?? ofTier(tier, tierSettings.composerSize);
  return {
    image: given.image ?? composerImage,
    size,
    workers: given.workers ?? workersOf[size],
    highResilience: ofTier(tier, tierSettings.composerResilience) === "high",
    ...(given.webServerRanges && { webServerRanges: given.webServerRanges }),
    // Google asks for 12 hours a week.
    maintenance: given.maintenance ?? { days: ["SA", "SU"], startHour: 1, hours: 6 },
    snapshotSchedule: given.snapshotSchedule ?? "0 3 * * *",
    retentionDays: given.retentionDays ?? 90,
    alertRetentionDays: given.alertRetentionDays ?? 7,
    packages: given.packages ?? {},
    variables: given.variables ?? {},
    connections: given.connections ?? {},
    secretConnections: given.secretConnections ?? [],
  };
}
