import type { Environment, Oidc } from "../../../environments/schema";
import type { Register } from "../../context";
import { atVault, contextOption, type VaultOptions, type VaultSession } from "../../vault-session";

/** `terralake vault oidc <environment>`: Vault's client at the identity provider, with its secret. */
export const registerOidc: Register = (vault, context) => {
  vault
    .command("oidc")
    .summary("give Vault the secret of its client at the identity provider")
    .description(
      "Writes issuer, client and the client's secret into Vault, so that people can log in by OIDC. Run it once after the first " +
        "deploy with people.oidc, and again when issuer, client or secret change. The secret is asked for and shown nowhere; " +
        "Terraform would keep it in its state, so it does not write it. At the provider, allow the redirect address " +
        "http://localhost:8250/oidc/callback.",
    )
    .argument("<environment>", "environment with people.oidc")
    .option(...contextOption)
    .addHelpText("after", "\nExamples:\n  terralake vault oidc gke-prod")
    .action((name: string, options: VaultOptions) => atVault(name, options, context, configure, oidcOf));
};

async function oidcOf({ name, people }: Environment): Promise<Oidc> {
  const { CliError } = await import("../../errors");
  if (people.oidc) return people.oidc;
  throw new CliError(
    `people.oidc is off in ${name}; name issuer, client and groups, deploy ${name}-secrets, then run again`,
  );
}

async function configure({ environment, connection, signal }: VaultSession, oidc: Oidc): Promise<void> {
  const { configureOidc, withTerraform } = await import("../../../operations/vault/people");
  const { CliError, exitCode } = await import("../../errors");
  const { print } = await import("../../output");
  const { hiddenInput } = await import("../../prompt");
  const input = hiddenInput(signal);
  try {
    const secret = await input.next(`secret of client ${oidc.clientId}: `);
    if (!secret) {
      throw new CliError(`no secret of client ${oidc.clientId} was given; type it, or pipe it in`, exitCode.usage);
    }
    await withTerraform(connection, (client) => configureOidc(client, oidc, secret));
  } finally {
    input.close();
  }
  print(`people of ${environment.name} log in at ${oidc.issuer}; next: vault login -method=oidc`);
}
