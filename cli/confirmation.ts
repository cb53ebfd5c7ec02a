import { CliError, exitCode, StoppedError } from "./errors";

/** A question before something that cannot be undone. */
export interface Confirmation {
  /** Name that is to be typed. */
  readonly name: string;
  /** What would happen, without the name, such as `This destroys the cluster of kind with all data.` */
  readonly consequence: string;
  /** What is said when there is no terminal to ask at. */
  readonly unattended: string;
  /** What is said when the answer was another one. */
  readonly refused: string;
}

/** Asks for a name to be typed. Throws CliError for another answer and without a terminal; StoppedError on Ctrl-C. */
export async function confirmByName(confirmation: Confirmation, signal: AbortSignal): Promise<void> {
  const { name, consequence, unattended, refused } = confirmation;
  if (!process.stdin.isTTY)
    throw new CliError(`${unattended} and cannot ask without a terminal; add --yes`, exitCode.usage);
  const { createInterface } = await import("node:readline/promises");
  const dialog = createInterface({ input: process.stdin, output: process.stderr });
  // In its own mode the terminal hands Ctrl-C to the dialog, not to the process.
  dialog.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const answer = await dialog.question(`${consequence} Type ${name} to go on: `, { signal });
    if (answer.trim() !== name) throw new CliError(`${refused}: the answer was not ${name}`);
  } catch (error) {
    if (signal.aborted) throw new StoppedError();
    throw error;
  } finally {
    dialog.close();
  }
}
