import type * as z from "zod";
import { field, oneOf, strict, text } from "./field";
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

/** Where images come from. */
export const imagesInput = strict({ registry, own: registry, pullPolicy: oneOf("IfNotPresent", "Always").optional() });

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
   * @default - `registry`; else the target's own: kind's and minikube's local registry, Artifact Registry on GKE
   */
  readonly own: string;
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
    own: input?.own ?? input?.registry ?? registryOf(target),
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
