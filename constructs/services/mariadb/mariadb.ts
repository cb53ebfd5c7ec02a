import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  CustomResources,
  type INamespace,
  idOf,
  type KubernetesObject,
  type Resources,
  restrictedContainer,
  restrictedPod,
} from "../../kubernetes";
import { generated, keyOf, type SecretKey } from "../../secrets";
import { DeploySettings, PlatformError } from "../../terraform";
import { vaultAccess } from "../../vault";
import type { MetricsTarget, PodsEnd, ServiceEndpoint, SqlDatabase, SqlServer } from "../contracts";
import { mebibytes } from "../memory";
import { mariaDbOperatorPods, operatorNamespaces } from "../operators";
import { present } from "../present";
import { keepData } from "../retention";
import type { ServiceContext } from "../service-context";
import { type DatabasePasswords, SqlDatabases } from "../sql-databases";
import { vaultPods } from "../vault-pods";
import { type MariaDbBackup, mariaDbBackup } from "./backup";
import { mariaDbExporter } from "./exporter";
import { MariaDbLeases } from "./leases";
import { type MariaDbUser, mariaDbUser, userObjectName } from "./users";

/** Settings of {@link MariaDb}. */
export interface MariaDbProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Servers; more than one form a Galera cluster, which needs an odd count. */
  readonly replicas: number;
  /** Volume of each server, such as `10Gi`. */
  readonly storage: string;
  /** What each server asks for. */
  readonly resources: Resources;
  /**
   * Class of the volumes.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Passwords of owners that are keys of declared secrets, by database.
   *
   * @default - each owner's password is made for it
   */
  readonly credentials?: DatabasePasswords;
  /**
   * Image of the servers, with an exact tag.
   *
   * @default - the one of the table of images
   */
  readonly image?: string;
  /**
   * Settings of the server's section `[mariadb]`, such as `max_connections`.
   *
   * @default - half of the memory limit as `innodb_buffer_pool_size`
   */
  readonly config?: { readonly [setting: string]: string };
  /** @default - no backups: what is lost is lost */
  readonly backup?: MariaDbBackup;
  /**
   * Whether a pod beside the servers tells their metrics.
   *
   * @default false
   */
  readonly exporter?: boolean;
}

const apiVersion = "k8s.mariadb.com/v1alpha1";
const name = "mariadb";
const port = 3306;

/** User of the image. */
const user = 999;

/** Galera replication, incremental and full state transfer. */
const galeraPorts = [4444, 4567, 4568];

/** The operator's agent beside each Galera server: its interface and its probes. */
const agentPorts = [5555, 5566];

/** Connections of one consumer at a time; the operator's default of 10 is less than one connection pool. */
const connectionsPerUser = 100;

/** The operator follows a Secret with this label. */
const followed = { "k8s.mariadb.com/watch": "" };

/**
 * MariaDB by the MariaDB operator, with a database and a user of its own for each consumer. TLS is demanded.
 *
 * @see https://github.com/mariadb-operator/mariadb-operator
 */
export class MariaDb extends Construct implements SqlServer {
  readonly engine = "mysql";
  readonly namespace: INamespace;
  readonly replicas: number;
  /** Host name of the server that is written to. */
  readonly host: string;
  readonly port = port;
  readonly server: ServiceEndpoint;
  readonly cluster: CustomResources;
  /** Absent without an exporter. */
  readonly metrics?: MetricsTarget;
  /** What Vault's database engine gives out, where there is one. */
  private readonly leases: MariaDbLeases | undefined;
  private readonly databases: SqlDatabases;
  private readonly context: ServiceContext;

  /** @throws PlatformError for an even number of servers */
  constructor(scope: Construct, id: string, props: MariaDbProps) {
    super(scope, id);
    this.context = props.context;
    this.databases = new SqlDatabases(this, name, this.context.secrets, props.credentials);
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    if (this.replicas % 2 === 0) {
      throw new PlatformError(this, `replicas is ${this.replicas}`, "use an odd number such as 1 or 3");
    }
    this.host = `${this.replicas > 1 ? `${name}-primary` : name}.${this.namespace.name}.svc`;
    const pods: PodsEnd = {
      namespace: this.namespace,
      name,
      podLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": name },
    };
    this.server = { end: pods, port };

    const root = this.context.secrets.secret(`${name}/root`, { password: generated() });
    const store = this.context.store(this.namespace);
    const rootPassword = store.externalSecret({
      name: `${name}-root`,
      data: { password: keyOf(root, "password") },
      labels: followed,
      follows: { by: "nobody", reason: "the server takes its root password at the first start only" },
    });
    const { databases: engine } = this.context;
    this.leases =
      engine &&
      new MariaDbLeases({
        engine,
        store,
        server: name,
        host: this.host,
        port,
        cleanupPolicy: this.cleanupPolicy,
      });
    const { backup } = props;
    const kept = backup && mariaDbBackup({ server: name, store, backup, user });
    const bucket = backup?.to.kind === "bucket" ? backup.to.bucket : undefined;
    this.allowFlows(pods);
    if (kept) {
      const servers = [this.server, ...(bucket ? [bucket.store.server] : [])];
      this.context.connect(kept.pods, servers, "dumps the databases");
    }
    this.cluster = new CustomResources(this, "Cluster", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      // Databases and users go before the servers, and the operator reaches the servers to clear their finalizers.
      dependsOn: present(store.resource, bucket?.store.resource, ...this.context.flows.policies),
      objects: [
        rootPassword.object,
        {
          apiVersion,
          kind: "MariaDB",
          metadata: { name, namespace: this.namespace.name, annotations: keepData(this) },
          spec: this.serverSpec(props, rootPassword.name),
        },
        ...(this.leases?.objects ?? []),
        ...(kept?.objects ?? []),
      ],
    });
    this.metrics = props.exporter ? this.addExporter(backup) : undefined;
  }

  /**
   * Adds a database with an owner of the same name; its password is made in Vault.
   *
   * @param database lower-case letters, digits and underscores
   * @throws PlatformError for a name that would have to be quoted and for a database added twice
   */
  database(database: string): SqlDatabase {
    return this.databases.add(database, ({ username, password }) => {
      const leases = this.leases?.add(database);
      return {
        engine: this.engine,
        host: this.host,
        port,
        database,
        // The driver encrypts and takes the operator's own certificate as it is.
        jdbcUrl: `jdbc:mariadb://${this.host}:${port}/${database}?sslMode=trust`,
        username,
        password,
        leases: leases?.credentials,
        server: this.server,
        resource: this.deliver(database, password, leases?.objects).release.resource,
      };
    });
  }

  /**
   * Adds a user who owns no database; its password is made in Vault.
   *
   * @throws PlatformError for a name that would have to be quoted and for a user added twice
   */
  user(user: MariaDbUser): SecretKey {
    if (!/^[a-z][a-z0-9_]{0,40}$/.test(user.name)) {
      throw new PlatformError(
        this,
        `user is "${user.name}"`,
        "use at most 41 lower-case letters, digits and underscores, starting with a letter",
      );
    }
    const id = idOf(userObjectName(name, user.name));
    if (this.node.tryFindChild(id)) {
      throw new PlatformError(this, `user "${user.name}" is there twice`, "put all its grants into one");
    }
    const path = `${name}/users/${user.name.replaceAll("_", "-")}`;
    const password = keyOf(this.context.secrets.secret(path, { password: generated() }), "password");
    const store = this.context.store(this.namespace);
    new CustomResources(this, id, {
      namespace: this.namespace,
      releaseName: userObjectName(name, user.name),
      dependsOn: [store.resource, this.cluster.release.resource],
      objects: mariaDbUser({ server: name, store, user, password, cleanupPolicy: this.cleanupPolicy }),
    });
    return password;
  }

  private addExporter(backup: MariaDbBackup | undefined): MetricsTarget {
    const store = this.context.store(this.namespace);
    const secret = this.context.secrets.secret(`${name}/exporter-user`, { password: generated() });
    const { metrics, objects } = mariaDbExporter({
      server: name,
      address: `${this.host}:${port}`,
      replicas: this.replicas,
      store,
      password: keyOf(secret, "password"),
      image: DeploySettings.of(this).image(images.mysqldExporter),
      cleanupPolicy: this.cleanupPolicy,
      backup,
    });
    new CustomResources(this, "Exporter", {
      namespace: this.namespace,
      releaseName: `${name}-exporter`,
      dependsOn: [store.resource, this.cluster.release.resource],
      objects,
    });
    this.context.connect(metrics.pods, [this.server], "reads counters");
    return metrics;
  }

  /** Adds a role of a promised name to Vault's database engine, where there is one: it reads and changes rows of a database. */
  promiseRole(role: string, database: string): void {
    this.leases?.promise(role, database);
  }

  private get cleanupPolicy(): string {
    return DeploySettings.of(this).allowDestroy ? "Delete" : "Skip";
  }

  /** The user's password, the user, the database and the grant, in one release per database. */
  private deliver(database: string, password: SecretKey, leases: readonly KubernetesObject[] = []): CustomResources {
    const objectName = `${name}-${database.replaceAll("_", "-")}`;
    const metadata = { name: objectName, namespace: this.namespace.name };
    const common = {
      mariaDbRef: { name },
      cleanupPolicy: this.cleanupPolicy,
    };
    const store = this.context.store(this.namespace);
    const credentials = store.externalSecret({
      name: `${objectName}-user`,
      data: { password },
      labels: followed,
      follows: { by: "operator", name: "MariaDB operator" },
    });
    return new CustomResources(this, idOf(`${database.replaceAll("_", "-")}-database`), {
      namespace: this.namespace,
      releaseName: `${name}-database-${database.replaceAll("_", "-")}`,
      dependsOn: [store.resource, this.cluster.release.resource],
      objects: [
        credentials.object,
        { apiVersion, kind: "Database", metadata, spec: { ...common, name: database } },
        {
          apiVersion,
          kind: "User",
          metadata,
          spec: {
            ...common,
            name: database,
            host: "%",
            maxUserConnections: connectionsPerUser,
            passwordSecretKeyRef: { name: credentials.name, key: "password" },
          },
        },
        {
          apiVersion,
          kind: "Grant",
          metadata,
          spec: { ...common, database, table: "*", username: database, host: "%", privileges: ["ALL PRIVILEGES"] },
        },
        ...leases,
      ],
    });
  }

  private serverSpec(props: MariaDbProps, rootSecret: string) {
    const { allowDestroy } = DeploySettings.of(this);
    return {
      image: DeploySettings.of(this).image(props.image ?? images.mariadb),
      port,
      replicas: props.replicas,
      galera: props.replicas > 1 ? { enabled: true } : undefined,
      rootPasswordSecretKeyRef: { name: rootSecret, key: "password", generate: false },
      storage: {
        size: props.storage,
        storageClassName: props.storageClass,
        resizeInUseVolumes: true,
        pvcRetentionPolicy: { whenDeleted: allowDestroy ? "Delete" : "Retain", whenScaled: "Retain" },
      },
      resources: props.resources,
      podSecurityContext: restrictedPod(user),
      securityContext: restrictedContainer,
      tls: { enabled: true, required: true },
      metrics: { enabled: false },
      myCnf: [
        "[mariadb]",
        "bind-address=*",
        "default_storage_engine=InnoDB",
        `innodb_buffer_pool_size=${Math.floor(mebibytes(this, props.resources.limits.memory) / 2)}M`,
        // The last of two settings of the same name counts.
        ...Object.entries(props.config ?? {}).map(([setting, value]) => `${setting}=${value}`),
        "",
      ].join("\n"),
    };
  }

  private allowFlows(pods: PodsEnd): void {
    const { flows } = this.context;
    const cluster = this.replicas > 1;
    flows.allow({
      from: mariaDbOperatorPods(this.context.namespace(operatorNamespaces.mariaDb)),
      to: pods,
      ports: cluster ? [port, ...agentPorts] : [port],
      reason: "the operator makes users, grants and databases",
    });
    if (this.context.databases) {
      flows.allow({
        from: vaultPods(this.context.namespace(vaultAccess.namespace)),
        to: pods,
        ports: [port],
        reason: "makes and removes users for a time",
      });
    }
    if (cluster) {
      flows.allowApiServer(pods);
      flows.allow({ from: pods, to: pods, ports: [port, ...galeraPorts, ...agentPorts], reason: "Galera replication" });
    }
  }
}
