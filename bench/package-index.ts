/** Name under which a provider package's index exports the module of a folder, or nothing when it does not. */
type IndexName = (provider: string, folder: string) => string | undefined;

const deepImport = /^import (type )?\{([^}]*)\} from "@cdktf\/provider-([a-z0-9-]+)\/lib\/([a-z0-9-]+)";$/gm;

/**
 * Rewrites every import of one provider module (`@cdktf/provider-x/lib/some-resource`) to the package's index, the way
 * code that starts with `import { someResource } from "@cdktf/provider-x"` does. Throws when a deep import is left over.
 *
 * @param source a file of the program
 */
export function toPackageIndex(source: string, indexName: IndexName): string {
  const rewritten = source.replaceAll(deepImport, (_all, typeOnly, names: string, provider: string, folder: string) => {
    const exported = indexName(provider, folder);
    if (exported === undefined) throw new Error(`the index of @cdktf/provider-${provider} has no ${folder}`);
    const module = `${provider}_${exported}`;
    // An import alias stands for both the class and its type, and vanishes where only the type is used.
    const aliases = names.split(",").flatMap((name) => alias(name.trim(), module, typeOnly !== undefined));
    return [
      `import ${typeOnly ?? ""}{ ${exported} as ${module} } from "@cdktf/provider-${provider}";`,
      ...aliases,
    ].join("\n");
  });
  const left = /["']@cdktf\/provider-[^"']*\/lib\/[^"']*["']/.exec(rewritten)?.[0];
  if (left)
    throw new Error(`the import of ${left} has a form that the benchmark cannot rewrite; write import { X } from`);
  return rewritten;
}

/** Rewrites what ES modules know of their own place to what CommonJS modules know of it. */
export function toCommonJs(source: string): string {
  return source.replaceAll("import.meta.url", 'require("node:url").pathToFileURL(__filename)');
}

/** Reads the names that an index exports from its declarations (`export * as name from './folder'`). */
export function indexNames(declarations: string): ReadonlyMap<string, string> {
  const found = declarations.matchAll(/^export \* as (\w+) from '\.\/([a-z0-9-]+)';$/gm);
  return new Map(Array.from(found, ([, name = "", folder = ""]) => [folder, name]));
}

function alias(name: string, module: string, typesOnly: boolean): string[] {
  const parts = /^(type )?(\w+)(?: as (\w+))?$/.exec(name);
  if (!parts) return []; // what follows the last comma
  const [, typeOnly, original, local = original] = parts;
  return [
    typesOnly || typeOnly ? `type ${local} = ${module}.${original};` : `import ${local} = ${module}.${original};`,
  ];
}
