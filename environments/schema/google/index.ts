import type * as z from "zod";
import { strict, text } from "../field";
import { type Analytics, analyticsInput, resolveAnalytics } from "./analytics";
import { type Bootstrap, bootstrapInput, resolveBootstrap } from "./bootstrap";
import { type Cluster, clusterInput, resolveCluster } from "./cluster";
import { type Edge, edgeInput, resolveEdge } from "./edge";
import { type Observability, observabilityInput, resolveObservability } from "./observability";
import { type Perimeter, perimeterInput, resolvePerimeter } from "./perimeter";
import type { Tier } from "./tiers";

export type { GithubCi } from "./bootstrap";
export { ofTier, type Tier, type TierSetting, tierSettings } from "./tiers";

const organizationInput = strict({
  id: text(/^\d{6,19}$/, "the number of an organization, in quotes", (given) =>
    typeof given === "number"
      ? `write it in quotes${Number.isSafeInteger(given) ? `: "${given}"` : ""}`
      : "copy it from `gcloud organizations list`",
  ),
  domain: text(
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    "the domain of an organization, such as example.com",
    "write it in lower case, without a scheme",
  ),
});

/** What Google Cloud holds beside the cluster, in an environment file. */
export const googleInput = strict({
  billingAccount: text(
    /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
    "a billing account such as 012345-6789AB-CDEF01",
    "copy it from `gcloud billing accounts list`",
  ).optional(),
  organization: organizationInput.optional(),
  bootstrap: bootstrapInput.optional(),
  cluster: clusterInput.optional(),
  edge: edgeInput.optional(),
  analytics: analyticsInput.optional(),
  observability: observabilityInput.optional(),
  perimeter: perimeterInput.optional(),
});

/** What Google Cloud holds beside the cluster, with every default filled in. */
export interface Google {
  /**
   * Account that pays for the project, for budgets.
   *
   * @default - none: there are no budgets
   */
  readonly billingAccount?: string;
  /**
   * Organization of the project.
   *
   * @default - none: what only an organization has is not there
   */
  readonly organization?: {
    /** Its number. */
    readonly id: string;
    readonly domain: string;
  };
  readonly bootstrap: Bootstrap;
  readonly cluster: Cluster;
  readonly edge: Edge;
  readonly analytics: Analytics;
  readonly observability: Observability;
  readonly perimeter: Perimeter;
}

/** Fills in the defaults of a tier. */
export function resolveGoogle(given: z.output<typeof googleInput> | undefined, tier: Tier): Google {
  return {
    ...(given?.billingAccount !== undefined && { billingAccount: given.billingAccount }),
    ...(given?.organization && { organization: given.organization }),
    bootstrap: resolveBootstrap(given?.bootstrap, tier),
    cluster: resolveCluster(given?.cluster, tier),
    edge: resolveEdge(given?.edge, tier),
    analytics: resolveAnalytics(given?.analytics, tier),
    observability: resolveObservability(given?.observability, tier),
    perimeter: resolvePerimeter(given?.perimeter, tier),
  };
}
