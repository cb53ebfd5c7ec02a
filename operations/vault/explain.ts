import { OperationError } from "../operation-error";
import { type Clocks, clockDifferences } from "./clocks";
import { type Place, vaultAdvice } from "./situations";
import { VaultError } from "./vault-error";

/** What an explanation may ask for. */
export interface ExplainContext {
  readonly place: Place;
  /** Reads the clocks; asked only where they may be the cause. */
  readonly clocks: () => Promise<Clocks>;
  /** Vault role that the request was made with. @default - none */
  readonly role?: string;
}

/**
 * A failure of Vault, or of reaching it, as one message: what was said, its cause and the next step.
 *
 * @returns undefined for what is neither of Vault, nor of the API server, nor of the network
 */
export async function explainVault(error: unknown, context: ExplainContext): Promise<string | undefined> {
  if (!(error instanceof Error) || error instanceof OperationError) return undefined;
  const said = saidBy(error);
  const advice = adviceOf(error, said, context);
  if (advice === undefined && !(error instanceof VaultError)) return undefined;
  const differences = mayBeClocks(error, said) ? clockDifferences(await context.clocks()) : [];
  const found = differences.length > 0 ? `${differences.join("; ")}: set the clocks by NTP, then run again` : undefined;
  // A clock that is wrong explains the rest.
  return [said, found ?? advice].filter((part) => part !== undefined).join("; ");
}

function adviceOf(error: Error, said: string, { place, role }: ExplainContext): string | undefined {
  const known = vaultAdvice(said, place);
  if (known !== undefined || !(error instanceof VaultError)) return known;
  if (error.status === 401) {
    return "the API server does not know you: log in to the cluster again, or export its kubeconfig again";
  }
  if (error.status === 403 && error.answerer === "vault") {
    return role === undefined
      ? "the token may not do that"
      : `the policy of Vault role ${role} does not allow that: deploy the stack that makes it, then run again`;
  }
  if (error.status === 307) return "the leader has just changed: run again";
  return undefined;
}

/** The message, with the code where there is one: Node.js leaves the message empty when several addresses fail. */
function saidBy(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  const { message } = error;
  if (code === undefined || message.includes(code)) return message;
  return message === "" ? code : `${message} (${code})`;
}

/** Tokens and certificates are refused for a clock too. */
function mayBeClocks(error: Error, said: string): boolean {
  if (/CERT_(HAS_EXPIRED|NOT_YET_VALID)|not yet valid|has expired|is expired|issued in the future/.test(said))
    return true;
  if (!(error instanceof VaultError)) return false;
  return error.status === 401 || (error.status === 403 && said.includes("/login"));
}
