import type { Register } from "../../context";
import { atVault, contextOption, type VaultOptions, type VaultSession } from "../../vault-session";

/** `terralake vault status <environment>`: each server, and whether Vault can be used. */
export const registerStatus: Register = (vault, context) => {
  vault
    .command("status")
    .summary("show each Vault server and whether Vault can be used")
    .description(
      "Asks every server, sealed ones too: whether it is initialized and open, who leads, its version, and when the " +
        "servers' certificate ends (if you may read its Secret). Exit code 0 when Vault can be used, else 1.",
    )
    .argument("<environment>", "environment whose Vault is asked")
    .option(...contextOption)
    .option("--json", "print JSON for machines")
    .addHelpText("after", "\nExamples:\n  terralake vault status kind\n  terralake vault status gke-prod --json")
    .action((name: string, options: VaultOptions & { json?: true }) =>
      atVault(name, options, context, (session) => showStatus(session, options.json ?? false)),
    );
};

async function showStatus({ connection }: VaultSession, json: boolean): Promise<void> {
  const { isHealthy, vaultState } = await import("../../../operations/vault/status");
  const { explainVault } = await import("../../../operations/vault/explain");
  const { clocksOf } = await import("../../../operations/vault/connection");
  const { vaultAdvice } = await import("../../../operations/vault/situations");
  const { CliError, exitCode } = await import("../../errors");
  const { note, print, table } = await import("../../output");
  const { place } = connection;
  const state = await vaultState(connection);
  const context = { place, clocks: () => clocksOf(connection) };
  const servers = await Promise.all(
    state.servers.map(async ({ failure, ...server }) => ({
      ...server,
      problem: failure === undefined ? undefined : ((await explainVault(failure, context)) ?? messageOf(failure)),
    })),
  );
  const healthy = isHealthy(state);
  const ends = state.certificateEnds?.toISOString();
  if (json) {
    print(JSON.stringify({ environment: place.environment, healthy, certificateEnds: ends, servers }, null, 2));
  } else {
    const rows = servers.map(({ name, role, version, leader }) => [
      name,
      role === undefined ? "-" : yesNo(role !== "uninitialized"),
      role === undefined ? "-" : yesNo(role === "sealed" || role === "uninitialized"),
      role === "active" || role === "standby" ? role : "-",
      version ?? "-",
      leader ?? "-",
      ends ?? "-",
    ]);
    print(await table(["server", "initialized", "sealed", "role", "version", "leader", "certificate ends"], rows));
  }
  for (const { name, problem } of servers) if (problem) note(`${name}: ${problem}`);
  if (healthy) return;
  if (servers.every(({ role }) => role === undefined)) {
    throw new CliError(`no server of ${place.environment}'s Vault answers; what was said is above`);
  }
  const roles = servers.map(({ role }) => role);
  const advice = roles.includes("sealed")
    ? vaultAdvice("Vault is sealed", place)
    : roles.includes("uninitialized")
      ? vaultAdvice("Vault is not initialized", place)
      : undefined;
  if (advice) note(advice);
  process.exitCode = exitCode.failed;
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
