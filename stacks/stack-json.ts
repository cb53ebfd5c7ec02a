import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Arguments of a block in Terraform's JSON syntax. */
export interface Block {
  [argument: string]: unknown;
}

/** Blocks by type and name. */
export type Blocks = { [type: string]: { [name: string]: Block } };

/** A synthesized stack, as far as this project reads it. */
export interface StackJson {
  terraform: {
    backend: { [type: string]: Block };
    required_providers: { [name: string]: { source: string; version: string } };
    required_version?: string;
  };
  provider: { [name: string]: Block[] };
  data?: Blocks;
  ephemeral?: Blocks;
  /** Values that come in from outside. */
  variable?: { [name: string]: Block };
  resource?: Blocks;
  output?: { [name: string]: Block };
  /** Renames that Terraform follows without destroying. */
  moved?: { from: string; to: string }[];
  /** Addresses that Terraform forgets. */
  removed?: { from: string }[];
}

/** File of a synthesized stack. */
export const stackFile = "cdk.tf.json";

/** Reads a synthesized stack from a folder of `cdktf synth`. */
export async function readStack(synthesized: string, stack: string): Promise<StackJson> {
  return readStackFile(join(synthesized, "stacks", stack, stackFile));
}

/** Reads a synthesized stack by the path of its file. */
export async function readStackFile(file: string): Promise<StackJson> {
  return JSON.parse(await readFile(file, "utf8")) as StackJson;
}

/** Every managed resource of a stack with its type and name, in the order of its address. */
export function resourcesOf(stack: StackJson): readonly { type: string; name: string; block: Block }[] {
  return Object.entries(stack.resource ?? {})
    .flatMap(([type, named]) => Object.entries(named).map(([name, block]) => ({ type, name, block })))
    .sort((a, b) => (`${a.type}.${a.name}` < `${b.type}.${b.name}` ? -1 : 1));
}

/** A provider's full name from its source: `kubernetes` is `hashicorp/kubernetes`. */
export function providerSource(source: string): string {
  return source.includes("/") ? source : `hashicorp/${source}`;
}
