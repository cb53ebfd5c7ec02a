import type { Environment } from "../environments/schema";
import { closest } from "../environments/schema";
import { CliError, exitCode } from "./errors";

/** All environments of the project. Throws EnvironmentError with every problem of their files. */
export async function loadEnvironments(): Promise<readonly Environment[]> {
  const { environments } = await import("../environments");
  return environments;
}

/** The environment with a name. Throws CliError (exit code 2) naming the allowed ones. */
export async function chooseEnvironment(name: string): Promise<Environment> {
  return pick(await loadEnvironments(), name);
}

/** The environments with these names, in the project's order; all of them when none is named. */
export async function chooseEnvironments(names: readonly string[]): Promise<readonly Environment[]> {
  const environments = await loadEnvironments();
  if (names.length === 0) return environments;
  const chosen = new Set(names.map((name) => pick(environments, name)));
  return environments.filter((environment) => chosen.has(environment));
}

function pick(environments: readonly Environment[], name: string): Environment {
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  const names = environments.map((environment) => environment.name);
  const suggestion = closest(name, names);
  throw new CliError(
    `environment ${JSON.stringify(name)} is not known; allowed: ${names.join(", ")}` +
      (suggestion ? `; did you mean ${suggestion}?` : "; add a file under environments/ to make a new one"),
    exitCode.usage,
  );
}
