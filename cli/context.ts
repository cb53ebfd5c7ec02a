import type { Command } from "commander";
import type { Cancellation } from "./cancellation";

/** What every command gets when it is registered. */
export interface Context {
  /** Stops the run on Ctrl-C. */
  readonly cancellation: Cancellation;
  /** Whether --debug was given; known once the arguments are parsed. */
  readonly debug: () => boolean;
}

/** Adds one command to the program. */
export type Register = (program: Command, context: Context) => void;
