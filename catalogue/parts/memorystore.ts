import type * as z from "zod";
import { dataDomain } from "../../constructs/gke/data/cloud-sql-names";
import { ofTier, tierSettings } from "../../environments/schema/google/tiers";
import type { Defaults, GooglePlace } from "../definition";
import { ofSize, oneOf, strict, wholeNumber } from "../fields";

/** Who runs Valkey: the cluster, or Google. */
export const valkeyKinds = ["valkey", "memorystore"] as const;

/** A server that Google runs. */
export const memorystoreInput = strict({
  nodeType: oneOf("SHARED_CORE_NANO", "STANDARD_SMALL", "HIGHMEM_MEDIUM", "HIGHMEM_XLARGE").optional(),
  replicas: wholeNumber(0, 5).optional(),
});

/** A server that Google runs, with every default filled in. */
export interface MemorystoreSettings {
  /** Short name of the instance. */
  readonly instance: string;
  /** Name of the server inside the network. */
  readonly host: string;
  readonly nodeType: string;
  readonly replicas: number;
  readonly place: GooglePlace;
}

/** Fills in what was left out; undefined where there is no Google Cloud. */
export function memorystoreSettings(
  given: z.output<typeof memorystoreInput> = {},
  defaults: Defaults,
): MemorystoreSettings | undefined {
  const { google: place } = defaults;
  return (
    place && {
      place,
      instance: `${place.environment}-valkey`,
      host: `valkey.${dataDomain(place.environment)}`,
      nodeType: ofSize(given.nodeType, defaults, ["SHARED_CORE_NANO", "STANDARD_SMALL"]),
      replicas: given.replicas ?? (ofTier(place.tier, tierSettings.databaseStandby) ? 1 : 0),
    }
  );
}
