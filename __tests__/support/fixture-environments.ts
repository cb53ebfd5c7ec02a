import { defineEnvironment, type Environment, type EnvironmentInput } from "../../environments/schema";
import { gke, kind } from "../fixtures/environments/base";

/** A correct environment on a laptop, with what a test changes. */
export function laptop(changes: Partial<EnvironmentInput> = {}): Environment {
  return defineEnvironment({ ...kind, ...changes } as EnvironmentInput);
}

/** A correct environment on Google Cloud, with what a test changes. */
export function cloud(changes: Partial<EnvironmentInput> = {}): Environment {
  return defineEnvironment({ ...gke, ...changes } as EnvironmentInput);
}
