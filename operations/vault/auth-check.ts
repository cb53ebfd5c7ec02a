import { vaultAccess } from "../../constructs/vault";
import { serviceAccountToken } from "../kubernetes/api-server";
import { OperationError } from "../operation-error";
import type { LoginRole } from "../platform-inventory";
import { clocksOf, type VaultConnection } from "./connection";
import { explainVault } from "./explain";
import { VaultError } from "./vault-error";

/** What was found of one account at one role. */
export interface LoginCheck {
  readonly role: string;
  /** Service account, as `namespace/name`. */
  readonly account: string;
  /** What is wrong, with the next step; none when all is as it should be. */
  readonly problems: readonly string[];
}

/** Account of every namespace that no role names. */
const unbound = "default";

/**
 * Tries each role: its account logs in, a token for somebody else does not, and neither does an account that it does not
 * name. What logs in is logged out at once.
 */
export async function* checkLogins(
  connection: VaultConnection,
  roles: readonly LoginRole[],
): AsyncGenerator<LoginCheck> {
  for (const role of roles) {
    for (const account of role.accounts) {
      yield {
        role: role.name,
        account: `${account.namespace}/${account.name}`,
        problems: await problemsOf(connection, role, account),
      };
    }
  }
}

async function problemsOf(
  connection: VaultConnection,
  role: LoginRole,
  account: LoginRole["accounts"][number],
): Promise<readonly string[]> {
  const login = (who: typeof account, audience: string) => tryLogin(connection, role.name, who, audience);
  const problems: string[] = [];
  const own = await login(account, role.audience);
  if (own !== true) return [own];
  if ((await login(account, `not-${role.audience}`)) === true) {
    problems.push(
      `a token for another audience logs in: the role must have audience ${role.audience}; deploy ${role.madeBy} again`,
    );
  }
  if (account.name !== unbound && (await login({ ...account, name: unbound }, role.audience)) === true) {
    problems.push(
      `service account ${account.namespace}/${unbound} logs in, which the role does not name; deploy ${role.madeBy} again`,
    );
  }
  return problems;
}

/** @returns true, or why the login was refused */
async function tryLogin(
  connection: VaultConnection,
  role: string,
  account: LoginRole["accounts"][number],
  audience: string,
): Promise<true | string> {
  const jwt = await serviceAccountToken(connection.config, account, audience).catch((error: unknown) => {
    if (error instanceof OperationError) return error;
    throw error;
  });
  if (typeof jwt !== "string") return jwt.message;
  try {
    const token = await connection.active.loginKubernetes(role, jwt, vaultAccess.kubernetesAuthPath);
    await connection.active
      .withToken(token)
      .revokeSelf()
      .catch(() => undefined);
    return true;
  } catch (error) {
    // Only Vault's own refusal is an answer to the question; a Vault that is away or sealed ends the check.
    if (!(error instanceof VaultError) || error.answerer !== "vault" || ![400, 403, 500].includes(error.status))
      throw error;
    const context = { place: connection.place, clocks: () => clocksOf(connection), role };
    return (await explainVault(error, context)) ?? error.message;
  }
}
