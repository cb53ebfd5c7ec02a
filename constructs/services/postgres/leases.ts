import type { KubernetesObject } from "../../kubernetes";
import { type ExternalSecret, keyOf, type SecretStore } from "../../secrets";
import type { DatabaseEngine, LeaseRoles, LeaseStatements } from "../../vault";

/** Settings of {@link postgresLeases}. */
export interface PostgresLeasesProps {
  readonly engine: DatabaseEngine;
  /** The store of the server's namespace. */
  readonly store: SecretStore;
  /** Name of the server, the Cluster of CloudNativePG. */
  readonly server: string;
  /** Host name of the server that is written to. */
  readonly host: string;
  readonly port: number;
  /** The database, which is also its owner's name. */
  readonly database: string;
  /** `delete` or `retain`, for when the object goes. */
  readonly reclaim: string;
}

/** Vault's administrator of a database, and what it gives out. */
export interface PostgresLeases {
  readonly credentials: LeaseRoles;
  /** The administrator's password and role, for the release of the database. */
  readonly objects: readonly KubernetesObject[];
}

/**
 * Credentials for a time in one database.
 *
 * The administrator may make roles and is a member of the owner, so it can hand out what the owner has, in this database
 * and in no other. From PostgreSQL 16 on it can change only roles that it made itself.
 *
 * @see https://www.postgresql.org/docs/17/sql-createrole.html
 */
export function postgresLeases(props: PostgresLeasesProps): PostgresLeases {
  const { engine, store, server, host, port, database } = props;
  const name = `${server}-${database.replaceAll("_", "-")}`;
  // A dash, which no database has in its name, keeps it apart from their owners.
  const username = `vault-${database}`;
  const connection = engine.connection({ name, engine: "postgresql", host, port, database, username });
  const password = store.externalSecret({
    name: `${name}-vault`,
    data: { username: keyOf(connection.admin, "username"), password: keyOf(connection.admin, "password") },
    type: "kubernetes.io/basic-auth",
    // The label by which the operator notices a changed password.
    labels: { "cnpg.io/reload": "true" },
    follows: { by: "operator", name: "CloudNativePG" },
  });
  return {
    credentials: {
      readOnly: connection.role(
        `${name}-read-only`,
        statements(database, "read-only", { tables: "SELECT", sequences: "SELECT" }),
      ),
      readWrite: connection.role(
        `${name}-read-write`,
        statements(database, "read-write", {
          tables: "SELECT, INSERT, UPDATE, DELETE",
          sequences: "SELECT, USAGE",
        }),
      ),
    },
    objects: [password.object, administrator(props, `${name}-vault`, username, password)],
  };
}

function administrator(
  { store, server, database, reclaim }: PostgresLeasesProps,
  name: string,
  username: string,
  password: ExternalSecret,
): KubernetesObject {
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "DatabaseRole",
    metadata: { name, namespace: store.namespace.name },
    spec: {
      cluster: { name: server },
      name: username,
      login: true,
      createrole: true,
      inRoles: [database],
      passwordSecret: { name: password.name },
      databaseRoleReclaimPolicy: reclaim,
    },
  };
}

/** Rights on the tables and on the sequences of every schema of the owner. */
interface Rights {
  readonly tables: string;
  readonly sequences: string;
}

/**
 * Rights belong to a group, which the first credential makes and each later one brings up to date: the user of a lease owns
 * nothing and has no rights of its own, so it can be dropped. Its sessions end with it, and the password ends by itself
 * where Vault cannot reach the server.
 */
function statements(owner: string, kind: string, rights: Rights): LeaseStatements {
  const group = `${owner}-${kind}`;
  return {
    creation: [
      groupOf(owner, group, rights),
      `CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE "${group}"`,
    ],
    revocation: [
      block([
        "IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{{name}}') THEN",
        // Only a member may end the sessions of a role.
        '  GRANT "{{name}}" TO CURRENT_USER;',
        "  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}';",
        '  DROP ROLE "{{name}}";',
        "END IF;",
      ]),
    ],
  };
}

function groupOf(owner: string, group: string, { tables, sequences }: Rights): string {
  return block(
    [
      // Two at a time would change the same rows of the catalogue.
      `PERFORM pg_advisory_xact_lock(hashtext('${group}'));`,
      `IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${group}') THEN`,
      `  CREATE ROLE "${group}" NOLOGIN;`,
      "END IF;",
      "FOR found IN SELECT nspname FROM pg_namespace",
      "  WHERE nspname !~ '^pg_' AND pg_has_role(nspowner, 'USAGE') LOOP",
      `  EXECUTE format('GRANT USAGE ON SCHEMA %I TO "${group}"', found);`,
      `  EXECUTE format('GRANT ${tables} ON ALL TABLES IN SCHEMA %I TO "${group}"', found);`,
      `  EXECUTE format('GRANT ${sequences} ON ALL SEQUENCES IN SCHEMA %I TO "${group}"', found);`,
      "END LOOP;",
      // What the owner makes later, in schemas that it makes later too.
      ...["USAGE ON SCHEMAS", `${tables} ON TABLES`, `${sequences} ON SEQUENCES`].map(
        (right) => `ALTER DEFAULT PRIVILEGES FOR ROLE "${owner}" GRANT ${right} TO "${group}";`,
      ),
    ],
    "DECLARE found text; ",
  );
}

/** One statement of several; Vault would cut them at their semicolons otherwise. */
function block(lines: readonly string[], declarations = ""): string {
  return `DO $$ ${declarations}BEGIN\n${lines.join("\n")}\n END $$`;
}
