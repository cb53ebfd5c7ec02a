import { join } from "node:path";
import type { OwnImage } from "./own-images";
import { isPlainHttp } from "./plain-http";

/** Programs that build and push images, in the order in which they are looked for. */
export const engines = ["docker", "podman", "buildah"] as const;

export type ImageEngine = (typeof engines)[number];

/** Registries on this machine speak plain HTTP; Docker knows that by itself. */
function plainHttp(engine: ImageEngine, reference: string): readonly string[] {
  return engine !== "docker" && isPlainHttp(reference) ? ["--tls-verify=false"] : [];
}

/**
 * Arguments that build an image, the same for every engine.
 *
 * @param folder the folder `images/`
 */
export function buildArguments(image: OwnImage, folder: string): readonly string[] {
  const context = join(folder, image.name);
  const bases = Object.entries(image.bases).flatMap(([argument, base]) => [
    "--build-arg",
    `${argument}=${base.reference}`,
  ]);
  return ["build", "--file", join(context, "Containerfile"), "--tag", image.reference, ...bases, context];
}

/**
 * Arguments of an engine that push an image to its registry.
 *
 * @param digestFile file that the digest is to be written to; Docker has no such option and says it at the end of a push
 */
export function pushArguments(engine: ImageEngine, image: OwnImage, digestFile?: string): readonly string[] {
  const digest = digestFile !== undefined && engine !== "docker" ? ["--digestfile", digestFile] : [];
  return ["push", ...plainHttp(engine, image.reference), ...digest, image.reference];
}

/** The digest of what was pushed, in a digest file or in Docker's own line `<tag>: digest: sha256:… size: …`. */
export function pushedDigest(text: string): string | undefined {
  return /(?:^|: digest: )(sha256:[0-9a-f]{64})(?:\s|$)/.exec(text)?.[1];
}
