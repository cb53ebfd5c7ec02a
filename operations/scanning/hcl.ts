import type { Block, StackJson } from "../../stacks/stack-json";

/** Arguments that are maps, not blocks: JSON does not tell them apart, and the keys of these are names of their own. */
const maps: ReadonlySet<string> = new Set([
  "annotations",
  "attribute_mapping",
  "data",
  "effective_labels",
  "env_variables",
  "hard",
  "labels",
  "match_labels",
  "metadata",
  "node_labels",
  "node_selector",
  "parameters",
  "resource_labels",
  "resource_manager_tags",
  "tags",
  "user_labels",
]);

/** Arguments of {@link maps} that are a block in the resources of Kubernetes. */
const kubernetesBlocks: ReadonlySet<string> = new Set(["metadata"]);

/** What the language takes as the name of an argument or a block. */
const argument = /^[A-Za-z_][\w-]*$/;

/**
 * The resources of a stack in Terraform's own language, nested objects as blocks: Trivy does not see blocks in JSON and
 * reports everything in them as missing, and Checkov leaves the type out of addresses. For reading only: what is a map and
 * not listed above becomes a block too, as long as its keys can be names of arguments.
 */
export function hclOf({ resource = {}, data = {} }: StackJson): string {
  const lines = Object.entries({ resource, data }).flatMap(([kind, types]) =>
    Object.entries(types).flatMap(([type, named]) =>
      Object.entries(named).flatMap(([name, block]) => [
        `${kind} "${type}" "${name}" {`,
        ...bodyOf(block, type, "  "),
        "}",
      ]),
    ),
  );
  return `${lines.join("\n")}\n`;
}

function bodyOf(block: Block, type: string, indent: string): readonly string[] {
  return Object.entries(block)
    .filter(([key]) => key !== "//")
    .flatMap(([key, value]) => {
      const blocks = blocksOf(type, key, value);
      return blocks
        ? blocks.flatMap((each) => [`${indent}${key} {`, ...bodyOf(each, type, `${indent}  `), `${indent}}`])
        : [`${indent}${key} = ${expressionOf(value)}`];
    });
}

function blocksOf(type: string, key: string, value: unknown): readonly Block[] | undefined {
  if (maps.has(key) && !(type.startsWith("kubernetes_") && kubernetesBlocks.has(key))) return undefined;
  const entries = Array.isArray(value) ? value : [value];
  return entries.length > 0 && entries.every(isBlock) ? entries : undefined;
}

function isBlock(value: unknown): value is Block {
  return isObject(value) && Object.keys(value).every((key) => key === "//" || argument.test(key));
}

function isObject(value: unknown): value is Block {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function expressionOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(expressionOf).join(", ")}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)} = ${expressionOf(each)}`);
    return `{ ${entries.join(", ")} }`;
  }
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/** A text with what is in `${…}` as it is: quotes are escaped around an expression, never in it. */
function quoted(text: string): string {
  const parts: string[] = [];
  let start = 0;
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", start)) {
    // `$${` is text.
    const expression = text[at - 1] === "$" ? at + 2 : at;
    const end = expression === at ? endOfExpression(text, at + 2) : expression;
    parts.push(escaped(text.slice(start, expression)), text.slice(expression, end));
    start = end;
  }
  return `"${parts.join("")}${escaped(text.slice(start))}"`;
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Where the brace that ends an expression stands, and one more; braces in its texts do not count. */
function endOfExpression(text: string, start: number): number {
  let depth = 1;
  for (const { 0: token, index } of text.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
    if (depth === 0) return start + index + 1;
  }
  return text.length;
}
