/** Bodies of the blocks of a type at any depth of a text in HCL: `listener` finds `listener "tcp" { … }`. */
export function hclBlocks(hcl: string, type: string): readonly string[] {
  return [...hcl.matchAll(new RegExp(`(?:^|[\\s{}])${type}(?:\\s+"[^"]*")*\\s*\\{`, "g"))].map((match) =>
    bodyAt(hcl, match.index + match[0].length),
  );
}

/** Value of an argument in the text itself, without quotes; blocks within are not left out. Undefined when it is absent. */
export function hclArgument(body: string, name: string): string | undefined {
  const [, value] = new RegExp(`(?:^|[\\s{])${name}\\s*=\\s*("[^"]*"|[^\\s}]+)`).exec(body) ?? [];
  return value?.replace(/^"(.*)"$/, "$1");
}

/** Text from a position behind `{` to the brace that closes it. */
function bodyAt(hcl: string, start: number): string {
  let depth = 1;
  let end = start;
  for (; end < hcl.length && depth > 0; end++) {
    const character = hcl[end];
    depth += character === "{" ? 1 : character === "}" ? -1 : 0;
  }
  return hcl.slice(start, end - 1);
}
