import * as z from "zod";
import { field, list, oneOf, record, strict, text, truth, unionComplaint, wholeNumber } from "../field";
import { ofTier, type Tier, tierSettings } from "./tiers";

/** How urgent an alert is; the words are those of Cloud Monitoring in lower case. */
export const severities = ["critical", "error", "warning"] as const;

export type Severity = (typeof severities)[number];

const channelKinds = ["email", "pagerduty", "slack", "pubsub"] as const;

const channelName = {
  pattern: /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
  allowed: "the name of a channel: 1 to 30 lower-case letters, digits and hyphens, a letter first",
  next: "name it after who reads it, such as on-call",
};

/** PagerDuty's key and Slack's token would be in the state, so such a channel is made by hand and named by its number. */
const existing = text(
  /^\d{1,20}$/,
  "the number of a channel that exists, without its key or token",
  "connect it in Cloud Monitoring, then copy the last part of its name from `gcloud beta monitoring channels list`",
);

const channelInput = z.discriminatedUnion(
  "kind",
  [
    strict({
      kind: z.literal("email"),
      address: text(
        /^[\w.+-]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i,
        "an email address such as platform@example.com",
        "write the address alone",
      ),
    }),
    strict({ kind: z.literal("pagerduty"), channel: existing }),
    strict({ kind: z.literal("slack"), channel: existing }),
    strict({ kind: z.literal("pubsub") }),
  ],
  unionComplaint("kind", channelKinds),
);

const host = text(
  /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
  "a public host name such as trino.example.com",
  "write it in lower case, without a scheme or a path",
);

const pageInput = strict({
  host,
  path: text(/^\/[^\s?#]*$/, "a path that begins with /", "leave query and fragment out").optional(),
  contains: text(/^.{1,1024}$/, "a text of 1 to 1024 characters", "give a word of the page").optional(),
});

const pageName = {
  pattern: /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
  allowed: "the name of a page: 1 to 30 lower-case letters, digits and hyphens, a letter first",
  next: "name it after the service",
};

const fraction = field<number>({
  accepts: (v): v is number => typeof v === "number" && v > 0 && v <= 1,
  allowed: "a number above 0 and up to 1",
  next: "write 0.85 for 85 %",
});

const routeInput = list(text(/^\S+$/, "the name of a channel", "copy it from channels"), "names of channels");

/** What is watched in Google Cloud and who is told, in an environment file. */
export const observabilityInput = strict({
  channels: record(channelName, channelInput, "channels").optional(),
  routes: strict({
    critical: routeInput.optional(),
    error: routeInput.optional(),
    warning: routeInput.optional(),
  }).optional(),
  healing: truth().optional(),
  runbooks: text(
    /^https:\/\/[^\s?#]+[^\s?#/]$/,
    "an https:// address without a slash at its end",
    "name the page that holds docs/generated/alerts.md",
  ).optional(),
  budget: strict({
    monthly: wholeNumber(1, 100_000_000).optional(),
    currency: text(/^[A-Z]{3}$/, "a currency such as EUR", "use that of the billing account").optional(),
  }).optional(),
  logs: strict({
    auditDays: wholeNumber(30, 3650).optional(),
    defaultDays: wholeNumber(1, 3650).optional(),
    locked: truth().optional(),
  }).optional(),
  pages: record(pageName, pageInput, "pages").optional(),
  thresholds: strict({
    restarts: wholeNumber(1, 1000).optional(),
    volume: fraction.optional(),
    databaseCpu: fraction.optional(),
    databaseDisk: fraction.optional(),
    databaseConnections: wholeNumber(1, 100_000).optional(),
    denied: wholeNumber(1, 1_000_000).optional(),
  }).optional(),
  availability: oneOf("99", "99.5", "99.9", "99.95").optional(),
});

/** Who is told of an alert. */
export type AlertChannel =
  | { readonly kind: "email"; readonly address: string }
  /** A channel made by hand, by its number: its key stays out of the state. */
  | { readonly kind: "pagerduty" | "slack"; readonly channel: string }
  /** A topic of the environment's own, for machines. */
  | { readonly kind: "pubsub" };

/** A page whose address is public, and that is asked for from several continents. */
export interface WatchedPage {
  readonly host: string;
  /** @default "/" */
  readonly path: string;
  /**
   * Text that must be in the answer.
   *
   * @default - none: status 2xx suffices
   */
  readonly contains?: string;
}

/** Values that an alert compares with. */
export interface AlertThresholds {
  /** Restarts of one container within 15 minutes. @default 3 */
  readonly restarts: number;
  /** Share of a volume that is used. @default 0.85 */
  readonly volume: number;
  /** Share of a database's processors. @default 0.9 */
  readonly databaseCpu: number;
  /** Share of a database's disk. @default 0.85 */
  readonly databaseDisk: number;
  /** Connections to one database. @default 80, of the 100 that PostgreSQL has unless told otherwise */
  readonly databaseConnections: number;
  /** Calls of one service that IAM refused within 10 minutes. @default 50 */
  readonly denied: number;
}

/** What is watched in Google Cloud and who is told, with every default filled in. */
export interface Observability {
  /** @default one Pub/Sub topic, which nobody reads until somebody subscribes */
  readonly channels: Readonly<Record<string, AlertChannel>>;
  /** Channels of each severity. @default every channel */
  readonly routes: Readonly<Record<Severity, readonly string[]>>;
  /** Whether alerts that a DAG can heal also go to the topic that triggers it. @default true */
  readonly healing: boolean;
  /**
   * Address of the page of runbooks; each alert links to its heading there.
   *
   * @default - the text of an alert alone
   */
  readonly runbooks?: string;
  /**
   * What a month may cost.
   *
   * @default - no budget: it belongs to a billing account
   */
  readonly budget?: { readonly monthly: number; readonly currency: string };
  readonly logs: {
    /** Days that audit logs stay. @default 400 in prod, 90 in staging, 30 in dev */
    readonly auditDays: number;
    /** Days that all other logs stay. @default 90 in prod, else 30, which Google asks no money for */
    readonly defaultDays: number;
    /** Whether the days of audit logs can never be shortened again. @default true in prod */
    readonly locked: boolean;
  };
  /** @default none */
  readonly pages: Readonly<Record<string, WatchedPage>>;
  readonly thresholds: AlertThresholds;
  /** Share of good answers that is promised, 0 to 1. @default 0.999 in prod, 0.995 in staging, 0.99 in dev */
  readonly availability: number;
}

/** Fills in the defaults of a tier. */
export function resolveObservability(
  given: z.output<typeof observabilityInput> | undefined,
  tier: Tier,
): Observability {
  const channels: Observability["channels"] = given?.channels ?? { alerts: { kind: "pubsub" } };
  const every = Object.keys(channels);
  const { routes, budget, logs, thresholds } = given ?? {};
  return {
    channels,
    routes: {
      critical: routes?.critical ?? every,
      error: routes?.error ?? every,
      warning: routes?.warning ?? every,
    },
    healing: given?.healing ?? true,
    ...(given?.runbooks !== undefined && { runbooks: given.runbooks }),
    ...(budget && {
      budget: {
        monthly: budget.monthly ?? ofTier(tier, tierSettings.monthlyBudget),
        currency: budget.currency ?? "EUR",
      },
    }),
    logs: {
      auditDays: logs?.auditDays ?? ofTier(tier, tierSettings.auditLogDays),
      defaultDays: logs?.defaultDays ?? ofTier(tier, tierSettings.defaultLogDays),
      locked: logs?.locked ?? ofTier(tier, tierSettings.lockedAuditLogs),
    },
    pages: Object.fromEntries(
      Object.entries(given?.pages ?? {}).map(([name, page]) => [
        name,
        { host: page.host, path: page.path ?? "/", ...(page.contains !== undefined && { contains: page.contains }) },
      ]),
    ),
    thresholds: {
      restarts: thresholds?.restarts ?? 3,
      volume: thresholds?.volume ?? 0.85,
      databaseCpu: thresholds?.databaseCpu ?? 0.9,
      databaseDisk: thresholds?.databaseDisk ?? 0.85,
      databaseConnections: thresholds?.databaseConnections ?? 80,
      denied: thresholds?.denied ?? 50,
    },
    // 99.9 / 100 is no round number in binary.
    availability: Number((Number(given?.availability ?? ofTier(tier, tierSettings.availability)) / 100).toFixed(4)),
  };
}
