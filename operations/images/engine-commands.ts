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

/** Arguments of an engine that push an image to its registry. */
export function pushArguments(engine: ImageEngine, image: OwnImage): readonly string[] {
  return ["push", ...plainHttp(engine, image.reference), image.reference];
}
