import { CustomObjectsApi } from "@kubernetes/client-node";
import { ClusterError } from "./cluster-error";
import type { ControlPlane } from "./control-plane";
import { isStatus, readSecret } from "./secret-data";

const group = "postgresql.cnpg.io";
const version = "v1";

/** The part of a Cluster that a server outside of a pod has too. */
export interface PostgresCluster {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly certificates?: { readonly serverTLSSecret?: string };
    readonly postgresql?: { readonly pg_hba?: readonly string[] };
  };
}

interface DatabaseRole {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly cluster: { readonly name: string };
    readonly name: string;
    readonly login?: boolean;
    readonly createrole?: boolean;
    readonly inRoles?: readonly string[];
    readonly passwordSecret?: { readonly name: string };
  };
}

interface Database {
  readonly metadata: { readonly namespace: string };
  readonly spec: { readonly cluster: { readonly name: string }; readonly name: string; readonly owner: string };
}

/** Every Cluster of CloudNativePG; none where its definitions are not installed. */
export async function postgresClusters(cluster: Pick<ControlPlane, "client">): Promise<readonly PostgresCluster[]> {
  return list<PostgresCluster>(cluster, "clusters").catch((error: unknown) => {
    if (isStatus(error, 404)) return [];
    throw error;
  });
}

/**
 * What the operator would do to a server, as SQL for its superuser, each a statement of its own: the roles of the cluster's
 * DatabaseRoles with the passwords of their Secrets, and its Databases.
 *
 * @throws ClusterError for a Secret that is missing or that is for another role
 */
export async function operatorStatements(
  cluster: Pick<ControlPlane, "client">,
  { metadata: { name, namespace } }: PostgresCluster,
): Promise<readonly string[]> {
  const own = <Item extends Database | DatabaseRole>(items: readonly Item[]): readonly Item[] =>
    items.filter(({ metadata, spec }) => metadata.namespace === namespace && spec.cluster.name === name);
  const roles = own(await list<DatabaseRole>(cluster, "databaseroles"));
  const databases = own(await list<Database>(cluster, "databases"));
  const made = await Promise.all(roles.map((role) => createRole(cluster, role)));
  return [
    ...made,
    ...roles.flatMap(({ spec }) =>
      (spec.inRoles ?? []).map((parent) => `GRANT ${identifier(parent)} TO ${identifier(spec.name)}`),
    ),
    ...databases.map(({ spec }) => `CREATE DATABASE ${identifier(spec.name)} OWNER ${identifier(spec.owner)}`),
  ];
}

async function createRole(
  cluster: Pick<ControlPlane, "client">,
  { metadata: { namespace }, spec }: DatabaseRole,
): Promise<string> {
  const options = [spec.login ? "LOGIN" : "NOLOGIN", spec.createrole ? "CREATEROLE" : "NOCREATEROLE"];
  if (spec.passwordSecret) {
    const { username, password = "" } = await readSecret(cluster, namespace, spec.passwordSecret.name);
    // The operator refuses such a Secret too.
    if (username !== spec.name) {
      throw new ClusterError(`secret ${namespace}/${spec.passwordSecret.name} is for another role than ${spec.name}`);
    }
    options.push(`PASSWORD ${literal(password)}`);
  }
  return `CREATE ROLE ${identifier(spec.name)} WITH ${options.join(" ")}`;
}

async function list<Item>(cluster: Pick<ControlPlane, "client">, plural: string): Promise<readonly Item[]> {
  const api = cluster.client.makeApiClient(CustomObjectsApi);
  const found: unknown = await api.listClusterCustomObject({ group, version, plural });
  return (found as { readonly items: readonly Item[] }).items;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
