import { closest } from "../suggest";

const usual = ["a", "b", "c"] as const;

/**
 * Letters of the zones of each region of Google Cloud. One that Google opens later is added here.
 *
 * @see https://cloud.google.com/compute/docs/regions-zones
 */
const zoneLetters: Readonly<Record<string, readonly string[]>> = {
  "africa-south1": usual,
  "asia-east1": usual,
  "asia-east2": usual,
  "asia-northeast1": usual,
  "asia-northeast2": usual,
  "asia-northeast3": usual,
  "asia-south1": usual,
  "asia-south2": usual,
  "asia-southeast1": usual,
  "asia-southeast2": usual,
  "asia-southeast3": usual,
  "australia-southeast1": usual,
  "australia-southeast2": usual,
  "europe-central2": usual,
  "europe-north1": usual,
  "europe-north2": usual,
  "europe-southwest1": usual,
  "europe-west1": ["b", "c", "d"],
  "europe-west2": usual,
  "europe-west3": usual,
  "europe-west4": usual,
  "europe-west6": usual,
  "europe-west8": usual,
  "europe-west9": usual,
  "europe-west10": usual,
  "europe-west12": usual,
  "me-central1": usual,
  "me-central2": usual,
  "me-west1": usual,
  "northamerica-northeast1": usual,
  "northamerica-northeast2": usual,
  "northamerica-south1": usual,
  "southamerica-east1": usual,
  "southamerica-west1": usual,
  "us-central1": ["a", "b", "c", "f"],
  "us-east1": ["b", "c", "d"],
  "us-east4": usual,
  "us-east5": usual,
  "us-south1": usual,
  "us-west1": usual,
  "us-west2": usual,
  "us-west3": usual,
  "us-west4": usual,
};

/** What to do about a region or zone that is newer than the table. */
export const addToRegions = "if Google has it, add it to environments/schema/google/regions.ts";

/** Names of all regions. */
export const regions: readonly string[] = Object.keys(zoneLetters);

/** Zones of a region; none of a region that is not known. */
export function zonesOf(region: string): readonly string[] {
  return (zoneLetters[region] ?? []).map((letter) => `${region}-${letter}`);
}

/** What to do about a region that is none: its zone may stand in its place, or it is misspelt. */
export function suggestRegion(given: unknown): string {
  const meant = closest(String(given).replace(/-[a-z]$/, ""), regions);
  if (meant === undefined) return `see \`gcloud compute regions list\`; ${addToRegions}`;
  return /^[a-z]+-[a-z]+\d+$/.test(String(given)) ? `did you mean ${meant}? ${addToRegions}` : `did you mean ${meant}?`;
}

/**
 * What to do about a zone that its region does not have.
 *
 * @param taken zones that are given already
 */
export function suggestZone(given: string, region: string, taken: readonly string[]): string {
  const left = zonesOf(region).filter((zone) => !taken.includes(zone));
  const meant = left.find((zone) => zone.slice(-2) === given.slice(-2)) ?? left[0];
  return meant === undefined ? `remove it; ${addToRegions}` : `did you mean ${meant}? ${addToRegions}`;
}
