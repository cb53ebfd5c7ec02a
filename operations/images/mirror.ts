import { isPlainHttp } from "./plain-http";

/** Programs that copy an image with all its platforms from registry to registry. */
export const mirrorTools = ["skopeo", "crane"] as const;

export type MirrorTool = (typeof mirrorTools)[number];

/** An image as it is listed. */
interface Image {
  /** With registry, tag and digest. */
  readonly reference: string;
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** A chart as it is pinned. */
interface Chart {
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
}

/**
 * Commands that copy images to a registry, to where an environment with `images.registry` looks for them: the host is
 * replaced, the path stays. An image that is there already is left out.
 */
export function imageCopies(
  images: readonly Image[],
  registry: string,
  tool: MirrorTool,
): readonly (readonly string[])[] {
  return images
    .filter(({ reference }) => !reference.startsWith(`${registry}/`))
    .map(({ reference, repository, tag, digest }) => {
      const target = `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}`;
      // skopeo takes a tag or a digest of a source, not both
      const source = tag !== undefined && digest !== undefined ? reference.replace(`:${tag}@`, "@") : reference;
      const plain = isPlainHttp(target);
      return tool === "skopeo"
        ? [
            ...["skopeo", "copy", "--all", ...(plain ? ["--dest-tls-verify=false"] : [])],
            ...[`docker://${source}`, `docker://${target}`],
          ]
        : ["crane", "copy", ...(plain ? ["--insecure"] : []), source, target];
    });
}

/** Commands that copy charts to `oci://<registry>/charts`, each by a file in the working directory. */
export function chartCopies(charts: readonly Chart[], registry: string): readonly (readonly string[])[] {
  return charts.flatMap(({ chart, repository, version }) => [
    repository.startsWith("oci://")
      ? ["helm", "pull", `${repository}/${chart}`, "--version", version]
      : ["helm", "pull", chart, "--repo", repository, "--version", version],
    [
      ...["helm", "push", `${chart}-${version}.tgz`, `oci://${registry}/charts`],
      ...(isPlainHttp(registry) ? ["--plain-http"] : []),
    ],
  ]);
}
