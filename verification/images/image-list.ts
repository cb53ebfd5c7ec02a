import type { RenderedRelease } from "../rendering/render";
import { type ImageReference, imageReference } from "./reference";

/** An image and what names it. */
export interface ListedImage extends ImageReference {
  /** Releases that name it, `namespace/name`, in the order of their names. */
  readonly releases: readonly string[];
}

/** Keys whose value is an image whatever it looks like. */
const imageKeys = /^(image|imageName|containerImage|sidecarImage)$/;

/**
 * The images that rendered releases name, in the order of their names: containers of pods, images in custom resources, and
 * those that an operator is told of by its environment or arguments, since it starts pods with them.
 */
export function listImages(releases: readonly RenderedRelease[]): readonly ListedImage[] {
  const found = new Map<string, { readonly image: ImageReference; readonly releases: Set<string> }>();
  for (const { installation, objects } of releases) {
    for (const { block } of objects) {
      for (const image of imagesIn(block)) {
        const entry = found.get(image.reference) ?? { image, releases: new Set<string>() };
        entry.releases.add(installation.id);
        found.set(image.reference, entry);
      }
    }
  }
  return [...found.values()]
    .map(({ image, releases: by }) => ({ ...image, releases: [...by].sort() }))
    .sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

function imagesIn(value: unknown, key = ""): readonly ImageReference[] {
  if (typeof value === "string") {
    return imageKeys.test(key) ? one(value) : mentioned(value);
  }
  if (Array.isArray(value)) {
    return value.flatMap((entry) => imagesIn(entry, key));
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const { repository, tag } = value as { readonly repository?: unknown; readonly tag?: unknown };
  const split = typeof repository === "string" && typeof tag === "string" ? one(`${repository}:${tag}`) : [];
  return [...split, ...Object.entries(value).flatMap(([name, member]) => imagesIn(member, name))];
}

function one(text: string): readonly ImageReference[] {
  const image = imageReference(text);
  return image ? [image] : [];
}

/** Images within a longer text, such as `--image=quay.io/a/b:1` or Strimzi's list of an image for each version. */
function mentioned(text: string): readonly ImageReference[] {
  // A file of thousands of lines is a program or a dashboard, and names no image that a pod starts with.
  if (text.length > 4000) {
    return [];
  }
  return [
    ...text.matchAll(
      /(?:^|[\s=])((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[a-z0-9][a-z0-9._/-]*:[\w][\w.-]*(?:@sha256:[0-9a-f]{64})?)(?=$|\s)/g,
    ),
  ].flatMap(([, reference = ""]) => one(reference));
}
