import type { Environment } from "../environments/schema";
import type { VaultConnection } from "../operations/vault/connection";
import type { Context } from "./context";
import { CliError, StoppedError } from "./errors";

/** What every command at a running Vault has. */
export interface VaultSession {
  readonly environment: Environment;
  readonly connection: VaultConnection;
  readonly signal: AbortSignal;
}

/** Options of every command at a running Vault. */
export interface VaultOptions {
  /** Context of the kubeconfig. @default - the environment's own */
  readonly context?: string;
}

/** The option that names another context than the environment's own. */
export const contextOption = [
  "--context <name>",
  "context of the kubeconfig (default: the environment's own, never the current one)",
] as const;

/**
 * Runs a command at the Vault of an environment.
 *
 * @param check what needs no cluster, and so comes before it is asked for; `run` gets what it returns
 */
export async function atVault<Checked = void>(
  name: string,
  options: VaultOptions,
  context: Context,
  run: (session: VaultSession, checked: Checked) => Promise<void>,
  check?: (environment: Environment) => Promise<Checked>,
): Promise<void> {
  const { chooseEnvironment } = await import("./environment-choice");
  const environment = await chooseEnvironment(name);
  // Without a check there is nothing to hand on: Checked is void then.
  const checked = (await check?.(environment)) as Checked;
  const { signal } = context.cancellation;
  const settings = { context: options.context, signal, debug: context.debug() };
  await withVault(environment, settings, (session) => run(session, checked));
}

/** Settings of {@link withVault}. */
export interface WithVault extends VaultOptions {
  readonly signal: AbortSignal;
  /** Passes failures on as they are. @default false */
  readonly debug?: boolean;
}

/**
 * Connects to the Vault of an environment and runs something there. Whatever fails is explained: what was said, its cause
 * and the next step.
 *
 * @throws CliError with the explanation; StoppedError on Ctrl-C
 */
export async function withVault(
  environment: Environment,
  { context, signal, debug = false }: WithVault,
  run: (session: VaultSession) => Promise<void>,
): Promise<void> {
  const { clocksOf, connectVault } = await import("../operations/vault/connection");
  const { explainVault } = await import("../operations/vault/explain");
  const connection = await connectVault(environment, { context, signal });
  try {
    await run({ environment, connection, signal });
  } catch (error) {
    // What a stopped operation has left half-done is to be heard, Ctrl-C or not.
    if (error instanceof Error && error.name === "OperationError") throw error;
    if (signal.aborted) throw new StoppedError();
    if (error instanceof CliError) throw error;
    const explained = await explainVault(error, { place: connection.place, clocks: () => clocksOf(connection) });
    if (explained === undefined || debug) throw error;
    throw new CliError(explained);
  }
}
