import type { Environment } from "../environments/schema";
import type { RestorePlan } from "../operations/vault/restore-plan";
import type { Task } from "./progress";
import type { VaultSession } from "./vault-session";

/**
 * Asks before the data of a Vault is replaced. Throws CliError when the answer is no.
 *
 * @param foreignContext context that is not the environment's own: its name is to be typed then
 */
export async function confirmRestore(name: string, signal: AbortSignal, foreignContext?: string): Promise<void> {
  const { confirmByName } = await import("./confirmation");
  const where = foreignContext === undefined ? "" : ` It is in context ${foreignContext}, which is not ${name}'s own.`;
  const question = {
    name: foreignContext ?? name,
    consequence: `This replaces the data of ${name}'s Vault.${where}`,
    unattended: `the restore would replace the data of ${name}'s Vault`,
    refused: "nothing was changed",
  };
  await confirmByName(question, signal);
}

/** Restores Vault as planned, asking for the key shares that are not in the cluster. */
export async function restoreVault(
  session: Pick<VaultSession, "connection" | "signal">,
  plan: RestorePlan,
): Promise<void> {
  const { restore } = await import("../operations/vault/restore");
  const { askKeyShares } = await import("./key-shares");
  const { note, print } = await import("./output");
  const { hiddenInput } = await import("./prompt");
  const { connection, signal } = session;
  // One for all questions: a pipe is read once.
  let input: ReturnType<typeof hiddenInput> | undefined;
  try {
    await restore(connection, plan, {
      askKeys: (reason, count) => {
        note(reason);
        input ??= hiddenInput(signal);
        return askKeyShares(input, count);
      },
      report: note,
      signal,
    });
  } finally {
    input?.close();
  }
  const { environment } = connection.place;
  print(`${environment}'s Vault has the data of ${plan.file}; next: terralake vault auth-check ${environment}`);
}

/** What `terralake up --restore` does between the layers. */
export interface PreparedRestore {
  /** Deploys Vault and gives it the snapshot's data, before the layer that writes secrets. */
  tasks(environment: Environment): readonly Task[];
}

/**
 * Checks the snapshot and asks for the keys of its Vault, both before anything is made: where a cluster is lost, so are the
 * keys in it.
 */
export async function prepareRestore(file: string, signal: AbortSignal): Promise<PreparedRestore> {
  const { checkSnapshot } = await import("../operations/vault/snapshot-file");
  const { askKeyShares } = await import("./key-shares");
  const { note } = await import("./output");
  const { hiddenInput } = await import("./prompt");
  const { index } = await checkSnapshot(file);
  note(`${file} is whole, index ${index}; the unseal keys of its Vault are needed to open it`);
  const input = hiddenInput(signal);
  let keys: readonly string[];
  try {
    keys = await askKeyShares(input, undefined, "unseal key");
  } finally {
    input.close();
  }
  return {
    tasks: (environment) => [
      {
        title: "deploy Vault",
        run: async (report) => {
          const { runCdktf, takeBackSecretsState } = await import("./deployment");
          const from = await takeBackSecretsState(environment.name);
          if (from) report(`took back the state of the secrets from ${from}`);
          await runCdktf("deploy", environment.name, report, signal, ["base", "vault"]);
        },
      },
      { title: "restore Vault", run: (report) => restoreInto(environment, file, keys, report, signal) },
    ],
  };
}

async function restoreInto(
  environment: Environment,
  file: string,
  keys: readonly string[],
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { restore } = await import("../operations/vault/restore");
  const { planRestore } = await import("../operations/vault/restore-plan");
  const { withVault } = await import("./vault-session");
  await withVault(environment, { signal }, async ({ connection }) => {
    const plan = await planRestore(connection, file);
    report(plan.replaces);
    await restore(connection, plan, { askKeys: async () => keys, report, signal });
  });
}
