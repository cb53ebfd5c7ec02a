import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** An image that this project builds: a folder below `images/`. */
export interface OwnImage {
  /** Folder below `images/`, such as `superset`. */
  readonly name: string;
  /** Address that it is built and pushed under, with registry and tag. */
  readonly reference: string;
  /** Images of this project that it is built from, by the argument of its Containerfile. */
  readonly bases: { readonly [argument: string]: OwnImage };
}

/** Where references of this project's images begin, after the registry. */
const room = "terralake/";

/**
 * The images of this project that some stacks name, each after those that it is built from.
 *
 * @param texts the stacks' JSON; some charts take address and tag apart, so an image is known by its address
 * @param pins images of charts.ts; those of this project are `terralake/<name>:<tag>`
 * @param registry the environment's registry for images of this project
 * @param folder the folder `images/`
 */
export async function ownImages(
  texts: readonly string[],
  pins: readonly string[],
  registry: string,
  folder: string,
): Promise<readonly OwnImage[]> {
  const found = new Map<string, OwnImage>();
  const add = async (reference: string): Promise<OwnImage> => {
    const known = found.get(reference);
    if (known) return known;
    const [name = ""] = reference.split(":");
    const containerfile = await readFile(join(folder, name, "Containerfile"), "utf8");
    const bases: Record<string, OwnImage> = {};
    for (const [, argument = "", base = ""] of containerfile.matchAll(/^ARG (\w+)=localhost\/terralake\/(\S+)$/gm)) {
      bases[argument] = await add(base);
    }
    const image = { name, reference: `${registry}/${room}${reference}`, bases };
    found.set(reference, image);
    return image;
  };
  const own = pins.filter((pin) => pin.startsWith(room)).sort();
  for (const pin of own) {
    const [address = ""] = pin.split(":");
    const named = new RegExp(`${`${registry}/${address}`.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w/-])`);
    if (texts.some((text) => named.test(text))) {
      await add(pin.slice(room.length));
    }
  }
  return [...found.values()];
}
