/** Exit codes of every command; they are part of its contract. */
export const exitCode = { ok: 0, failed: 1, usage: 2, stopped: 130 } as const;

/**
 * A problem that the user can solve. Its message names the problem, what is allowed and the next step; it is printed
 * as one paragraph and never with a stack trace.
 */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    message: string,
    /** Exit code of the process: 1 failed, 2 wrong usage. */
    readonly exitCode: number = 1,
    /** What a tool that was run had to say, printed before the message. */
    readonly details?: string,
    /** The same where the message alone says it better: printed for `--debug` only. */
    readonly background?: string,
  ) {
    super(message);
  }
}

/** Thrown where a run ends because it was stopped (Ctrl-C); it needs no explanation. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";

  constructor() {
    super("stopped");
  }
}

/** Errors that say all a user needs. Compared by name, so that --help need not load the modules that define them. */
const explained: readonly string[] = [
  "CliError",
  "EnvironmentError",
  "ToolError",
  "ClusterError",
  "RehearsalError",
  "TerraformError",
  "PlatformError",
  "OperationError",
  "VaultError",
];

/**
 * The text for a user about whatever was thrown. Anything that is not known
 * to explain itself is a fault of Terralake and keeps its stack for `--debug`.
 */
export function describeError(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  if (debug) return `${said(error, debug)}error: ${error.stack ?? error.message}`;
  if (explained.includes(error.name)) return `${said(error, debug)}error: ${error.message}`;
  return `error: ${firstLine(error.message) || error.name} (not expected here; run again with --debug to see where it comes from)`;
}

/** What a failing tool said, as far as it is to be shown. */
function said(error: Error, debug: boolean): string {
  if (!(error instanceof CliError)) return "";
  const text = error.details ?? (debug ? error.background : undefined);
  return text ? `${text.trimEnd()}\n` : "";
}

/** The exit code that belongs to whatever was thrown. */
export function exitCodeOf(error: unknown): number {
  return error instanceof CliError ? error.exitCode : exitCode.failed;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "";
}
