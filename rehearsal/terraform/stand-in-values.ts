import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type StackJson, stackFile } from "../../stacks/stack-json";

/**
 * Random values in the place of those that a person provides for a real run; no real secret enters a rehearsal. A variable
 * has the same value in every stack and every run of Terraform.
 */
export class StandInValues {
  private readonly values = new Map<string, string>();

  /** What to set for Terraform in the folder of a stack: `TF_VAR_<name>` for each variable without a default. */
  async environment(folder: string): Promise<Readonly<Record<string, string>>> {
    const { variable = {} } = JSON.parse(await readFile(join(folder, stackFile), "utf8")) as StackJson;
    const names = Object.keys(variable).filter((name) => variable[name]?.default === undefined);
    return Object.fromEntries(names.map((name) => [`TF_VAR_${name}`, this.value(name)]));
  }

  private value(name: string): string {
    const found = this.values.get(name) ?? randomBytes(24).toString("hex");
    this.values.set(name, found);
    return found;
  }
}
