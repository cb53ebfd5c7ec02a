import { shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { at, vaultServers } from "./servers";

/** Parts that the chart switches on by itself, or would with its next version. */
const parts = [
  ["ui", "enabled"],
  ["injector", "enabled"],
  ["csi", "enabled"],
] as const;

/** Parts that the chart has off. */
const openings = [
  ["server", "ingress", "enabled"],
  ["server", "route", "enabled"],
] as const;

export const offUnlessAsked: Rule = {
  id: "VLT-13",
  reason: "what nobody uses is one more way in",
  remedy: "switch it off",
  check: forEach(vaultServers, ({ values }) => [
    ...parts
      .filter((path) => at(values, ...path) !== false)
      .map((path) => `${path.join(".")} is ${shown(at(values, ...path))}`),
    ...openings
      .filter((path) => (at(values, ...path) ?? false) !== false)
      .map((path) => `${path.join(".")} is ${shown(at(values, ...path))}`),
  ]),
};
