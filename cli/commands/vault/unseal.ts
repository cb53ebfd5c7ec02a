import type { Register } from "../../context";
import { atVault, contextOption, type VaultOptions, type VaultSession } from "../../vault-session";

interface UnsealOptions extends VaultOptions {
  readonly keysFromStdin?: true;
  readonly keep?: true;
}

/** `terralake vault unseal <environment>`: opens sealed servers. */
export const registerUnseal: Register = (vault, context) => {
  vault
    .command("unseal")
    .summary("open sealed Vault servers")
    .description(
      "Does by hand what the sidecar of each server does. On a local cluster the keys come from Secret " +
        "vault/vault-unseal-keys; with --keys-from-stdin you are asked for the shares, of which none is shown. On GKE " +
        "Cloud KMS opens Vault, and the command says what to check when it does not.",
    )
    .argument("<environment>", "environment whose Vault is sealed")
    .option(...contextOption)
    .option("--keys-from-stdin", "ask for key shares, one per line, instead of reading the Secret")
    .option("--keep", "put the shares that were asked for into the Secret, once they have opened Vault")
    .addHelpText(
      "after",
      "\nExamples:\n  terralake vault unseal kind\n  terralake vault unseal minikube --keys-from-stdin",
    )
    .action((name: string, options: UnsealOptions) =>
      atVault(
        name,
        options,
        context,
        (session) => unseal(session, options),
        () => check(options),
      ),
    );
};

async function check(options: UnsealOptions): Promise<void> {
  const { CliError, exitCode } = await import("../../errors");
  if (options.keep && !options.keysFromStdin) {
    throw new CliError("--keep keeps shares that were asked for; add --keys-from-stdin", exitCode.usage);
  }
}

async function unseal({ connection, signal }: VaultSession, options: UnsealOptions): Promise<void> {
  const { requireOwnContext } = await import("../../../operations/vault/connection");
  const { failureOf, unsealEach, waitForActive } = await import("../../../operations/vault/unseal");
  const { replaceUnsealKeys, keysSecretName } = await import("../../../operations/vault/keys-secret");
  const { CliError } = await import("../../errors");
  const { print } = await import("../../output");
  const { place, config } = connection;
  requireOwnContext(connection, "unseal");
  const answers = await Promise.allSettled(connection.servers.map(({ client }) => client.status()));
  const states = answers.filter((answer) => answer.status === "fulfilled").map(({ value }) => value);
  const [unanswered] = answers.filter((answer) => answer.status === "rejected");
  if (unanswered && (states.length === 0 || signal.aborted)) throw unanswered.reason;
  const sealed = states.filter(({ initialized, sealed }) => initialized && sealed);
  if (!unanswered && states.every(({ initialized, sealed }) => initialized && !sealed)) {
    print(`nothing to do: every server of ${place.environment} is open`);
    return;
  }
  const [state] = sealed;
  if (state && state.sealType !== "shamir") throw new CliError(keyServiceAdvice(state.sealType, place.environment));
  // Where none is sealed, what is wrong is not a matter of keys.
  const shares = state ? await sharesFor(connection, options, state.threshold, signal) : [];
  const outcomes = await unsealEach(connection, shares);
  const open = outcomes.filter((each) => each.outcome !== "failed");
  for (const { name, outcome } of open) print(`${name} ${outcome}`);
  const failure = failureOf(outcomes);
  const fit = failure === undefined || open.some(({ outcome }) => outcome === "opened");
  if (options.keep && place.local && fit) {
    await replaceUnsealKeys(config, shares);
    print(`Secret ${keysSecretName} holds these shares now`);
  }
  if (failure) throw failure;
  await waitForActive(connection, signal);
}

async function sharesFor(
  { config, place }: VaultSession["connection"],
  options: UnsealOptions,
  threshold: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { readUnsealKeys, keysSecretName } = await import("../../../operations/vault/keys-secret");
  const { askKeyShares } = await import("../../key-shares");
  const { CliError } = await import("../../errors");
  const { hiddenInput } = await import("../../prompt");
  if (options.keysFromStdin) {
    const input = hiddenInput(signal);
    try {
      return await askKeyShares(input, threshold, "unseal key");
    } finally {
      input.close();
    }
  }
  // Elsewhere such a Secret belongs to another Vault.
  const keys = place.local ? await readUnsealKeys(config) : [];
  if (keys.length > 0) return keys;
  throw new CliError(
    `Secret ${keysSecretName} of ${place.environment} has no unseal keys; give them with --keys-from-stdin`,
  );
}

function keyServiceAdvice(sealType: string, environment: string): string {
  const service = sealType === "gcpckms" ? "Cloud KMS" : sealType;
  return (
    `${service} opens the Vault of ${environment}, so there are no unseal keys to give; check that the key of the seal has an enabled ` +
    "version, that the servers' Google account has roles/cloudkms.cryptoKeyEncrypterDecrypter and roles/cloudkms.viewer on it, and " +
    "what the server says: `kubectl --namespace vault logs vault-0 --container vault`; then delete the pod, and it tries again"
  );
}
