import type * as z from "zod";
import { agreed, list, oneOf, record, strict, text, wholeNumber } from "../../field";

const email = (noun: string, next: (given: unknown) => string) =>
  text(/^[A-Za-z0-9._%+-]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, noun, next);
const everyone = new Set(["allusers", "allauthenticatedusers"]);

/** Somebody by email; never everybody, which has no email. */
const person = (noun: string) =>
  email(noun, (given) =>
    everyone.has(String(given).toLowerCase())
      ? "name a group of people: data is never open to everybody"
      : "copy it from Google, in lower case after the @",
  );
const groupEmail = person("the email of a Google group, such as data-engineers@example.com");
const userEmail = person("the email of a person, such as somebody@example.com");
const accountEmail = text(
  /^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/,
  "the email of a service account, such as loader@example-dev.iam.gserviceaccount.com",
  (given) =>
    everyone.has(String(given).toLowerCase())
      ? "name an account: data is never open to everybody"
      : "copy it from `gcloud iam service-accounts list`",
);

const oneMember = {
  allowed: "one of group, user and serviceAccount",
  next: "write an entry for each of them",
} as const;

const members = {
  group: groupEmail.optional(),
  user: userEmail.optional(),
  serviceAccount: accountEmail.optional(),
};

const exactlyOne = ({ group, user, serviceAccount }: z.output<z.ZodObject<typeof members>>) =>
  [group, user, serviceAccount].filter((member) => member !== undefined).length === 1;

/** Who may do something with data, in an environment file. */
export const memberInput = agreed(strict(members), exactlyOne, oneMember);

const accessInput = agreed(strict({ ...members, role: oneOf("reader", "writer", "owner") }), exactlyOne, oneMember);

/** Names of datasets, tables and columns of this project: what Spark, Trino and BigQuery all take. */
export const dataName = {
  pattern: /^[a-z][a-z0-9_]{0,62}$/,
  allowed: "lower-case letters, digits and underscores, starting with a letter, at most 63 characters",
  next: (given: string) => `did you mean ${given.toLowerCase().replace(/[^a-z0-9_]+/g, "_")}?`,
} as const;

const labels = record(
  {
    pattern: /^[a-z][a-z0-9_-]{0,62}$/,
    allowed: "a label in lower case, at most 63 characters",
    next: "start with a letter; letters, digits, hyphens and underscores follow",
  },
  text(
    /^[a-z0-9_-]{0,63}$/,
    "a label's value in lower case, at most 63 characters",
    "shorten it or replace what is not",
  ),
  "labels",
);

/** Datasets of BigQuery, by their last part. */
export const datasetsInput = record(
  dataName,
  strict({
    description: text(/^.{1,1000}$/, "one line of text", "shorten it").optional(),
    location: text(
      /^([a-z]+-[a-z]+\d+|US|EU)$/,
      "a region such as europe-west1, or US or EU",
      "write a region in lower case",
    ).optional(),
    tableExpiryDays: wholeNumber(1, 3650).optional(),
    timeTravelDays: wholeNumber(2, 7).optional(),
    access: list(accessInput, "accesses").optional(),
    labels: labels.optional(),
  }),
  "datasets",
);

/** Somebody, as IAM writes it: `group:data-engineers@example.com`. */
export type DataMember = `group:${string}` | `user:${string}` | `serviceAccount:${string}`;

/** What somebody may do with a dataset. */
export type DatasetRole = "reader" | "writer" | "owner";

/** A dataset of BigQuery, with every default filled in. */
export interface Dataset {
  /** Last part of its id, as the environment names it; hyphens become underscores in the id. */
  readonly name: string;
  /** @default - its name and that of the environment */
  readonly description?: string;
  /**
   * Region or multi-region.
   *
   * @default - the region of the environment
   */
  readonly location?: string;
  /**
   * Days after which a new table vanishes.
   *
   * @default - never
   */
  readonly tableExpiryDays?: number;
  /** Days that a table can be read as it was; 2 to 7. */
  readonly timeTravelDays: number;
  /** Who may read, write or decide, beside the platform itself. */
  readonly access: readonly { readonly member: DataMember; readonly role: DatasetRole }[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Somebody, as IAM writes it. */
export function memberOf(given: z.output<typeof memberInput>): DataMember {
  const [kind, mail] = Object.entries(given).find(([key, value]) => key in members && value !== undefined) ?? [];
  return `${kind}:${mail}` as DataMember;
}

/** Fills in the defaults; the dataset `analytics` is always there. */
export function resolveDatasets(given: z.output<typeof datasetsInput> | undefined): readonly Dataset[] {
  const all: z.output<typeof datasetsInput> = { analytics: {}, ...given };
  return Object.entries(all).map(([name, dataset]) => ({
    name,
    ...(dataset.description !== undefined && { description: dataset.description }),
    ...(dataset.location !== undefined && { location: dataset.location }),
    ...(dataset.tableExpiryDays !== undefined && { tableExpiryDays: dataset.tableExpiryDays }),
    timeTravelDays: dataset.timeTravelDays ?? 7,
    access: (dataset.access ?? []).map(({ role, ...member }) => ({ member: memberOf(member), role })),
    labels: dataset.labels ?? {},
  }));
}
