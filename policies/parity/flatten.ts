/** Attributes of a resource by their path, such as `node_config.disk_size_gb`; what is no object is a leaf. */
export type Leaves = ReadonlyMap<string, string>;

/** Arguments that hold a JSON document as text, which is compared by its keys. */
const documents = /^(values|dashboard_json|set\.value)/;

/** Longest label by which an entry of a list is known, in characters. */
const longestLabel = 80;

/**
 * Takes a resource apart. Entries of a list go by their `name` where all have one, else by what they hold: their order
 * then makes no difference. Text that is a JSON document is taken apart too.
 */
export function leavesOf(block: unknown): Leaves {
  return new Map(walk(block, ""));
}

function* walk(value: unknown, path: string): Generator<readonly [path: string, value: string]> {
  const document = typeof value === "string" && documents.test(path) ? parsed(value) : undefined;
  if (Array.isArray(value)) {
    yield* walkList(value, path);
  } else if (value !== null && typeof value === "object") {
    for (const [key, each] of Object.entries(value)) yield* walk(each, path === "" ? key : `${path}.${key}`);
  } else if (document !== undefined) {
    yield* walk(document, path);
  } else {
    yield [path, typeof value === "string" ? value : JSON.stringify(value)];
  }
}

function* walkList(list: readonly unknown[], path: string): Generator<readonly [path: string, value: string]> {
  if (list.length === 0) yield [path, "[]"];
  // Terraform writes a block that may be there once as a list of one.
  if (list.length === 1 && (typeof list[0] === "object" || documents.test(path))) {
    yield* walk(list[0], path);
    return;
  }
  const names = list.map(nameOf);
  const named = new Set(names).size === list.length && !names.includes(undefined);
  for (const [index, entry] of list.entries()) {
    const label = [...leavesOf(entry).values()].join(", ");
    if (named) yield* walk(entry, `${path}[${names[index]}]`);
    else if (label.length > longestLabel) yield* walk(entry, `${path}[${index}]`);
    else yield [`${path}[${label}]`, "there"];
  }
}

function nameOf(entry: unknown): string | undefined {
  const name = (entry as { readonly name?: unknown } | null)?.name;
  return typeof entry === "object" && typeof name === "string" ? name : undefined;
}

function parsed(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
