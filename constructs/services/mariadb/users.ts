import type { KubernetesObject } from "../../kubernetes";
import type { SecretKey, SecretStore } from "../../secrets";
import type { JsonObject } from "../../terraform";

/** What a {@link MariaDbUser} may do in a database. */
export interface MariaDbGrant {
  readonly database: string;
  /** @default - all tables of the database */
  readonly table?: string;
  /** Rights as MariaDB names them, such as `SELECT`. */
  readonly privileges: readonly string[];
}

/** A user who owns no database. */
export interface MariaDbUser {
  /** Lower-case letters, digits and underscores. */
  readonly name: string;
  readonly grants: readonly MariaDbGrant[];
  /**
   * Connections that it may have open.
   *
   * @default 100
   */
  readonly connections?: number;
}

/** Settings of {@link mariaDbUser}. */
export interface MariaDbUserProps {
  /** Name of the server. */
  readonly server: string;
  /** The store of the server's namespace. */
  readonly store: SecretStore;
  readonly user: MariaDbUser;
  readonly password: SecretKey;
  /** `Delete` or `Skip`, for when the object goes. */
  readonly cleanupPolicy: string;
}

/** Names of the objects of a user. A database may be called anything, so they do not begin as its objects do. */
export function userObjectName(server: string, user: string): string {
  return `user-${server}-${user.replaceAll("_", "-")}`;
}

/** The user's password, the user, who must encrypt, and a grant for each database or table. */
export function mariaDbUser({
  server,
  store,
  user,
  password,
  cleanupPolicy,
}: MariaDbUserProps): readonly KubernetesObject[] {
  const name = userObjectName(server, user.name);
  const object = (kind: string, objectName: string, spec: JsonObject): KubernetesObject => ({
    apiVersion: "k8s.mariadb.com/v1alpha1",
    kind,
    metadata: { name: objectName, namespace: store.namespace.name },
    spec: { mariaDbRef: { name: server }, cleanupPolicy, ...spec },
  });
  const credentials = store.externalSecret({
    name,
    data: { password },
    // The label by which the operator follows a Secret.
    labels: { "k8s.mariadb.com/watch": "" },
    follows: { by: "operator", name: "MariaDB operator" },
  });
  return [
    credentials.object,
    object("User", name, {
      name: user.name,
      host: "%",
      maxUserConnections: user.connections ?? 100,
      passwordSecretKeyRef: { name: credentials.name, key: "password" },
      require: { ssl: true },
    }),
    ...user.grants.map(({ database, table = "*", privileges }, at) =>
      object("Grant", `${name}-${at}`, { database, table, username: user.name, host: "%", privileges }),
    ),
  ];
}
