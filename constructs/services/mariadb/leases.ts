import type { KubernetesObject } from "../../kubernetes";
import { keyOf, type SecretStore } from "../../secrets";
import type { JsonObject } from "../../terraform";
import type { DatabaseConnection, DatabaseEngine, LeaseRoles, LeaseStatements } from "../../vault";

/** Settings of {@link MariaDbLeases}. */
export interface MariaDbLeasesProps {
  readonly engine: DatabaseEngine;
  /** The store of the server's namespace. */
  readonly store: SecretStore;
  /** Name of the server's object and of the connection in Vault. */
  readonly server: string;
  /** Host name of the server that is written to. */
  readonly host: string;
  readonly port: number;
  /** `Delete` or `Skip`, for when the object goes. */
  readonly cleanupPolicy: string;
}

const apiVersion = "k8s.mariadb.com/v1alpha1";
const username = "vault-admin";

/** Rights of the administrator, in all databases or in one. */
interface GrantSpec extends JsonObject {
  readonly database: string;
  readonly privileges: readonly string[];
  /** Whether it may pass them on. @default false */
  readonly grantOption?: boolean;
}

/** Rights on a table's rows; tables are made by the owner only. */
const rowRights = ["SELECT", "INSERT", "UPDATE", "DELETE"] as const;

/**
 * Credentials for a time in the databases of a server: one administrator, which may make users and pass on the rights it has
 * on each database.
 */
export class MariaDbLeases {
  /** The administrator's password, user and right to make users, for a release of the server. */
  readonly objects: readonly KubernetesObject[];
  private readonly connection: DatabaseConnection;

  constructor(private readonly props: MariaDbLeasesProps) {
    const { engine, store, server, host, port } = props;
    // The operator signs the server's certificate itself, with an authority that Vault does not know.
    this.connection = engine.connection({ name: server, engine: "mysql", host, port, username, verified: false });
    const name = `${server}-vault`;
    const password = store.externalSecret({
      name,
      data: { password: keyOf(this.connection.admin, "password") },
      // The label by which the operator follows a Secret.
      labels: { "k8s.mariadb.com/watch": "" },
      follows: { by: "operator", name: "MariaDB operator" },
    });
    this.objects = [
      password.object,
      this.object("User", name, {
        name: username,
        host: "%",
        passwordSecretKeyRef: { name: password.name, key: "password" },
        require: { ssl: true },
      }),
      this.grant(name, { database: "*", privileges: ["CREATE USER"] }),
    ];
  }

  /** The roles of a database, and the object by which the administrator can pass on rights there. */
  add(database: string): { readonly credentials: LeaseRoles; readonly objects: readonly KubernetesObject[] } {
    const name = `${this.props.server}-${database.replaceAll("_", "-")}`;
    return {
      credentials: {
        readOnly: this.connection.role(`${name}-read-only`, statements(database, ["SELECT"])),
        readWrite: this.connection.role(`${name}-read-write`, statements(database, rowRights)),
      },
      objects: [this.grant(`${name}-vault`, { database, privileges: rowRights, grantOption: true })],
    };
  }

  /** A role of a promised name, which reads and changes rows of a database that was added. */
  promise(role: string, database: string): void {
    this.connection.role(role, statements(database, rowRights));
  }

  private grant(name: string, spec: GrantSpec): KubernetesObject {
    return this.object("Grant", name, { table: "*", username, host: "%", ...spec });
  }

  private object(kind: string, name: string, spec: JsonObject): KubernetesObject {
    const { server, store, cleanupPolicy } = this.props;
    return {
      apiVersion,
      kind,
      metadata: { name, namespace: store.namespace.name },
      spec: { mariaDbRef: { name: server }, cleanupPolicy, ...spec },
    };
  }
}

/** A user with rights in one database, dropped with all of them; a session that is open goes on until it closes. */
function statements(database: string, rights: readonly string[]): LeaseStatements {
  return {
    creation: [
      "CREATE USER '{{name}}'@'%' IDENTIFIED BY '{{password}}' REQUIRE SSL",
      `GRANT ${rights.join(", ")} ON \`${database}\`.* TO '{{name}}'@'%'`,
    ],
    revocation: ["DROP USER IF EXISTS '{{name}}'@'%'"],
  };
}
