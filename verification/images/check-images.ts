import type { RenderedRelease } from "../rendering/render";
import type { Ledger } from "../report";
import { listImages } from "./image-list";

/** Where no image may come from, with the reason. */
const refused: readonly { readonly place: RegExp; readonly reason: string }[] = [
  {
    place: /(^|\/)bitnami(legacy|secure|-labs)?\//,
    reason: "a registry without Bitnami's images, whose free ones are frozen",
  },
  { place: /^docker\.io\/minio\//, reason: "a registry without MinIO's images, which are built no more" },
  { place: /\.scarf\.sh\//, reason: "the image's own registry: this host counts its users" },
];

/**
 * Each image has an exact tag or a digest, and none comes from a registry that is refused.
 *
 * @param registries where all images must be; any by default
 */
export function checkImages(
  releases: readonly RenderedRelease[],
  ledger: Ledger,
  registries: readonly string[] = [],
): void {
  for (const { reference, registry, repository, tag, digest, releases: by } of listImages(releases)) {
    ledger.count("images");
    const find = (allowed: string, next: string) =>
      ledger.find({ check: "images", release: by.join(", "), path: "image", given: reference, allowed, next });
    if (digest === undefined && (tag === undefined || tag === "latest")) {
      find("an exact tag or a digest", "set the chart's tag, or pin the image in charts.ts");
    }
    if (registries.length > 0 && !registries.some((each) => reference.startsWith(`${each}/`))) {
      find(`an image in ${registries.join(" or ")}`, "set the chart's key for its registry");
    }
    for (const { place, reason } of refused) {
      if (place.test(`${registry}/${repository}`)) {
        find(reason, "set another image in the chart's values");
      }
    }
  }
}
