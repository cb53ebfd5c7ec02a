import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deployCommand, deployLayerCommand, destroyCommand } from "../../cli/stack-commands";
import { inClusterLayers } from "../../stacks/layers";
import { synthesizedEnvironment } from "../support/synthesized-platform";

const root = join(__dirname, "../..");
const stacks = synthesizedEnvironment("gke-dev");
const dependencies = new Map(stacks.map(({ name, dependencies: before }) => [name, before]));

/** Commands of cdktf in a text, with a real environment's name. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/cdktf (deploy|destroy) [^`\n#,;&]*/g)].map(([command]) =>
    command.replaceAll(/<env>|\$ENVIRONMENT|\$\{name\}/g, "gke-dev").replace(/\.\s*$/, ""),
  );
}

/** Stacks that a pattern selects, as cdktf's globs do as far as they are used here. */
function selected(pattern: string): readonly string[] {
  const source = pattern
    .replace(/["']/g, "")
    .replace(/!\(([^)]*)\)/, "(?!(?:$1)$).*")
    .replace(/(?<!\.)\*/g, ".*");
  return [...dependencies.keys()].filter((name) => new RegExp(`^${source}$`).test(name));
}

/** Why cdktf would refuse a command, as its own checks do. */
function refusalsOf(command: string): readonly string[] {
  const [, action = "", ...words] = command.split(/\s+/).filter(Boolean);
  const patterns = words.filter((word) => !word.startsWith("-"));
  const chosen = new Set(patterns.flatMap(selected));
  if (chosen.size === 0) return [`${command} selects nothing`];
  if (words.includes("--ignore-missing-stack-dependencies")) {
    return chosen.size === 1 ? [] : [`${command} has no order`];
  }
  const missing =
    action === "deploy"
      ? [...chosen].flatMap((name) => (dependencies.get(name) ?? []).filter((before) => !chosen.has(before)))
      : [...dependencies]
          .filter(([name, before]) => !chosen.has(name) && before.some((each) => chosen.has(each)))
          .map(([name]) => name);
  return missing.map((name) => `${command} needs ${name}`);
}

const files = ["README.md", ".github/workflows", "docs", "docs/operations"].flatMap((place) =>
  place.endsWith(".md")
    ? [place]
    : readdirSync(join(root, place))
        .filter((file) => /\.(md|yaml)$/.test(file))
        .map((file) => join(place, file)),
);
const written = files.flatMap((file) =>
  commandsIn(readFileSync(join(root, file), "utf8"))
    .filter((command) => command.includes("gke-dev"))
    .map((command) => [file, command] as const),
);

describe("commands that apply or destroy stacks", () => {
  it("are written down", () => expect(written.length).toBeGreaterThanOrEqual(6));

  it.each(written)("in %s: cdktf takes %s", (_, command) => expect(refusalsOf(command)).toEqual([]));

  it.each([
    deployCommand("gke-dev"),
    destroyCommand("gke-dev"),
    ...inClusterLayers.map((layer) => deployLayerCommand("gke-dev", layer)),
  ])("that are printed: cdktf takes %s", (command) => {
    expect(refusalsOf(command.replace("npx ", ""))).toEqual([]);
  });

  it.each([
    "cdktf deploy gke-dev-data",
    "cdktf deploy gke-dev-secrets gke-dev-services",
    "cdktf destroy gke-dev-network",
  ])("would be refused: %s", (command) => expect(refusalsOf(command)).not.toEqual([]));
});
