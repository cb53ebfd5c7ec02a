/** A step into a tree: a key, a place in a list, or the entry of a list whose member has a value. */
type Step = { readonly key: string } | { readonly member: string; readonly value: string };

/**
 * Whether a tree has what a text states: `<path>=<value>` for a value as a whole, `<path>~=<text>` for a part of it.
 *
 * A path has keys with dots between them; `["a.b"]` is a key with dots, `[0]` a place in a list and `[name=web]` the entry
 * whose `name` is `web`. What is no text is compared as JSON; the entries of a list are one text, with spaces, for `~=`.
 *
 * @throws Error for a text that is no such statement
 */
export function hasStated(tree: unknown, statement: string): boolean {
  const [, path = "", operator, value = ""] = /^((?:[^=~[]|\["[^"]*"\]|\[[^\]]*\])+)(~?=)(.*)$/s.exec(statement) ?? [];
  if (!operator) {
    throw new Error(`"${statement}" states nothing: write <path>=<value>`);
  }
  const found = stepsOf(path).reduce(into, tree);
  if (found === undefined) {
    return false;
  }
  return operator === "=" ? textOf(found) === value : spoken(found).includes(value);
}

function stepsOf(path: string): readonly Step[] {
  return [...path.matchAll(/\["([^"]*)"\]|\[(\w+)=([^\]]*)\]|\[(\d+)\]|([^.[]+)/g)].map(
    ([, quoted, member, value = "", place, key = ""]) =>
      member === undefined ? { key: quoted ?? place ?? key } : { member, value },
  );
}

function into(tree: unknown, step: Step): unknown {
  if (typeof tree !== "object" || tree === null) {
    return undefined;
  }
  if ("key" in step) {
    return (tree as Readonly<Record<string, unknown>>)[step.key];
  }
  return Array.isArray(tree)
    ? tree.find((entry) => textOf((entry as Readonly<Record<string, unknown>>)[step.member]) === step.value)
    : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function spoken(value: unknown): string {
  return Array.isArray(value) ? value.map(textOf).join(" ") : textOf(value);
}
