import type { IConstruct } from "constructs";
import { DeploySettings } from "../terraform/deploy-settings";

/** What node pools beside the general ones are for: much memory, much computing, and work that may be tried again. */
export type SpecialPool = "memory" | "compute" | "batch";

/** What a node pool is for. */
export type NodePoolRole = "general" | SpecialPool;

/** Label of nodes, and key of the taint of all but general ones, with what their pool is for as the value. */
export const poolLabel = "terralake.dev/pool";

/** Where pods run, as a pod template and the values of most charts take it. */
export interface Placement {
  readonly nodeSelector?: { readonly [label: string]: string };
  readonly tolerations?: readonly {
    readonly key: string;
    readonly operator: "Equal";
    readonly value: string;
    readonly effect: "NoSchedule";
  }[];
}

/**
 * Sends pods to the first of the wanted kinds of pools that the environment has.
 *
 * Both halves are needed: the toleration lets pods onto nodes that keep others away, the selector keeps them off all others.
 *
 * @param wanted the best first
 * @returns nothing where there is none of them, so that pods run on general nodes
 */
export function placementOf(scope: IConstruct, ...wanted: readonly SpecialPool[]): Placement {
  const { nodePools } = DeploySettings.of(scope);
  const found = wanted.find((role) => nodePools.includes(role));
  return found === undefined
    ? {}
    : {
        nodeSelector: { [poolLabel]: found },
        tolerations: [{ key: poolLabel, operator: "Equal", value: found, effect: "NoSchedule" }],
      };
}
