import { platformInventory } from "../../operations/platform-inventory";
import { checkLogins } from "../../operations/vault/auth-check";
import { readUnsealKeys } from "../../operations/vault/keys-secret";
import { isHealthy, vaultState } from "../../operations/vault/status";
import { unsealAll, waitForActive } from "../../operations/vault/unseal";
import { RehearsalError } from "../rehearsal-error";
import { environmentOf, operatorConnection } from "./operator-connection";
import type { Proof } from "./proof";

/** What `terralake vault status`, `unseal` and `auth-check` do, with nothing but rights in Kubernetes. */
export const operator: Proof = {
  title: "whoever operates the cluster sees a sealed Vault, opens it, and finds every login as it should be",
  async run(context) {
    const connection = operatorConnection(context);
    const before = await vaultState(connection);
    if (!isHealthy(before)) {
      throw new RehearsalError("a Vault that works is shown as one that does not");
    }
    await context.vault.restart();
    const sealed = await vaultState(connection);
    if (isHealthy(sealed) || sealed.servers[0]?.role !== "sealed") {
      throw new RehearsalError(`a sealed Vault is shown as ${sealed.servers[0]?.role ?? "unreachable"}`);
    }
    await unsealAll(connection, await readUnsealKeys(connection.config));
    await waitForActive(connection, context.signal);

    const { roles } = platformInventory(environmentOf(context));
    let checked = 0;
    const problems: string[] = [];
    for await (const check of checkLogins(connection, roles)) {
      checked++;
      problems.push(...check.problems.map((problem) => `${check.role}, ${check.account}: ${problem}`));
    }
    if (problems.length > 0 || checked === 0) {
      throw new RehearsalError(problems.join("\n") || "there is no role to check");
    }
    const through = context.cluster.isolated ? "through the API server's proxies" : "directly";
    return `${through}; ${checked} logins work, each refuses another audience and another account`;
  },
};
