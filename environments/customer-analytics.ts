import type { EnvironmentInput } from "./schema";

type Analytics = NonNullable<NonNullable<EnvironmentInput["google"]>["analytics"]>;

/**
 * What staging and prod have alike, so that prod meets nothing that staging has not: the healing DAG and what it asks, classified
 * columns, and a look for personal data where none should be.
 */
export const customerAnalytics: Analytics = {
  composer: { webServerRanges: ["203.0.113.0/24"] },
  vertex: {},
  tables: {
    customers: {
      columns: {
        id: { type: "INT64", required: true },
        email: { type: "STRING", tag: "pii.email" },
        changed_at: { type: "TIMESTAMP", required: true },
      },
      partitionBy: "changed_at",
    },
  },
  classification: {
    pii: {
      description: "What tells who somebody is",
      tags: {
        email: {
          readers: [{ group: "support@example.com" }],
          masked: { rule: "EMAIL_MASK", readers: [{ group: "data-engineers@example.com" }] },
        },
      },
    },
  },
  inspection: {},
};
