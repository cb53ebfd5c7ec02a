import { environments } from "../../environments";
import type { Environment } from "../../environments/schema";
import { connectionThrough, type VaultConnection } from "../../operations/vault/connection";
import { RehearsalError } from "../rehearsal-error";
import type { ProofContext } from "./proof";

/** The environment that is rehearsed. */
export function environmentOf({ plan }: Pick<ProofContext, "plan">): Environment {
  const found = environments.find(({ name }) => name === plan.environment);
  if (found === undefined) {
    throw new RehearsalError(`environment ${plan.environment} is not there any more`);
  }
  return found;
}

/**
 * The way that `terralake vault` takes: through the proxies of the API server, as its administrator. They lead to a pod's
 * address, so without a network namespace the server is reached directly.
 */
export function operatorConnection(context: ProofContext): VaultConnection {
  const { cluster, vault, signal } = context;
  const environment = environmentOf(context);
  // However many servers the environment has, one runs.
  const one = { ...environment, vault: { ...environment.vault, replicas: 1 } };
  const connection = connectionThrough(cluster.client, one, signal);
  // The rehearsal's Vault is opened by keys in a Secret, whatever the environment's is.
  const place = { ...connection.place, local: true };
  if (cluster.isolated) {
    return { ...connection, place };
  }
  return { ...connection, place, active: vault.client, servers: [{ name: "vault-0", client: vault.client }] };
}
