import { DatabaseSecretBackendConnection } from "@cdktf/provider-vault/lib/database-secret-backend-connection";
import { DatabaseSecretBackendRole } from "@cdktf/provider-vault/lib/database-secret-backend-role";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { type INamespace, idOf } from "../../kubernetes";
import { fixed, generated, keyOf, type SecretRef } from "../../secrets/secret-ref";
import type { SecretReaderIdentity } from "../../secrets/secret-source";
import type { JsonObject } from "../../terraform";
import { PlatformError } from "../../terraform";
import { SecretReader } from "../secret-reader";
import { roleOf, type VaultSecrets } from "../vault-secrets";
import { credentialsPath, databaseAccess } from "./database-access";

/** Settings of a {@link DatabaseEngine}. */
export interface DatabaseEngineProps {
  /** Where the passwords of the administrators are made. */
  readonly secrets: VaultSecrets;
  /** Certificate of the authority that signs the servers' certificates, PEM or an expression for it. It is public. */
  readonly ca: string;
}

/** A database server as Vault reaches it. */
export interface DatabaseConnectionProps {
  /** Name in Vault, such as `mariadb`. */
  readonly name: string;
  readonly engine: "postgresql" | "mysql";
  /** Host name inside the cluster. */
  readonly host: string;
  readonly port: number;
  /**
   * Database to connect to.
   *
   * @default - none, where the server needs none
   */
  readonly database?: string;
  /** User that makes and removes the users of leases; an operator makes it with the password of {@link DatabaseConnection.admin}. */
  readonly username: string;
  /**
   * Whether the server's certificate is of the services' authority and is checked, with its name.
   *
   * @default true
   */
  readonly verified?: boolean;
}

/** How the user of a lease is made and removed, in SQL with Vault's `{{name}}`, `{{password}}` and `{{expiration}}`. */
export interface LeaseStatements {
  readonly creation: readonly string[];
  readonly revocation: readonly string[];
}

/** Something that credentials can be asked for. */
export interface DatabaseRole {
  /** Name in Vault. */
  readonly name: string;
  readonly engine: DatabaseEngine;
}

/** The two roles of a database that every consumer chooses from. */
export interface LeaseRoles {
  /** Reads tables. */
  readonly readOnly: DatabaseRole;
  /** Reads and changes rows; tables are made by the owner only. */
  readonly readWrite: DatabaseRole;
}

/**
 * Vault's database engine: users of databases that Vault makes when they are asked for, and removes when their lease ends.
 *
 * Each server has an administrator of Vault's own, with a password that Terraform makes in the moment it writes it, into
 * KV for the operator that makes the user and into the connection. Raising the secret's version rotates both.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases
 */
export class DatabaseEngine extends Construct {
  private readonly secrets: VaultSecrets;
  private readonly ca: string;
  private readonly connections = new Set<string>();
  private readonly roles = new Map<string, readonly string[]>();
  private readonly readers = new Map<string, string>();

  constructor(scope: Construct, id: string, { secrets, ca }: DatabaseEngineProps) {
    super(scope, id);
    this.secrets = secrets;
    this.ca = ca;
  }

  /**
   * Describes a server to Vault, which connects to it when the first credential is asked for: the server comes later.
   *
   * @throws PlatformError for a name used twice
   */
  connection(props: DatabaseConnectionProps): DatabaseConnection {
    if (this.connections.has(props.name)) {
      throw new PlatformError(this, `connection "${props.name}" is there twice`, "share it or use another name");
    }
    this.connections.add(props.name);
    return new DatabaseConnection(this, idOf(props.name), { ...props, ca: this.ca, secrets: this.secrets });
  }

  /** Every role with the service accounts that may ask for its credentials, in the order of their names. */
  get inventory(): readonly { readonly role: string; readonly readers: readonly string[] }[] {
    return [...this.roles.entries()]
      .map(([role, readers]) => ({ role, readers: [...readers].sort() }))
      .sort((a, b) => (a.role < b.role ? -1 : 1));
  }

  /** @internal */
  addRole(name: string): DatabaseRole {
    if (this.roles.has(name)) {
      throw new PlatformError(this, `role "${name}" is there twice`, "share it or use another name");
    }
    this.roles.set(name, []);
    return { name, engine: this };
  }

  /**
   * Lets a service account ask for credentials, by a Vault role of its own: its token lives as long as the lease, and reads
   * nothing else (rules VCF-06, VCF-07).
   *
   * @returns name of the Vault role to log in with
   */
  grant({ name }: DatabaseRole, reader: SecretReaderIdentity): string {
    const role = `${roleOf(reader)}-${name}`;
    if (!this.readers.has(role)) {
      this.readers.set(role, name);
      new SecretReader(this, { role, ...reader, ttlSeconds: databaseAccess.leaseSeconds }).grant(credentialsPath(name));
      this.roles.set(name, [...(this.roles.get(name) ?? []), `${reader.namespace}/${reader.serviceAccount}`]);
    }
    return role;
  }

  /**
   * `spec.provider` with which External Secrets logs in as a reader that was granted a role.
   *
   * @param vaultIssuer ClusterIssuer whose CA signed Vault's certificate
   */
  provider(namespace: INamespace, vaultIssuer: string, role: DatabaseRole): JsonObject {
    const reader = { namespace: namespace.name, serviceAccount: this.secrets.store.account };
    const { vault } = this.secrets.store.parts(namespace, vaultIssuer).provider as { readonly vault: VaultProvider };
    const { kubernetes } = vault.auth;
    return { ...vault, auth: { kubernetes: { ...kubernetes, role: this.grant(role, reader) } } };
  }
}

interface VaultProvider extends JsonObject {
  readonly auth: { readonly kubernetes: JsonObject };
}

/** A database server in Vault, with an administrator of Vault's own. */
export class DatabaseConnection extends Construct {
  /** The administrator, for the operator that makes it. */
  readonly admin: SecretRef<"username" | "password">;
  private readonly roleNames: string[] = [];

  /** Use {@link DatabaseEngine.connection}. */
  constructor(
    private readonly engine: DatabaseEngine,
    id: string,
    props: DatabaseConnectionProps & DatabaseEngineProps,
  ) {
    super(engine, id);
    const { secrets, name } = props;
    this.admin = secrets.secret(`${databaseAccess.secretFolder}/${name}`, {
      username: fixed(props.username),
      password: generated(),
    });
    const settings = {
      username: props.username,
      passwordWo: secrets.expressionOf(keyOf(this.admin, "password")),
      passwordWoVersion: this.admin.version,
      connectionUrl: connectionUrl(props),
      tlsCa: (props.verified ?? true) ? props.ca : undefined,
    };
    new DatabaseSecretBackendConnection(this, "Resource", {
      backend: databaseAccess.mount,
      name,
      // The server is in a later layer.
      verifyConnection: false,
      allowedRoles: Lazy.listValue({ produce: () => [...this.roleNames].sort() }),
      ...(props.engine === "postgresql"
        ? // Vault sends a hash, so that no log of the server can hold a password.
          { postgresql: { ...settings, passwordAuthentication: "scram-sha-256" } }
        : { mysql: settings }),
      dependsOn: [...secrets.first],
    });
  }

  /**
   * Adds a role: who asks for its credentials gets a user for the time of a lease.
   *
   * @param name in Vault, unique in the engine
   * @throws PlatformError for a name used twice
   */
  role(name: string, statements: LeaseStatements): DatabaseRole {
    const role = this.engine.addRole(name);
    this.roleNames.push(name);
    new DatabaseSecretBackendRole(this, idOf(`${name}-role`), {
      backend: databaseAccess.mount,
      name,
      dbName: this.connectionName,
      creationStatements: [...statements.creation],
      revocationStatements: [...statements.revocation],
      defaultTtl: databaseAccess.leaseSeconds,
      maxTtl: databaseAccess.leaseSeconds,
    });
    return role;
  }

  private get connectionName(): string {
    return (this.node.findChild("Resource") as DatabaseSecretBackendConnection).name;
  }
}

/** Vault puts user and password in; neither is ever in the address. */
function connectionUrl({ engine, host, port, database = "", verified = true }: DatabaseConnectionProps): string {
  return engine === "postgresql"
    ? `postgresql://{{username}}:{{password}}@${host}:${port}/${database}?sslmode=${verified ? "verify-full" : "require"}`
    : // With a certificate to check, Vault adds the TLS setting itself.
      `{{username}}:{{password}}@tcp(${host}:${port})/${database}${verified ? "" : "?tls=skip-verify"}`;
}
