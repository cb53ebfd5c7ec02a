import { CloudSqlUsers } from "../constructs/gke";
import type { WritableSecrets } from "../constructs/secrets";
import type { ManagedSqlUsers } from "../constructs/services";
import { isGke, type PlatformStack } from "./platform-stack";
import { applyProvider } from "./secret-source";

/**
 * Who makes databases and users of Cloud SQL, where the environment has such a server.
 *
 * @param stack the secrets layer, which makes the passwords
 * @param secrets what writes them
 */
export function addManagedSql(stack: PlatformStack, secrets: WritableSecrets | undefined): ManagedSqlUsers | undefined {
  const { environment } = stack;
  const server = environment.services.postgres?.cloudSql;
  if (!server) {
    return undefined;
  }
  if (!isGke(environment) || !secrets) {
    throw new Error(`${environment.name}: Cloud SQL without a source of secrets to write to, which the schema refuses`);
  }
  return new CloudSqlUsers(stack, "CloudSqlUsers", {
    project: environment.target.project,
    instance: server.instance,
    secrets,
    provider: applyProvider(stack, environment),
  });
}
