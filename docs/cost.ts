import type { CostEstimate } from "../operations/cost";
import { priceSources, pricesDate } from "../operations/cost";
import { table } from "./markdown";

/** What the environments on Google Cloud cost; in a pull request, its change is what the change costs. */
export function costPage(estimates: readonly CostEstimate[]): string {
  const sources = Object.entries(priceSources).map(([what, where]) => `- ${what}: ${where}`);
  return `${[
    "# What environments cost",
    "Written by `npm run docs` from the program; a test compares. `terralake cost <environment>` prints the same.",
    `US dollars a month by list prices as they were last read (table of ${pricesDate}; where each comes from is below), without discounts, taxes, traffic and what is charged by use. The first sum is with the nodes that an environment begins with, the second with all that autoscalers may add.`,
    table(
      ["Environment", "A month", "At most"],
      estimates.map(({ environment, start, most }) => [`\`${environment}\``, dollars(start), dollars(most)]),
    ),
    ...estimates.flatMap(section),
    "## Where the prices come from",
    sources.join("\n"),
  ].join("\n\n")}\n`;
}

function section({ environment, lines, byUsage, unknown }: CostEstimate): readonly string[] {
  return [
    `## ${environment}`,
    table(
      ["What", "A month", "At most"],
      lines.map(({ what, start, most }) => [what, dollars(start), dollars(most)]),
    ),
    "Charged by use, not in the sums:",
    table(
      ["What", "Count", "What decides"],
      byUsage.map(({ type, count, decides }) => [`\`${type}\``, String(count), decides]),
    ),
    ...(unknown.length > 0 ? [`No price known, so the sums lack it: ${unknown.join(", ")}.`] : []),
  ];
}

function dollars(amount: number): string {
  return amount.toFixed(2);
}
