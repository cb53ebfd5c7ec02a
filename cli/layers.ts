import { closest } from "../environments/schema";
import { inClusterLayers } from "../stacks/layers";
import { CliError, exitCode } from "./errors";

/** A layer that can be rehearsed. */
export type InClusterLayer = (typeof inClusterLayers)[number];

/** The layers of these names, in the order they are applied. Throws CliError (exit code 2) naming the allowed ones. */
export function checkLayers(names: readonly string[]): readonly InClusterLayer[] {
  for (const name of names) {
    if (inClusterLayers.some((layer) => layer === name)) continue;
    const suggestion = closest(name, inClusterLayers);
    throw new CliError(
      `layer ${JSON.stringify(name)} is not known; allowed: ${inClusterLayers.join(", ")}` +
        (suggestion ? `; did you mean ${suggestion}?` : ""),
      exitCode.usage,
    );
  }
  if (names.length === 0) {
    throw new CliError(`--layers names no layer; allowed: ${inClusterLayers.join(", ")}`, exitCode.usage);
  }
  return inClusterLayers.filter((layer) => names.includes(layer));
}
