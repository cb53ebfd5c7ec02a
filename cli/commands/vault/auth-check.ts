import type { Register } from "../../context";
import { atVault, contextOption, type VaultOptions, type VaultSession } from "../../vault-session";

/** `terralake vault auth-check <environment>`: whether each service account can log in, and nobody else. */
export const registerAuthCheck: Register = (vault, context) => {
  vault
    .command("auth-check")
    .summary("try every login role of Vault, rightly and wrongly")
    .description(
      "For each role that the environment's stacks define: its service account logs in with a token for its audience; a " +
        "token for another audience, and an account that the role does not name, are refused. Says what is misconfigured. " +
        "You need the right to create serviceaccounts/token. Exit code 1 when a role is not as it should be.",
    )
    .argument("<environment>", "environment whose roles are tried")
    .option(...contextOption)
    .addHelpText("after", "\nExamples:\n  terralake vault auth-check kind\n  terralake vault auth-check gke-dev")
    .action((name: string, options: VaultOptions) => atVault(name, options, context, checkAll));
};

async function checkAll({ connection, environment }: VaultSession): Promise<void> {
  const { platformInventory } = await import("../../../operations/platform-inventory");
  const { checkLogins } = await import("../../../operations/vault/auth-check");
  const { CliError } = await import("../../errors");
  const { note, print, table } = await import("../../output");
  const { roles } = platformInventory(environment);
  const rows: string[][] = [];
  const problems: string[] = [];
  for await (const check of checkLogins(connection, roles)) {
    rows.push([check.role, check.account, check.problems.length === 0 ? "ok" : "wrong"]);
    problems.push(...check.problems.map((problem) => `${check.role}, ${check.account}: ${problem}`));
  }
  print(await table(["role", "service account", "login"], rows));
  for (const problem of problems) note(problem);
  const wrong = rows.filter(([, , login]) => login === "wrong").length;
  if (wrong === 0) return;
  throw new CliError(`${wrong} of ${rows.length} logins ${wrong === 1 ? "is" : "are"} not as it should be, see above`);
}
