/** Columns that an object or a list may fill and stay on one line. */
const width = 140;

/**
 * JSON for readers of a snapshot: keys are sorted, what fits on a line stands on one, and JSON within a string is
 * written out. Comments of the synthesis (`//`) are left out: they repeat the address.
 */
export function compactJson(value: unknown, indent = ""): string {
  const expanded = expand(value);
  if (typeof expanded !== "object" || expanded === null) {
    return JSON.stringify(expanded) ?? "null";
  }
  const line = oneLine(expanded);
  if (indent.length + line.length <= width) {
    return line;
  }
  const deeper = `${indent}  `;
  const [open, members, close] = Array.isArray(expanded)
    ? ["[", expanded.map((member) => compactJson(member, deeper)), "]"]
    : ["{", entries(expanded).map(([key, member]) => `${key}: ${compactJson(member, deeper)}`), "}"];
  return `${open}\n${members.map((member) => `${deeper}${member}\n`).join("")}${indent}${close}`;
}

function oneLine(value: unknown): string {
  const expanded = expand(value);
  if (Array.isArray(expanded)) {
    return `[${expanded.map(oneLine).join(", ")}]`;
  }
  if (typeof expanded === "object" && expanded !== null) {
    return `{ ${entries(expanded)
      .map(([key, member]) => `${key}: ${oneLine(member)}`)
      .join(", ")} }`;
  }
  return JSON.stringify(expanded) ?? "null";
}

function entries(object: object): readonly (readonly [string, unknown])[] {
  return Object.entries(object)
    .filter(([key]) => key !== "//")
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The document within a string that holds one; a marker keeps it apart from the document itself. */
function expand(value: unknown): unknown {
  if (typeof value !== "string" || !/^\{.*\}$/s.test(value)) {
    return value;
  }
  try {
    return { "(text)": JSON.parse(value) as unknown };
  } catch {
    return value;
  }
}
