import type { Environment } from "../../environments/schema";
import type { Layer } from "../../stacks/layers";
import type { StackJson } from "../../stacks/stack-json";
import { type ComparedStack, differencesOf, type OwnNames, tiers } from "./differences";
import { type Explained, explain, unusedPatterns } from "./reasons";

/** A synthesized stack with the environment it belongs to. */
export interface TierStack {
  readonly environment: string;
  readonly layer: Layer;
  readonly json: StackJson;
}

/** The outcome of comparing the tiers. */
export interface Parity {
  /** Environment that stands for each tier. */
  readonly environments: { readonly [tier in (typeof tiers)[number]]: string };
  readonly differences: readonly Explained[];
  /** Reasons for differences that are not there any more. */
  readonly unused: readonly string[];
}

/**
 * Compares the environments on Google Cloud, one for each tier, by what they became.
 *
 * Names, projects and address ranges of their own are no differences.
 *
 * @throws Error when a tier has no environment, or more than one
 */
export function compareTiers(environments: readonly Environment[], stacks: readonly TierStack[]): Parity {
  const [dev, staging, prod] = tiers.map((tier) => environmentOf(tier, environments)) as [
    Environment,
    Environment,
    Environment,
  ];
  const compared = stacks.flatMap(({ environment, layer, json }): readonly ComparedStack[] => {
    const tier = tiers.find((_, index) => [dev, staging, prod][index]?.name === environment);
    return tier === undefined ? [] : [{ tier, layer, json }];
  });
  const differences = differencesOf(compared, {
    dev: ownNames(dev),
    staging: ownNames(staging),
    prod: ownNames(prod),
  });
  return {
    environments: { dev: dev.name, staging: staging.name, prod: prod.name },
    differences: explain(differences),
    unused: unusedPatterns(differences),
  };
}

function environmentOf(tier: (typeof tiers)[number], environments: readonly Environment[]): Environment {
  const [found, ...others] = environments.filter(({ target }) => target.kind === "gke" && target.tier === tier);
  if (!found || others.length > 0) {
    throw new Error(
      `${found ? "more than one environment has" : "no environment has"} tier ${tier}: compare one of each`,
    );
  }
  return found;
}

function ownNames({ name, target }: Environment): OwnNames {
  if (target.kind !== "gke") return {};
  const ranges = Object.entries(target.network).flatMap(([owner, range]) =>
    typeof range === "string"
      ? [
          [`range of ${owner}`, range],
          [`address of ${owner}`, range.replace(/\/\d+$/, "")],
        ]
      : [],
  );
  return {
    project: target.project,
    environment: name,
    environment_: name.replaceAll("-", "_"),
    ...Object.fromEntries(ranges),
  };
}
