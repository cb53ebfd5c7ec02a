/** An image by its parts. */
export interface ImageReference {
  /** As Kubernetes would pull it: with registry. */
  readonly reference: string;
  readonly registry: string;
  /** Path in the registry. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:...` */
  readonly digest?: string;
}

const shape =
  /^(?:(?<registry>(?:[a-z0-9-]+\.)+[a-z0-9-]+(?::\d+)?|localhost(?::\d+)?|[a-z0-9-]+:\d+)\/)?(?<repository>[a-z0-9][a-z0-9._/-]*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Reads a reference; without a registry it is Docker Hub's, as container engines have it. Undefined for other texts. */
export function imageReference(text: string): ImageReference | undefined {
  const { registry = "docker.io", repository = "", tag, digest } = shape.exec(text)?.groups ?? {};
  if (repository === "") {
    return undefined;
  }
  const path = registry === "docker.io" && !repository.includes("/") ? `library/${repository}` : repository;
  const suffix = `${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
  return {
    reference: `${registry}/${path}${suffix}`,
    registry,
    repository: path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}
