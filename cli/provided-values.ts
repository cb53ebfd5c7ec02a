import { readFile } from "node:fs/promises";
import { CliError } from "./errors";
import type { SynthesizedStack } from "./synthesis";

/** A value that a person must provide before Terraform runs. */
export interface MissingVariable {
  /** Name of the environment variable that Terraform reads it from. */
  readonly name: string;
  readonly description: string;
}

/** The values that these stacks ask for, each once and in the order of their names. */
export async function providedValues(stacks: readonly SynthesizedStack[]): Promise<readonly MissingVariable[]> {
  const found = new Map<string, MissingVariable>();
  for (const { file } of stacks) {
    const { variable = {} } = JSON.parse(await readFile(file, "utf8")) as {
      variable?: Readonly<Record<string, { readonly default?: unknown; readonly description?: string }>>;
    };
    for (const [key, { default: value, description = "" }] of Object.entries(variable)) {
      if (value === undefined) found.set(key, { name: `TF_VAR_${key}`, description });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Ends the run before anything is applied when a value is not provided; an empty one counts as none.
 *
 * @throws CliError that names all that are missing
 */
export async function requireProvidedValues(
  stacks: readonly SynthesizedStack[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const missing = (await providedValues(stacks)).filter(({ name }) => !environment[name]?.trim());
  if (missing.length === 0) return;
  const what = missing.length === 1 ? "1 value is" : `${missing.length} values are`;
  const lines = missing.map(({ name, description }) => `  read -rs ${name} && export ${name}   # ${description}`);
  throw new CliError(
    [`${what} not provided, and nothing was applied; enter each in this shell, then run again`, ...lines].join("\n"),
  );
}
