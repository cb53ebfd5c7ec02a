import { stripVTControlCharacters } from "node:util";

/** Whether text to a stream may be coloured: on a terminal only, never with NO_COLOR (https://no-color.org). */
export function mayColor(stream: NodeJS.WriteStream = process.stdout): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

function style(open: number, close: number): (text: string) => string {
  return (text) => (mayColor() ? `\u001b[${open}m${text}\u001b[${close}m` : text);
}

/** Colours that vanish where there is no terminal. */
export const colors = {
  bold: style(1, 22),
  dim: style(2, 22),
  red: style(31, 39),
  green: style(32, 39),
  yellow: style(33, 39),
};

/** Prints a line (or several) of the result on standard output. */
export function print(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a note that is not part of the result on standard error. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * A table without lines, as wide as its content: easy to read, to cut and to paste. On a terminal that is too narrow for
 * it, what stands in the last column goes on below.
 */
export async function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined = process.stdout.isTTY ? process.stdout.columns : undefined,
): Promise<string> {
  const { default: Table } = await import("cli-table3");
  const none = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" };
  const blank = { "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "" };
  const last = columns === undefined ? undefined : lastWidth([head, ...rows], columns);
  const grid = new Table({
    head: head.map((title) => colors.bold(title)),
    chars: { ...none, ...blank, right: "", "right-mid": "", middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    ...(last === undefined ? {} : { colWidths: [...head.slice(1).map(() => null), last], wordWrap: true }),
  });
  grid.push(...rows.map((row) => [...row]));
  return grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Width that is left for the last column where the table is too wide, unless that is too little to be of use. */
function lastWidth(lines: readonly (readonly string[])[], columns: number): number | undefined {
  const widths = (lines[0] ?? []).map((_, index) => Math.max(...lines.map((line) => shownLength(line[index] ?? ""))));
  const left = columns - widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  return left >= 20 && left < (widths.at(-1) ?? 0) ? left : undefined;
}

function shownLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
