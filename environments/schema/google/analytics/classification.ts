import type * as z from "zod";
import { list, oneOf, record, strict, text, wholeNumber } from "../../field";
import { ofTier, type Tier, tierSettings } from "../tiers";
import { type DataMember, dataName, memberInput, memberOf } from "./datasets";
import type { ColumnType } from "./tables";

/** What a masked reader sees instead of a value. */
export const maskingRules = [
  "SHA256",
  "ALWAYS_NULL",
  "DEFAULT_MASKING_VALUE",
  "LAST_FOUR_CHARACTERS",
  "FIRST_FOUR_CHARACTERS",
  "EMAIL_MASK",
  "DATE_YEAR_MASK",
] as const;

/** What a masked reader sees instead of a value. */
export type MaskingRule = (typeof maskingRules)[number];

/**
 * Types of columns that a rule can mask; every type where it has none.
 *
 * @see https://cloud.google.com/bigquery/docs/column-data-masking-intro#masking_options
 */
export const maskedTypes: Readonly<Partial<Record<MaskingRule, readonly ColumnType[]>>> = {
  SHA256: ["STRING", "BYTES"],
  LAST_FOUR_CHARACTERS: ["STRING"],
  FIRST_FOUR_CHARACTERS: ["STRING"],
  EMAIL_MASK: ["STRING"],
  DATE_YEAR_MASK: ["DATE", "DATETIME", "TIMESTAMP"],
};

/** Taxonomies with their tags, by name. */
export const classificationInput = record(
  dataName,
  strict({
    description: text(/^.{1,1000}$/, "one line of text", "shorten it").optional(),
    tags: record(
      dataName,
      strict({
        description: text(/^.{1,1000}$/, "one line of text", "shorten it").optional(),
        readers: list(memberInput, "readers").optional(),
        masked: strict({ rule: oneOf(...maskingRules), readers: list(memberInput, "readers") }).optional(),
      }),
      "tags",
    ),
  }),
  "taxonomies",
);

/** What is looked for in data that should not be there. */
export const inspectionInput = strict({
  infoTypes: list(
    text(/^[A-Z][A-Z0-9_]{1,99}$/, "a detector such as EMAIL_ADDRESS", "see the reference of infoTypes"),
    "detectors",
  ).optional(),
  minLikelihood: oneOf("VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY").optional(),
  everyDays: wholeNumber(1, 60).optional(),
  buckets: list(oneOf("lake", "staging", "backup"), "buckets").optional(),
  tables: list(
    text(dataName.pattern, "the name of a table of google.analytics.tables", "declare it there"),
    "tables",
  ).optional(),
  sampledRows: wholeNumber(1, 1_000_000).optional(),
  findingsDays: wholeNumber(1, 3650).optional(),
});

/** A tag of columns, with every default filled in. */
export interface Tag {
  readonly name: string;
  /** @default - none */
  readonly description?: string;
  /** Who reads the columns as they are. */
  readonly readers: readonly DataMember[];
  /**
   * Who reads them in another form, and in which.
   *
   * @default - nobody: who is no reader gets an error
   */
  readonly masked?: { readonly rule: MaskingRule; readonly readers: readonly DataMember[] };
}

/** Tags that belong together, with every default filled in. */
export interface Taxonomy {
  readonly name: string;
  /** @default - none */
  readonly description?: string;
  readonly tags: readonly Tag[];
}

/** What is looked for in data that should not be there, with every default filled in. */
export interface Inspection {
  readonly infoTypes: readonly string[];
  readonly minLikelihood: string;
  /** Days from one inspection to the next; 1 to 60. */
  readonly everyDays: number;
  /** Buckets of the environment that are inspected. */
  readonly buckets: readonly ("lake" | "staging" | "backup")[];
  /** Tables of the environment that are inspected. */
  readonly tables: readonly string[];
  /** Rows of a table that one inspection reads. */
  readonly sampledRows: number;
  /** Days that findings are kept. */
  readonly findingsDays: number;
}

/** Fills in the defaults. */
export function resolveClassification(given: z.output<typeof classificationInput> | undefined): readonly Taxonomy[] {
  return Object.entries(given ?? {}).map(([name, { description, tags }]) => ({
    name,
    ...(description !== undefined && { description }),
    tags: Object.entries(tags).map(([tag, { readers, masked, ...rest }]) => ({
      name: tag,
      ...(rest.description !== undefined && { description: rest.description }),
      readers: (readers ?? []).map(memberOf),
      ...(masked && { masked: { rule: masked.rule, readers: masked.readers.map(memberOf) } }),
    })),
  }));
}

/** Fills in the defaults of a tier; `tables` are all that the environment declares. */
export function resolveInspection(
  given: z.output<typeof inspectionInput>,
  tier: Tier,
  tables: readonly string[],
): Inspection {
  return {
    // Names and dates are left out: they are found in nearly every table, and hide what matters.
    infoTypes: given.infoTypes ?? ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD_NUMBER", "IBAN_CODE", "PASSPORT"],
    minLikelihood: given.minLikelihood ?? "LIKELY",
    everyDays: given.everyDays ?? ofTier(tier, tierSettings.inspectionEveryDays),
    buckets: given.buckets ?? ["staging"],
    tables: given.tables ?? tables,
    sampledRows: given.sampledRows ?? 10_000,
    findingsDays: given.findingsDays ?? 90,
  };
}
