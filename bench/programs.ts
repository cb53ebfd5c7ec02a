import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../rehearsal/paths";
import { indexNames, toCommonJs, toPackageIndex } from "./package-index";

/** One way to run the program. */
export interface Program {
  /** For the table. */
  readonly title: string;
  /** Folder with main.ts; the JSON goes to its cdktf.out. */
  readonly folder: string;
  /** Arguments of node. */
  readonly nodeArguments: readonly string[];
}

/** What the program consists of: code, and the local charts that it refers to. */
const parts = ["main.ts", "charts.ts", "charts", "environments", "selections", "stacks", "constructs"];

/** Options that a CDKTF project for ts-node has, with the language level that the program is written in. */
const tsNodeConfig = {
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2023"],
    module: "CommonJS",
    esModuleInterop: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    types: ["node"],
  },
};

/** Copies the program as it is, run the way cdktf.json says. */
export function ownProgram(parent: string): Program {
  const folder = copyProgram(join(parent, "own"), "module");
  cpSync(join(projectRoot, "tsconfig.json"), join(folder, "tsconfig.json"));
  return { title: "tsx, deep imports", folder, nodeArguments: ["--import", "tsx", "main.ts"] };
}

/** Copies the program with all providers imported by their package's index, run by ts-node with its defaults. */
export function indexProgram(parent: string): Program {
  const folder = copyProgram(join(parent, "index"), "commonjs");
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsNodeConfig));
  const names = new Map<string, ReadonlyMap<string, string>>();
  const indexName = (provider: string, module: string) => {
    const known = names.get(provider) ?? readIndex(provider);
    names.set(provider, known);
    return known.get(module);
  };
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.startsWith("node_modules")) continue;
    const path = join(folder, file);
    writeFileSync(path, toCommonJs(toPackageIndex(readFileSync(path, "utf8"), indexName)));
  }
  if (names.size === 0) throw new Error("the program imports no provider: there is nothing to compare");
  return {
    title: "ts-node, package indexes",
    folder,
    nodeArguments: [join(projectRoot, "node_modules/ts-node/dist/bin.js"), "main.ts"],
  };
}

function copyProgram(folder: string, type: "module" | "commonjs"): string {
  mkdirSync(folder, { recursive: true });
  for (const part of parts) cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function readIndex(provider: string): ReadonlyMap<string, string> {
  return indexNames(readFileSync(join(projectRoot, `node_modules/@cdktf/provider-${provider}/lib/index.d.ts`), "utf8"));
}
