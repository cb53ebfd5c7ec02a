import type { RehearsalResult } from "../rehearsal/result";
import { colors, table } from "./output";

/** What a rehearsal found, as text: what was put in the place of something else first, so that nobody overlooks it. */
export async function describeRehearsal(result: RehearsalResult): Promise<string> {
  const { versions, timings, leakSearch } = result;
  const sections: string[] = [
    ...sentences("substitutes", result.substitutes),
    ...sentences("rewrites of the JSON", result.rewrites),
    ...(await rows(
      "stacks",
      ["stack", "resources", "seconds", "rewritten"],
      result.stacks.map((s) => [s.stack, `${s.resources}`, s.seconds.toFixed(1), s.rewrites.join(", ") || "-"]),
    )),
    ...(await rows(
      "Helm releases",
      ["namespace", "release", "chart", "status"],
      result.releases.map((r) => [r.namespace, r.name, r.chart, r.status]),
    )),
    ...(await rows(
      "secrets",
      ["namespace", "secret", "keys", "from Vault"],
      result.secrets.map((s) => [s.namespace, s.name, shortened(s.keys), s.from.join(", ")]),
    )),
    ...sentences(
      "proofs",
      result.proofs.map(({ title, finding }) => `${title}: ${finding}`),
    ),
    ...(await rows(
      "services switched off",
      ["service", "resources", "releases", "kept", "seconds"],
      result.switchedOff.map((s) => [
        s.service,
        `${s.resources}`,
        shortened(s.releases),
        s.kept.join(", ") || "nothing",
        s.seconds.toFixed(1),
      ]),
    )),
    ...sentences("kept after the destroy", groupDefinitions(result.kept)),
  ];
  sections.push(
    `${result.environment} on Kubernetes ${versions.kubernetes}${versions.vault ? ` and Vault ${versions.vault}` : ""}` +
      `${result.isolated ? "" : ", not isolated from this machine's network"}`,
    `${leakSearch.values} secret values: none found in ${leakSearch.files} files (states, plans, JSON, logs, what was printed)`,
    `start ${seconds(timings.start)}, apply ${seconds(timings.apply)}, second plan ${seconds(timings.secondPlan)}, ` +
      `proofs ${seconds(timings.proofs)}, switching services off ${seconds(timings.switchOff)}, destroy ${seconds(timings.destroy)}`,
  );
  return sections.join("\n");
}

async function rows(title: string, head: readonly string[], lines: readonly (readonly string[])[]): Promise<string[]> {
  return [colors.bold(`${title} (${lines.length})`), lines.length > 0 ? await table(head, lines) : "none", ""];
}

function sentences(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [colors.bold(`${title} (${lines.length})`), ...lines.map((line) => `  ${line}`), ""];
}

/** The first names of a list, and how many more there are. */
function shortened(names: readonly string[]): string {
  const shown = 5;
  const more = names.length - shown;
  return more > 1 ? `${names.slice(0, shown).join(", ")} and ${more} more` : names.join(", ");
}

/** Puts the definitions of custom resources, of which there are many, into one line for each API group. */
export function groupDefinitions(kept: readonly string[]): readonly string[] {
  const groups = new Map<string, string[]>();
  const others: string[] = [];
  for (const line of kept) {
    const [, kind, group] = /^definition ([^.\s]+)\.(\S+)$/.exec(line) ?? [];
    if (kind && group) groups.set(group, [...(groups.get(group) ?? []), kind]);
    else others.push(line);
  }
  const lines = [...groups].map(([group, kinds]) => `definitions of ${group}: ${kinds.length}`);
  return [...others, ...lines];
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
