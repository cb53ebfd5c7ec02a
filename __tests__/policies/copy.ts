import { listOf, objectOf } from "../../policies/blocks";
import type { Block, StackJson } from "../../stacks/stack-json";
import type { SynthesizedStack } from "../support/synthesized-platform";

/** A part of a document, to be changed. */
export type Part = Block;

function changedJson(text: string, change: (document: Part) => void): string {
  const document = JSON.parse(text) as Part;
  change(document);
  const changed = JSON.stringify(document);
  if (changed === JSON.stringify(JSON.parse(text))) {
    throw new Error("the mutation changes nothing");
  }
  return changed;
}

/** A way to break a rule in a copy of the real stacks. */
export interface Mutation {
  readonly rule: string;
  readonly what: string;
  /** Breaks the copy; throws when what it would break is not there. */
  readonly apply: (copy: Copy) => void;
}

/** A copy of the JSON of all stacks, to be broken. */
export class Copy {
  readonly stacks: readonly SynthesizedStack[];

  constructor(original: readonly SynthesizedStack[]) {
    this.stacks = original.map((stack) => ({ ...stack, json: structuredClone(stack.json) }));
  }

  json(stack: string): StackJson {
    return this.found(this.stacks.find(({ name }) => name === stack)?.json, stack);
  }

  /** The resource of an address; where only its type is given, the first one. */
  resource(stack: string, address: string): Block {
    const [type = "", name] = address.split(".");
    const named = this.json(stack).resource?.[type] ?? {};
    return this.found(name === undefined ? Object.values(named)[0] : named[name], `${stack} ${address}`);
  }

  provider(stack: string, name: string): Block {
    return this.found(this.json(stack).provider[name]?.[0], `${stack} provider ${name}`);
  }

  /** Adds a resource. */
  add(stack: string, type: string, block: Block): void {
    const { json } = { json: this.json(stack) };
    json.resource = { ...json.resource, [type]: { ...json.resource?.[type], Added: block } };
  }

  /** Replaces text in an attribute; throws when it is not there. */
  replace(block: Block, attribute: string, from: string | RegExp, to: string): void {
    const text = JSON.stringify(block[attribute]);
    const changed = text.replace(from, to);
    this.found(changed === text ? undefined : changed, String(from));
    block[attribute] = JSON.parse(changed);
  }

  /** Changes the values of a release. */
  values(stack: string, address: string, change: (values: Part) => void): void {
    const release = this.resource(stack, address);
    release.values = [changedJson(String(listOf(release.values)[0]), change)];
  }

  /** Changes a part of an object; throws when it is not there. */
  part(object: unknown, ...path: readonly string[]): Part {
    return path.reduce<Part>(
      (found, key) => this.found(objectOf(found[key]), `${path.join(".")} at ${key}`),
      this.found(objectOf(object), path.join(".")),
    );
  }

  /** Changes what the bootstrap job gives to Bank-Vaults. */
  bootstrap(stack: string, change: (document: Part) => void): void {
    const data = objectOf(this.resource(stack, "kubernetes_config_map_v1.Vault_Bootstrap_Config").data);
    data["vault-config.json"] = changedJson(String(data["vault-config.json"]), change);
  }

  private found<T>(value: T | undefined, what: string): T {
    if (value === undefined) {
      throw new Error(`the mutation finds no ${what}`);
    }
    return value;
  }
}
