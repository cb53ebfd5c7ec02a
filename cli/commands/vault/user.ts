import { Option } from "commander";
import type { Environment, PeopleRole } from "../../../environments/schema";
import type { Register } from "../../context";
import { atVault, contextOption, type VaultOptions, type VaultSession } from "../../vault-session";

/** As the schema has them, which takes long to load. */
const roles = { auditor: 0, operator: 0, admin: 0, "secrets-reader": 0 } satisfies Record<PeopleRole, 0>;
const weakest: PeopleRole = "auditor";

interface UserOptions extends VaultOptions {
  readonly role: PeopleRole;
}

/** `terralake vault user <environment> <user>`: a login with a password, on a local cluster. */
export const registerUser: Register = (vault, context) => {
  vault
    .command("user")
    .summary("make a user of Vault with a password, on a local cluster")
    .description(
      "Makes a user who logs in to Vault with a password, or gives one another password and role. The password is asked for " +
        "and shown nowhere; it is in no file of the project and in no state. The environment needs people.userpass; on " +
        "Google Cloud people log in by people.oidc.",
    )
    .argument("<environment>", "environment with people.userpass")
    .argument("<user>", "name of the user")
    .addOption(new Option("--role <role>", "what the user may do").choices(Object.keys(roles)).default(weakest))
    .option(...contextOption)
    .addHelpText(
      "after",
      "\nExamples:\n  terralake vault user kind ada\n  terralake vault user kind ada --role operator",
    )
    .action((name: string, user: string, options: UserOptions) =>
      atVault(
        name,
        options,
        context,
        (session) => makeUser(session, user, options.role),
        (environment) => check(environment, user),
      ),
    );
};

async function check({ name, people, target }: Environment, user: string): Promise<void> {
  const { checkUserName } = await import("../../../operations/vault/people");
  const { CliError } = await import("../../errors");
  if (!people.userpass) {
    throw new CliError(
      target.kind === "gke"
        ? `people of ${name} have no passwords in Vault, as it is on Google Cloud; use people.oidc`
        : `people.userpass is off in ${name}; set it to true, deploy ${name}-secrets, then run again`,
    );
  }
  checkUserName(user);
}

async function makeUser({ environment, connection, signal }: VaultSession, user: string, role: PeopleRole) {
  const { withTerraform, writeUser } = await import("../../../operations/vault/people");
  const { print } = await import("../../output");
  const password = await askPassword(user, signal);
  await withTerraform(connection, (client) => writeUser(client, { name: user, role }, password));
  print(`${user} is ${role} of ${environment.name}; next: vault login -method=userpass username=${user}`);
}

async function askPassword(user: string, signal: AbortSignal): Promise<string> {
  const { CliError, exitCode } = await import("../../errors");
  const { hiddenInput } = await import("../../prompt");
  const input = hiddenInput(signal);
  try {
    const password = await input.next(`password of ${user}: `);
    if (!password) {
      throw new CliError(`no password of ${user} was given; type it, or pipe it in as one line`, exitCode.usage);
    }
    if (process.stdin.isTTY && (await input.next("once more: ")) !== password) {
      throw new CliError("the two passwords differ, nothing is written; run again");
    }
    return password;
  } finally {
    input.close();
  }
}
