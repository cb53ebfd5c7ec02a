/** The parts of an image's address, as charts take them. */
export interface ImageReference {
  /** Registry and path. */
  readonly repository: string;
  readonly tag: string;
  /** `sha256:...`. @default - none */
  readonly digest?: string;
}

/**
 * Splits an image's address.
 *
 * @param address with a tag, such as `docker.io/apache/airflow:3.2.0`
 */
export function imageReference(address: string): ImageReference {
  const [named = address, digest] = address.split("@");
  const colon = named.lastIndexOf(":");
  const reference = { repository: named.slice(0, colon), tag: named.slice(colon + 1) };
  return digest === undefined ? reference : { ...reference, digest };
}

/** Tag and digest as one, for who joins repository and tag: `1@sha256:…` behind a colon is a reference as well. */
export function exactTag({ tag, digest }: ImageReference): string {
  return digest === undefined ? tag : `${tag}@${digest}`;
}
