import type { Rule } from "../rule";
import { ownKeys } from "./gcp-01-own-keys";
import { namedReaders } from "./gcp-02-named-readers";
import { privateAirflow } from "./gcp-03-private-airflow";
import { privateModels } from "./gcp-04-private-models";
import { silentFindings } from "./gcp-05-silent-findings";
import { narrowWorkloads } from "./gcp-06-narrow-workloads";
import { accountsFirst } from "./gcp-07-accounts-first";

/** Rules on BigQuery, Composer, Vertex AI and what protects their data. */
export const analyticsRules: readonly Rule[] = [
  ownKeys,
  namedReaders,
  privateAirflow,
  privateModels,
  silentFindings,
  narrowWorkloads,
  accountsFirst,
];
