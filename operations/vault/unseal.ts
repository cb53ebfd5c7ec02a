import { setTimeout as sleep } from "node:timers/promises";
import { isAbort, reasonOf } from "../failure";
import { OperationError } from "../operation-error";
import type { VaultConnection, VaultServerAccess } from "./connection";
import { VaultError } from "./vault-error";

/** How a server ended up. */
export interface UnsealedServer {
  readonly name: string;
  /** `open` it was already, or it was opened here. */
  readonly outcome: "was open" | "opened";
}

/** A server that is not open. */
export interface UnopenedServer {
  readonly name: string;
  readonly outcome: "failed";
  /** Refused shares are an OperationError; anything else is of the server, or of the way to it. */
  readonly failure: unknown;
}

const keyBytes = { min: 16, max: 33 };

/** Whether a text can be a key share: hexadecimal or base64 of as many bytes as Vault makes. */
export function isKeyShare(text: string): boolean {
  const bytes = /^([0-9a-f]{2})+$/i.test(text)
    ? text.length / 2
    : /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0
      ? Buffer.from(text, "base64").length
      : 0;
  return bytes >= keyBytes.min && bytes <= keyBytes.max;
}

/**
 * Opens every sealed server with key shares, as the sidecar does; one that fails does not keep the others closed.
 *
 * @param keys shares, at least as many as the threshold asks for
 * @returns each server with how it ended up; shares that a server refused are forgotten
 */
export async function unsealEach(
  connection: Pick<VaultConnection, "servers">,
  keys: readonly string[],
): Promise<readonly (UnsealedServer | UnopenedServer)[]> {
  const done: (UnsealedServer | UnopenedServer)[] = [];
  for (const server of connection.servers) {
    try {
      done.push(await unsealServer(server, keys));
    } catch (error) {
      if (isAbort(error)) throw error;
      done.push({ name: server.name, outcome: "failed", failure: error });
    }
  }
  return done;
}

/**
 * As {@link unsealEach}, for all or nothing.
 *
 * @throws OperationError, once every server was tried, when Vault is not initialized, is opened by a key service, or the
 *   shares are too few or wrong; VaultError and errors of the network when that is all that is wrong
 */
export async function unsealAll(
  connection: Pick<VaultConnection, "servers">,
  keys: readonly string[],
): Promise<readonly UnsealedServer[]> {
  const outcomes = await unsealEach(connection, keys);
  const failure = failureOf(outcomes);
  if (failure) throw failure;
  return outcomes.filter((each) => each.outcome !== "failed");
}

/** The servers that are not open as one thing to throw; undefined where all are. */
export function failureOf(outcomes: readonly (UnsealedServer | UnopenedServer)[]): unknown {
  const failed = outcomes.filter((each) => each.outcome === "failed");
  const [first] = failed;
  if (first === undefined) return undefined;
  // What is the same everywhere is of the cluster, and is explained as such.
  if (
    failed.length === outcomes.length &&
    failed.every(({ failure }) => reasonOf(failure) === reasonOf(first.failure))
  ) {
    return first.failure;
  }
  const open = outcomes.filter((each) => each.outcome !== "failed").map(({ name }) => name);
  const reasons = failed.map(({ name, failure }) => `${name} (${reasonOf(failure)})`);
  return new OperationError(
    `${failed.length} of ${outcomes.length} servers could not be opened: ${reasons.join("; ")}; open: ${open.join(", ") || "none"}; ` +
      "see `kubectl --namespace vault get pods`, then run again",
  );
}

async function unsealServer({ name, client }: VaultServerAccess, keys: readonly string[]): Promise<UnsealedServer> {
  const status = await client.status();
  if (!status.initialized) throw new VaultError(`server ${name}: Vault is not initialized`, 501);
  if (!status.sealed) return { name, outcome: "was open" };
  if (status.sealType !== "shamir") {
    throw new OperationError(`server ${name} is opened by ${status.sealType} and takes no key shares`);
  }
  if (keys.length < status.threshold) {
    throw new OperationError(`server ${name} needs ${status.threshold} key shares to open; given: ${keys.length}`);
  }
  // What somebody gave before would mix with what is given now.
  await client.resetUnseal();
  try {
    for (const key of keys) {
      if (!(await client.unseal(key))) return { name, outcome: "opened" };
    }
  } catch (error) {
    await client
      .uninterrupted()
      .resetUnseal()
      .catch(() => undefined);
    if (!(error instanceof VaultError) || error.status !== 400) throw error;
    throw new OperationError(`server ${name} refuses the key shares: they are wrong, or of another Vault`);
  }
  await client.resetUnseal().catch(() => undefined);
  throw new OperationError(`server ${name} stays sealed: the key shares do not fit together`);
}

/**
 * Waits until one server is open and active.
 *
 * @throws OperationError when none is after the time
 */
export async function waitForActive(
  connection: Pick<VaultConnection, "servers">,
  signal?: AbortSignal,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    for (const { client } of connection.servers) {
      if ((await client.role().catch(() => "sealed")) === "active") return;
    }
    if (Date.now() > deadline) {
      throw new OperationError(
        `no server is active after ${timeoutMs / 1000} s; see \`kubectl --namespace vault logs vault-0 --container vault\``,
      );
    }
    await sleep(250, undefined, { signal });
  }
}
