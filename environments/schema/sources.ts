import type * as z from "zod";
import { field, oneOf, record, strict, text } from "./field";
import { closest } from "./suggest";
import type { Target } from "./target";

const FOLDER = /^(\.{0,2}\/).+/;
const OCI = /^oci:\/\/[\w.-]+(:\d+)?(\/[\w.-]+)*$/;

/** Where charts come from: upstream, an OCI mirror (`oci://`), or a folder. */
export type ChartSource = "upstream" | `oci://${string}` | `./${string}` | `../${string}` | `/${string}`;

/** Where charts come from. */
export const chartsInput = strict({
  from: field<ChartSource>({
    accepts: (v): v is ChartSource => typeof v === "string" && (v === "upstream" || OCI.test(v) || FOLDER.test(v)),
    allowed: "upstream, an address that starts with oci://, or a folder that starts with ./, ../ or /",
    next: (given) => {
      const meant = closest(String(given), ["upstream"]);
      if (meant) return `did you mean ${meant}?`;
      return /^[\w-]+(\/[\w.-]+)*$/.test(String(given)) ? `did you mean ./${given}?` : "choose one of the three";
    },
  }),
});

const registry = text(
  /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/,
  "a registry with an optional port and path, such as localhost:5001 or eu-docker.pkg.dev/example-dev/mirror",
  (given) => {
    const bare = String(given)
      .replace(/^\w+:\/\//, "")
      .replace(/\/+$/, "");
    return bare !== given && bare !== "" ? `did you mean ${bare}?` : "write it without a scheme";
  },
).optional();

const digests = record(
  {
    pattern: /^[a-z0-9][a-z0-9._-]*:[\w][\w.-]{0,127}$/,
    allowed: "an image of this project by name and tag, such as spark-iceberg:3.5.7-1",
    next: "copy it from the end of `terralake images push`",
  },
  text(/^sha256:[0-9a-f]{64}$/, "a digest, sha256: and 64 hexadecimal digits", "copy it from the end of a push"),
  "digests by image",
);

/** Where images come from. */
export const imagesInput = strict({
  registry,
  own: registry,
  digests: digests.optional(),
  pullPolicy: oneOf("IfNotPresent", "Always").optional(),
});

/** Where charts come from. */
export interface Charts {
  readonly from: ChartSource;
}

/** Where images come from. */
export interface Images {
  /**
   * Registry that mirrors every upstream image.
   *
   * @default - each image's own registry
   */
  readonly registry?: string;
  /**
   * Registry of the images that the project builds itself.
   *
   * @default - Artifact Registry on GKE; elsewhere `registry`, else the local registry of kind or minikube
   */
  readonly own: string;
  /**
   * Digests of the images that the project builds itself, by name and tag. A cluster that asks for attestations runs no
   * own image without.
   *
   * @default - none
   */
  readonly digests?: Readonly<Record<string, string>>;
  /** When a node pulls an image that it has. */
  readonly pullPolicy: "IfNotPresent" | "Always";
}

/** Charts come from upstream unless a mirror is named. */
export function resolveCharts(input: z.output<typeof chartsInput> | undefined): Charts {
  return { from: input?.from ?? "upstream" };
}

/** Images come from their own registries unless a mirror is named. */
export function resolveImages(input: z.output<typeof imagesInput> | undefined, target: Target): Images {
  return {
    ...(input?.registry !== undefined && { registry: input.registry }),
    // On Google Cloud the environment has a registry of its own, and what is in a mirror needs no attestation (GKE-16).
    own: input?.own ?? (target.kind === "gke" ? undefined : input?.registry) ?? registryOf(target),
    ...(input?.digests !== undefined && { digests: input.digests }),
    pullPolicy: input?.pullPolicy ?? "IfNotPresent",
  };
}

/** First part of names of images that nodes of minikube have without a registry. */
export const minikubeRegistry = "localhost";

/** Registry for the project's own images that comes with a target. */
function registryOf(target: Target): string {
  switch (target.kind) {
    case "kind":
      return target.registry;
    case "minikube":
      return target.registry ?? minikubeRegistry;
    case "gke":
      return `${target.region}-docker.pkg.dev/${target.project}/platform`;
    default:
      return target satisfies never;
  }
}
