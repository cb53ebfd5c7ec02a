/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return `${line(head)}${line(head.map(() => "---"))}${rows.map(line).join("")}`;
}

/** A heading with what stands below it; nothing when there is nothing. */
export function section(heading: string, ...parts: readonly string[]): readonly string[] {
  return parts.some((part) => part !== "") ? [`## ${heading}`, ...parts.filter((part) => part !== "")] : [];
}
