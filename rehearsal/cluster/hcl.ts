import { ClusterError } from "./cluster-error";

/** `name = value`; the value is kept as written. */
export interface HclAttribute {
  readonly kind: "attribute";
  readonly name: string;
  readonly value: string;
}

/** `type "label" { ... }` */
export interface HclBlock {
  readonly kind: "block";
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
}

export type HclBody = readonly (HclAttribute | HclBlock)[];

const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_.-]*/y;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const OPENING = "{[(";
const CLOSING = "}])";

/** Parses the part of HCL 1 that server configurations use: attributes, blocks, comments, lists, maps and strings. */
export function parseHcl(source: string): HclBody {
  const parser = new Parser(source);
  const body = parser.body();
  if (!parser.atEnd()) parser.fail("expected the end");
  return body;
}

/** Writes a body so that {@link parseHcl} gives it back. */
export function printHcl(body: HclBody, indent = ""): string {
  return body
    .map((item) => {
      if (item.kind === "attribute") return `${indent}${item.name} = ${item.value}\n`;
      const head = [item.type, ...item.labels.map((label) => JSON.stringify(label))].join(" ");
      return `${indent}${head} {\n${printHcl(item.body, `${indent}  `)}${indent}}\n`;
    })
    .join("");
}

class Parser {
  private at = 0;

  constructor(private readonly source: string) {}

  body(): HclBody {
    const items: (HclAttribute | HclBlock)[] = [];
    for (this.blank(); !this.atEnd() && this.source[this.at] !== "}"; this.blank()) items.push(this.item());
    return items;
  }

  atEnd(): boolean {
    return this.at >= this.source.length;
  }

  fail(problem: string): never {
    const line = this.source.slice(0, this.at).split("\n").length;
    throw new ClusterError(`server configuration, line ${line}: ${problem}`);
  }

  private item(): HclAttribute | HclBlock {
    const name = this.match(IDENTIFIER) ?? this.label() ?? this.fail("expected a name");
    this.space();
    if (this.source[this.at] === "=") {
      this.at += 1;
      return { kind: "attribute", name, value: this.value() };
    }
    const labels: string[] = [];
    for (let label = this.label(); label !== undefined; label = this.label()) {
      labels.push(label);
      this.space();
    }
    if (this.source[this.at] !== "{") this.fail(`expected "=" or "{" after ${name}`);
    this.at += 1;
    const body = this.body();
    if (this.source[this.at] !== "}") this.fail(`block ${name} is not closed`);
    this.at += 1;
    return { kind: "block", type: name, labels, body };
  }

  /** Everything up to the end of the line, over as many lines as brackets are open. */
  private value(): string {
    this.space();
    const start = this.at;
    if (this.source.startsWith("<<", this.at)) return this.heredoc();
    let depth = 0;
    while (!this.atEnd()) {
      const character = this.source[this.at] ?? "";
      if (character === '"') {
        if (this.match(STRING) === undefined) this.fail("string is not closed");
        continue;
      }
      if (
        depth === 0 &&
        (character === "\n" || character === "#" || character === "}" || this.source.startsWith("//", this.at))
      )
        break;
      if (OPENING.includes(character)) depth += 1;
      if (CLOSING.includes(character)) depth -= 1;
      this.at += 1;
    }
    if (depth !== 0) this.fail("bracket is not closed");
    const value = this.source.slice(start, this.at).trim();
    return value === "" ? this.fail("expected a value") : value;
  }

  private heredoc(): string {
    const found = /<<-?([A-Za-z_]+)\n[\s\S]*?\n[ \t]*\1(?=\n|$)/y;
    return this.match(found) ?? this.fail("text block is not closed");
  }

  private label(): string | undefined {
    const text = this.match(STRING);
    return text === undefined ? undefined : (JSON.parse(text) as string);
  }

  private match(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.source)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private space(): void {
    this.match(/[ \t]*/y);
  }

  private blank(): void {
    this.match(/(?:\s|,|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y);
  }
}
