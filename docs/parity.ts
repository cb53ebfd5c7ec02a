import { type Explained, type Parity, tiers } from "../policies/parity";
import { layers } from "../stacks/layers";
import { table } from "./markdown";

/** Longest value that is shown, in characters. */
const longestValue = 60;

/** What dev and staging relax against prod: every difference of the synthesized environments, with why it is there. */
export function parityPage({ environments, differences }: Parity): string {
  const names = tiers.map((tier) => `\`${environments[tier]}\``).join(", ");
  return `${[
    "# What the tiers do differently",
    "Written by `npm run docs` from the program; a test compares, and fails for a difference without a reason.",
    `Compared are ${names}: every attribute of every resource of every layer. Names, projects and address ranges of their own are no differences.`,
    "## Why",
    reasonsTable(differences),
    ...layers.flatMap((layer) => layerSection(layer, differences)),
  ].join("\n\n")}\n`;
}

function reasonsTable(differences: readonly Explained[]): string {
  const causes = [...new Set(differences.map(({ why }) => why))];
  return table(
    ["Decided by", "Differences", "Reason"],
    causes.map((why) => [
      why ? `\`${why.cause}\`` : "nobody",
      String(differences.filter((difference) => difference.why === why).length),
      why?.reason ?? "none: add one, or take the difference away",
    ]),
  );
}

function layerSection(layer: string, differences: readonly Explained[]): readonly string[] {
  const own = differences.filter((difference) => difference.layer === layer);
  if (own.length === 0) return [];
  return [
    `## Layer \`${layer}\``,
    table(
      ["Resource", "Attribute", ...tiers, "Decided by"],
      own.map(({ type, name, attribute, values, why }) => [
        `\`${type}.${name}\``,
        attribute === "" ? "(the resource)" : `\`${attribute}\``,
        ...tiers.map((tier) => shown(values[tier])),
        why ? `\`${why.cause}\`` : "nobody",
      ]),
    ),
  ];
}

function shown(value: string | undefined): string {
  if (value === undefined) return "-";
  const line = value.replace(/\s+/g, " ").replaceAll("`", "'").replaceAll("|", "\\|");
  return `\`${line.length > longestValue ? `${line.slice(0, longestValue)}…` : line}\``;
}
