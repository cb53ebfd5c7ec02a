import { type PeopleRole, peopleAccess, peoplePolicy, vaultAccess } from "../../constructs/vault";
import type { Oidc } from "../../environments/schema";
import { OperationError } from "../operation-error";
import type { VaultClient } from "./client";
import type { VaultConnection } from "./connection";
import { loginAs, withLogin } from "./service-account";

/** Shortest password of a user, in characters. */
const shortestPassword = 12;

const userName = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/;

/** A user with a password of Vault's own. */
export interface VaultUser {
  readonly name: string;
  readonly role: PeopleRole;
}

/**
 * Runs something with Terraform's own role, as whoever may deploy may have it. It cannot read the value of a secret. The
 * token is revoked at the end.
 *
 * @throws OperationError when the operator may not ask for the account's tokens
 */
export async function withTerraform<Result>(
  connection: Pick<VaultConnection, "active" | "config">,
  run: (client: VaultClient) => Promise<Result>,
): Promise<Result> {
  return withLogin(await loginAs(connection, connection.active, vaultAccess.terraform), run);
}

/**
 * Gives Vault its client at the identity provider. Terraform does not: the secret would be in its state (rule TF-01), and
 * Vault takes no client without one.
 *
 * Vault reads the provider's discovery document before it stores anything, so what is wrong is refused here.
 *
 * @param clientSecret never logged; Vault does not give it out again
 * @see https://developer.hashicorp.com/vault/api-docs/auth/jwt#configure
 */
export async function configureOidc(
  client: VaultClient,
  oidc: Pick<Oidc, "issuer" | "clientId">,
  clientSecret: string,
): Promise<void> {
  if (clientSecret === "") {
    throw new OperationError(`the secret of client "${oidc.clientId}" is empty; copy it from ${oidc.issuer}`);
  }
  await client.put(`auth/${peopleAccess.oidcPath}/config`, {
    // The library behind it compares the issuer in tokens with this, slash for slash.
    oidc_discovery_url: oidc.issuer,
    bound_issuer: oidc.issuer,
    oidc_client_id: oidc.clientId,
    oidc_client_secret: clientSecret,
    default_role: peopleAccess.oidcRole,
  });
}

/**
 * Makes a user, or gives one another password and role.
 *
 * @throws OperationError for a name that cannot be and a password that is too short; nothing is written then
 */
export async function writeUser(client: VaultClient, { name, role }: VaultUser, password: string): Promise<void> {
  checkUserName(name);
  if (password.length < shortestPassword) {
    throw new OperationError(
      `the password has ${password.length} characters; use ${shortestPassword} or more, such as some words`,
    );
  }
  await client.put(`auth/${peopleAccess.userpassPath}/users/${name}`, {
    password,
    token_policies: [peoplePolicy(role)],
    token_ttl: peopleAccess.tokenTtlSeconds,
    token_max_ttl: peopleAccess.tokenMaxTtlSeconds,
  });
}

/** @throws OperationError for a name that Vault would change or refuse */
export function checkUserName(name: string): void {
  if (!userName.test(name)) {
    throw new OperationError(
      `the user is named "${name}"; use 1 to 63 lower-case letters, digits, dots, dashes and underscores, with a letter or ` +
        "digit at both ends",
    );
  }
}
