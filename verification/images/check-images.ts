import type { Block } from "../../stacks/stack-json";
import type { RenderedRelease } from "../rendering/render";
import type { Ledger } from "../report";
import type { Subject } from "../subject";
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
 * @param attested registry whose images are admitted by an attestation alone, which is of a digest
 * @param stacks whose policy of Binary Authorization lists what is admitted without
 */
export function checkImages(
  releases: readonly RenderedRelease[],
  ledger: Ledger,
  { registries = [], attested, stacks = [] }: Partial<Pick<Subject, "registries" | "attested" | "stacks">> = {},
): void {
  const exempt = exemptPatterns(stacks);
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
    if (attested !== undefined && digest === undefined && reference.startsWith(`${attested}/`)) {
      find(
        "an image with a digest: admission refuses it until CI has attested it",
        "build and attest it, and name its digest in images.digests",
      );
    }
    if (
      attested !== undefined &&
      !reference.startsWith(`${attested}/`) &&
      !exempt.some((each) => admits(each, reference))
    ) {
      find(
        "an image that admission knows: this one is neither attested nor listed",
        "add it to google.cluster.images.exempt, or to the row of its chart in upstream-images.ts",
      );
    }
    for (const { place, reason } of refused) {
      if (place.test(`${registry}/${repository}`)) {
        find(reason, "set another image in the chart's values");
      }
    }
  }
}

/** Patterns of images that the cluster's policy admits without an attestation. */
function exemptPatterns(stacks: Subject["stacks"]): readonly string[] {
  return stacks
    .flatMap(({ json }) => Object.values(json.resource?.google_binary_authorization_policy ?? {}))
    .flatMap((policy) => (policy.admission_whitelist_patterns ?? []) as readonly Block[])
    .map(({ name_pattern: pattern }) => String(pattern));
}

/** Whether a pattern admits an image: a last `*` stops at a slash, `**` does not. */
function admits(pattern: string, image: string): boolean {
  const [, start = "", stars = ""] = /^(.*?)(\*{0,2})$/.exec(pattern) ?? [];
  const rest = image.slice(start.length);
  return image.startsWith(start) && (stars === "**" || (stars === "*" ? !rest.includes("/") : rest === ""));
}
