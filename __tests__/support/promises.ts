import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { Command } from "commander";
import type { Context, Register } from "../../cli/context";
import { environments } from "../../environments";
import { defineEnvironment, type Environment, type EnvironmentInput } from "../../environments/schema";
import { projectRoot } from "../../rehearsal/paths";
import { proofs } from "../../rehearsal/proofs";
import { buildPlatform } from "../../stacks/platform";
import type { PlatformStack } from "../../stacks/platform-stack";
import type { StackJson } from "../../stacks/stack-json";
import { type DeliveredObject, objectsOf, releasesOf, type SynthesizedRelease } from "./releases";
import { hasStated } from "./stated-value";

/** A stack with what the locators of docs/migration/promises.md look at. */
interface Searched {
  readonly json: StackJson;
  readonly releases: readonly SynthesizedRelease[];
  readonly objects: readonly DeliveredObject[];
}

const fixtures = join(projectRoot, "__tests__/fixtures/environments/valid");
const platforms = new Map<string, readonly PlatformStack[]>();
const searched = new Map<string, Searched>();

/** A stack of the program or of a fixture environment, by its name; fails when there is none. */
function stackOf(name: string): Searched {
  const environment = environmentOf(name);
  const stacks = platforms.get(environment.name) ?? build(environment);
  platforms.set(environment.name, stacks);
  const stack = stacks.find(({ node }) => node.id === name);
  if (!stack) {
    throw new Error(`there is no stack ${name}`);
  }
  const found = searched.get(name) ?? search(stack);
  searched.set(name, found);
  return found;
}

function build(environment: Environment): readonly PlatformStack[] {
  // CDKTF notes where each token was made, and jest maps every such trace to its source: two thirds of the time.
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => undefined;
  try {
    return buildPlatform(new App(), environment);
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}

function search(stack: PlatformStack): Searched {
  const json = stack.toTerraform() as StackJson;
  const releases = releasesOf(stack);
  return { json, releases, objects: objectsOf(releases) };
}

/** The environment whose name the stack's begins with; the longest name counts. */
function environmentOf(stack: string): Environment {
  const inputs = readdirSync(fixtures).map(
    (file) => (require(join(fixtures, file)) as { default: EnvironmentInput }).default,
  );
  const named = [
    ...environments.map((environment) => ({ name: environment.name, get: () => environment })),
    ...inputs.map((input) => ({ name: input.name, get: () => defineEnvironment(input) })),
  ];
  const [found] = named
    .filter(({ name }) => stack.startsWith(`${name}-`))
    // The program's own environments come before fixtures of the same name.
    .sort((a, b) => b.name.length - a.name.length);
  if (!found) {
    throw new Error(`no environment has a stack ${stack}`);
  }
  return found.get();
}

/** Names of the command line's commands, those of a group with the group before them. */
function commandNames(): readonly string[] {
  const program = new Command();
  const context: Context = { cancellation: { signal: new AbortController().signal } as never, debug: () => false };
  const folder = join(projectRoot, "cli/commands");
  for (const entry of readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .sort()) {
    const module = require(join(folder, entry)) as Readonly<Record<string, unknown>>;
    for (const [name, register] of Object.entries(module)) {
      if (/^register/.test(name)) (register as Register)(program, context);
    }
  }
  return program.commands.flatMap((command) => [
    command.name(),
    ...command.commands.map((below) => `${command.name()} ${below.name()}`),
  ]);
}

/** Values of a block by which people know it. */
function namesOf(block: Readonly<Record<string, unknown>>): readonly unknown[] {
  const metadata = block.metadata as { readonly name?: unknown } | undefined;
  return [block.name, block.role_name, block.path, metadata?.name];
}

const kinds: Readonly<Record<string, (...words: string[]) => boolean>> = {
  kv: (stack, wanted) => {
    const [, mount, path, key, , value] = /^([^/]+)\/([^#]+)#([^=]+)(=(.*))?$/.exec(wanted ?? "") ?? [];
    const { resource = {} } = stackOf(stack ?? "").json;
    const secret = Object.values(resource.vault_kv_secret_v2 ?? {}).find(
      ({ mount: at, name }) => name === path && resource.vault_mount?.[nameIn(at)]?.path === mount,
    );
    const member = `${JSON.stringify(key)} = ${value === undefined ? "" : JSON.stringify(value)}`;
    return String(secret?.data_json_wo ?? "").includes(member);
  },
  copy: (stack, wanted) => {
    const [, namespace, name, key] = /^([^/]+)\/([^#]+)#(.+)$/.exec(wanted ?? "") ?? [];
    const found = stackOf(stack ?? "").objects.find(
      ({ kind, metadata }) => kind === "ExternalSecret" && metadata.name === name && metadata.namespace === namespace,
    );
    const { data = [] } = (found?.spec ?? {}) as { readonly data?: readonly { readonly secretKey: string }[] };
    return data.some(({ secretKey }) => secretKey === key);
  },
  block: (stack, type, name, ...statement) =>
    Object.values(stackOf(stack ?? "").json.resource?.[type ?? ""] ?? {}).some(
      (block) => namesOf(block).includes(name) && (statement.length === 0 || hasStated(block, statement.join(" "))),
    ),
  object: (stack, kind, wanted) =>
    stackOf(stack ?? "").objects.some((object) => object.kind === kind && named(object) === wanted),
  field: (stack, kind, wanted, ...statement) =>
    stackOf(stack ?? "").objects.some(
      (object) => object.kind === kind && named(object) === wanted && hasStated(object, statement.join(" ")),
    ),
  port: (stack, wanted, port) => {
    const [, number, target] = /^(\d+)(?:->(\w+))?$/.exec(port ?? "") ?? [];
    const service = stackOf(stack ?? "").objects.find(
      (object) => object.kind === "Service" && named(object) === wanted,
    );
    const { ports = [] } = (service?.spec ?? {}) as { readonly ports?: readonly ServicePort[] };
    return ports.some((each) => `${each.port}` === number && `${each.targetPort}` === (target ?? number));
  },
  release: (stack, wanted) =>
    stackOf(stack ?? "").releases.some(({ namespace, name }) => `${namespace}/${name}` === wanted),
  value: (stack, wanted, ...statement) =>
    stackOf(stack ?? "").releases.some(
      ({ namespace, name, values }) => `${namespace}/${name}` === wanted && hasStated(values, statement.join(" ")),
    ),
  text: (stack, ...words) => {
    // Values of releases and objects are JSON in a text of the JSON.
    const { json, releases } = stackOf(stack ?? "");
    return [json, ...releases.map(({ values }) => values)].some((part) =>
      JSON.stringify(part).includes(words.join(" ")),
    );
  },
  cli: (...words) => commandNames().includes(words.join(" ")),
  proof: (file) => {
    const module = require(join(projectRoot, "rehearsal/proofs", file ?? "")) as Readonly<Record<string, unknown>>;
    return Object.values(module).some((exported) => (proofs as readonly unknown[]).includes(exported));
  },
  test: (file, ...title) => hasText(file, title.join(" ")),
  file: (file, ...words) => hasText(file, words.join(" ")),
};

/** A port of a Kubernetes Service. */
interface ServicePort {
  readonly port: number;
  readonly targetPort: number | string;
}

function named({ metadata }: DeliveredObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function hasText(file: string | undefined, text: string): boolean {
  const path = join(projectRoot, file ?? "");
  return existsSync(path) && readFileSync(path, "utf8").includes(text);
}

/** The construct's name in `${type.name.attribute}`. */
function nameIn(reference: unknown): string {
  return /^\$\{\w+\.(\w+)\.\w+\}$/.exec(String(reference))?.[1] ?? "";
}

/** Whether what a locator names is there. Throws for a locator of no known kind. */
export function isThere(locator: string): boolean {
  const [kind = "", ...words] = locator.split(" ");
  const look = kinds[kind];
  if (!look) {
    throw new Error(`"${locator}" is no locator: it begins with one of ${Object.keys(kinds).join(", ")}`);
  }
  return look(...words);
}

/** A row of a table in docs/migration/promises.md. */
export interface PromiseRow {
  readonly section: string;
  readonly cells: readonly string[];
}

/** Every row of the page's tables, without heads and rules. */
export function promiseRows(): readonly PromiseRow[] {
  const text = readFileSync(join(projectRoot, "docs/migration/promises.md"), "utf8");
  let section = "";
  return text.split("\n").flatMap((line, index, all) => {
    section = /^##+ (.*)$/.exec(line)?.[1] ?? section;
    const isHead = /^\| -/.test(all[index + 1] ?? "");
    if (!line.startsWith("| ") || line.startsWith("| -") || isHead) return [];
    return [
      {
        section,
        cells: line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      },
    ];
  });
}

/** Texts between backticks. */
export function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inner = ""]) => inner);
}
