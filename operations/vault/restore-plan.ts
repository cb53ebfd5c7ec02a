import { isAbort, reasonOf } from "../failure";
import { apiServerOf } from "../kubernetes/api-server";
import { OperationError } from "../operation-error";
import type { VaultClient, VaultRole, VaultStatus } from "./client";
import { requireOwnContext, type VaultConnection, type VaultServerAccess } from "./connection";
import { checkSnapshot, type SnapshotInfo } from "./snapshot-file";

/** What a restore would do, before it does anything. */
export interface RestorePlan {
  readonly file: string;
  readonly snapshot: SnapshotInfo;
  /**
   * `replace` the data of a Vault that runs, or `initialize` one that has lost its data, for the moment that the restore
   * takes.
   */
  readonly kind: "replace" | "initialize";
  /** The server that takes the snapshot. */
  readonly server: VaultServerAccess;
  /** Whether key shares open Vault, and not a key service. */
  readonly shares: boolean;
  /** Which cluster it is and what is there now, for the person who confirms; one sentence. */
  readonly replaces: string;
}

/**
 * Checks the snapshot, unless that is done, and finds out what state Vault is in. Nothing is changed.
 *
 * A server that does not answer matters only where no other is active: whether Vault has lost its data is then not known.
 *
 * @throws OperationError for a file that is no whole snapshot, a Vault that is sealed, and one that may have its data yet
 * @param checked what {@link checkSnapshot} said of the file; @default - it is checked here
 */
export async function planRestore(
  connection: VaultConnection,
  file: string,
  checked?: SnapshotInfo,
): Promise<RestorePlan> {
  requireOwnContext(connection, "a restore");
  const snapshot = checked ?? (await checkSnapshot(file));
  const { states, away } = await ask(connection.servers);
  const [first] = states;
  if (first === undefined) throw away[0]?.failure ?? new OperationError("the environment has no Vault server");
  const cluster = clusterOf(connection);
  const active = states.find(({ role }) => role === "active");
  if (active) {
    const { server, status } = active;
    const replaces = `${cluster}: ${await replaced(server.client, server.name, snapshot)}`;
    return { file, snapshot, shares: status.sealType === "shamir", kind: "replace", server, replaces };
  }
  if (away.length === 0 && states.every(({ status }) => !status.initialized)) {
    const { server, status } = first;
    const replaces = `${cluster}: Vault is not initialized: nothing is lost`;
    return { file, snapshot, shares: status.sealType === "shamir", kind: "initialize", server, replaces };
  }
  throw notRestorable(connection, states, away);
}

interface Answered {
  readonly server: VaultServerAccess;
  readonly status: VaultStatus;
  readonly role: VaultRole;
}

interface Away {
  readonly name: string;
  readonly failure: unknown;
}

/** Asks every server; one that does not answer is kept with the reason. */
async function ask(
  servers: readonly VaultServerAccess[],
): Promise<{ states: readonly Answered[]; away: readonly Away[] }> {
  const states: Answered[] = [];
  const away: Away[] = [];
  const one = async (server: VaultServerAccess): Promise<void> => {
    try {
      const [status, role] = await Promise.all([server.client.status(), server.client.role()]);
      states.push({ server, status, role });
    } catch (error) {
      if (isAbort(error)) throw error;
      away.push({ name: server.name, failure: error });
    }
  };
  await Promise.all(servers.map(one));
  const order = (name: string): number => servers.findIndex((server) => server.name === name);
  return { states: states.sort((a, b) => order(a.server.name) - order(b.server.name)), away };
}

function notRestorable({ place }: VaultConnection, states: readonly Answered[], away: readonly Away[]): OperationError {
  const { environment } = place;
  const unanswered = away.map(({ name, failure }) => `${name} (${reasonOf(failure)})`).join("; ");
  if (states.every(({ status }) => !status.initialized)) {
    return new OperationError(
      `whether Vault has lost its data is not known, as these servers do not answer: ${unanswered}; a restore initializes Vault ` +
        "only when every server says that it is not initialized: see `kubectl --namespace vault get pods`, then restore",
    );
  }
  const sealed = states.filter(({ role }) => role === "sealed").map(({ server }) => server.name);
  return new OperationError(
    `no server is active${sealed.length > 0 ? `, sealed: ${sealed.join(", ")}` : ""}${unanswered === "" ? "" : `, without an answer: ${unanswered}`}; ` +
      `a restore needs one that is open: run terralake vault unseal ${environment}; where nobody has the keys of this data, delete the ` +
      "servers' volumes and pods, then restore",
  );
}

/** The cluster that is really meant, as a context of the kubeconfig may be named after another. */
function clusterOf({ config, place, foreignContext }: VaultConnection): string {
  const other = foreignContext === undefined ? "" : ` (not ${place.environment}'s own)`;
  return `context ${config.getCurrentContext()}${other}, server ${apiServerOf(config)}`;
}

async function replaced(client: VaultClient, name: string, snapshot: SnapshotInfo): Promise<string> {
  const { index } = await client.leader();
  const since = index - snapshot.index;
  const age =
    since >= 0
      ? `${since} writes were made since the snapshot and are lost`
      : "the snapshot is of another Vault, or of a later time";
  return `all data of the Vault whose leader is ${name} (index ${index}) is replaced by the snapshot's (index ${snapshot.index}); ${age}`;
}
