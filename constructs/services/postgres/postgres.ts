import { Construct } from "constructs";
import { images } from "../../../charts";
import { CustomResources, type INamespace, idOf, type Resources, serviceCertificate } from "../../kubernetes";
import type { SecretKey } from "../../secrets";
import { DeploySettings } from "../../terraform";
import { vaultAccess } from "../../vault";
import {
  bucketServers,
  type MetricsTarget,
  type PodsEnd,
  type ServiceEndpoint,
  type SqlDatabase,
  type SqlServer,
} from "../contracts";
import { mebibytes } from "../memory";
import { cloudNativePgPods, operatorNamespaces } from "../operators";
import { present } from "../present";
import { keepData } from "../retention";
import type { ServiceContext } from "../service-context";
import { type DatabasePasswords, SqlDatabases } from "../sql-databases";
import { vaultPods } from "../vault-pods";
import { postgresMetrics } from "./alerts";
import {
  checkRestore,
  type PostgresBackup,
  type PostgresBackupParts,
  type PostgresRestore,
  postgresBackup,
} from "./backup";
import { type PostgresLeases, postgresLeases } from "./leases";
import { allowPoolerFlows, type PoolerEndpoint, type PostgresPooler, poolerName, postgresPoolers } from "./poolers";

/** Settings of {@link Postgres}. */
export interface PostgresProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Servers: one that is written to, the others follow it. */
  readonly instances: number;
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
   * Image of the servers, with an exact tag; its major version is that of the data.
   *
   * @default - the one of the table of images
   */
  readonly image?: string;
  /**
   * Parameters of PostgreSQL, such as `max_connections`; those that the operator sets itself are refused by it.
   *
   * @default - a quarter of the memory limit as `shared_buffers`
   */
  readonly config?: { readonly [parameter: string]: string };
  /** @default - no backups: what is lost is lost */
  readonly backup?: PostgresBackup;
  /**
   * Further names of Services in the namespace that lead to the server that is written to; its certificate has them too.
   *
   * @default - none
   */
  readonly aliases?: readonly string[];
  /** @default - the server begins empty */
  readonly restore?: PostgresRestore;
  /** @default - clients connect to the servers themselves */
  readonly poolers?: readonly PostgresPooler[];
}

const apiVersion = "postgresql.cnpg.io/v1";
const name = "postgres";
const port = 5432;

/** Secret with the servers' certificate. */
const certificate = `${name}-tls`;

/** Port on which an instance tells the operator its state. */
const statusPort = 8000;

/**
 * PostgreSQL by CloudNativePG, with a database and a role of its own for each consumer.
 *
 * The Cluster is written here and not by the `cluster` chart: that chart has a floating image tag, superuser access on,
 * and hooks that Terraform does not see. Connections without TLS are refused; the servers' certificate is one that cert-manager
 * renews, while followers and operator keep the client certificates that the operator makes.
 *
 * @see https://cloudnative-pg.io/docs/1.30/declarative_role_management/
 */
export class Postgres extends Construct implements SqlServer {
  readonly engine = "postgresql";
  readonly namespace: INamespace;
  readonly instances: number;
  /** Host name of the server that is written to. */
  readonly host: string;
  readonly port = port;
  readonly server: ServiceEndpoint;
  /** The server that is written to alone, for Services. */
  readonly primary: ServiceEndpoint;
  readonly cluster: CustomResources;
  readonly poolers: readonly PoolerEndpoint[];
  readonly metrics: MetricsTarget;
  /** Image of the servers, which has the client programs of their version too. */
  readonly image: string;
  private readonly databases: SqlDatabases;
  private readonly context: ServiceContext;

  /** @throws PlatformError for a restore that cannot be, two poolers of one type, and one to followers that are not there */
  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    const { backup, restore } = props;
    if (restore) {
      checkRestore(this, name, restore, backup);
    }
    this.context = props.context;
    this.databases = new SqlDatabases(this, name, this.context.secrets, props.credentials);
    this.namespace = props.namespace;
    this.instances = props.instances;
    this.host = `${name}-rw.${this.namespace.name}.svc`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: { "cnpg.io/cluster": name } };
    this.server = { end: pods, port };
    this.primary = { end: { ...pods, podLabels: { ...pods.podLabels, "cnpg.io/instanceRole": "primary" } }, port };
    this.image = DeploySettings.of(this).image(props.image ?? images.postgres);
    this.metrics = postgresMetrics({ server: name, pods, instances: this.instances, backup });
    const { poolers = [] } = props;
    const pooling = postgresPoolers(this, {
      server: name,
      namespace: this.namespace,
      instances: this.instances,
      poolers,
    });
    this.poolers = pooling.endpoints;
    const store = this.context.store(this.namespace);
    const kept = backup && postgresBackup({ server: name, store, backup, restore });

    this.cluster = new CustomResources(this, "Cluster", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(
        this.context.certificates.resource,
        ...(backup ? [store.resource, backup.bucket.store.resource] : []),
      ),
      objects: [
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: this.context.certificates.issuer,
          dnsNames: [
            ...["rw", "r", "ro"].map((service) => `${name}-${service}`),
            ...poolers.map(({ type }) => poolerName(name, type)),
            ...(props.aliases ?? []),
          ].map((service) => `${service}.${this.namespace.name}.svc`),
          // The operator follows a renewed certificate without a restart.
          labels: { "cnpg.io/reload": "true" },
        }),
        {
          apiVersion,
          kind: "Cluster",
          metadata: { name, namespace: this.namespace.name, annotations: keepData(this) },
          spec: this.clusterSpec(props, kept),
        },
        ...(kept?.objects ?? []),
        ...pooling.objects,
      ],
    });
    this.allowFlows(pods);
    allowPoolerFlows(this.context.flows, this.poolers, this.server);
    if (backup) {
      this.context.connect(pods, bucketServers(backup.bucket), "backups and the write-ahead log");
    }
  }

  /**
   * Adds a database with an owner of the same name; its password is made in Vault.
   *
   * @param database lower-case letters, digits and underscores
   * @throws PlatformError for a name that PostgreSQL would have to quote and for a database added twice
   */
  database(database: string): SqlDatabase {
    const address = `jdbc:postgresql://${this.host}:${port}/${database}`;
    return this.databases.add(database, ({ username, password }) => {
      const leases = this.leases(database);
      return {
        engine: this.engine,
        host: this.host,
        port,
        database,
        jdbcUrl: `${address}?sslmode=require`,
        verifiedJdbcUrl: (caFile) => `${address}?sslmode=verify-full&sslrootcert=${caFile}`,
        username,
        password,
        leases: leases?.credentials,
        clientImage: this.image,
        server: this.server,
        resource: this.deliver(database, username, password, leases).release.resource,
      };
    });
  }

  /** What Vault's database engine gives out for a database, where there is one. */
  private leases(database: string): PostgresLeases | undefined {
    const { databases: engine } = this.context;
    return (
      engine &&
      postgresLeases({
        engine,
        store: this.context.store(this.namespace),
        server: name,
        host: this.host,
        port,
        database,
        reclaim: this.reclaim,
      })
    );
  }

  private get reclaim(): string {
    return DeploySettings.of(this).allowDestroy ? "delete" : "retain";
  }

  /** The role's password, the role and the database, in one release per database. */
  private deliver(
    database: string,
    username: SecretKey,
    password: SecretKey,
    leases: PostgresLeases | undefined,
  ): CustomResources {
    const objectName = `${name}-${database.replaceAll("_", "-")}`;
    const metadata = { name: objectName, namespace: this.namespace.name };
    const { reclaim } = this;
    const store = this.context.store(this.namespace);
    const credentials = store.externalSecret({
      name: `${objectName}-role`,
      data: { username, password },
      type: "kubernetes.io/basic-auth",
      // The label by which the operator notices a changed password.
      labels: { "cnpg.io/reload": "true" },
      follows: { by: "operator", name: "CloudNativePG" },
    });
    return new CustomResources(this, idOf(`${database.replaceAll("_", "-")}-database`), {
      namespace: this.namespace,
      releaseName: `${name}-database-${database.replaceAll("_", "-")}`,
      dependsOn: [store.resource, this.cluster.release.resource],
      objects: [
        credentials.object,
        {
          apiVersion,
          kind: "DatabaseRole",
          metadata,
          spec: {
            cluster: { name },
            name: database,
            login: true,
            passwordSecret: { name: credentials.name },
            databaseRoleReclaimPolicy: reclaim,
          },
        },
        {
          apiVersion,
          kind: "Database",
          metadata,
          spec: { cluster: { name }, name: database, owner: database, databaseReclaimPolicy: reclaim },
        },
        ...(leases?.objects ?? []),
      ],
    });
  }

  private clusterSpec(props: PostgresProps, kept: PostgresBackupParts | undefined) {
    return {
      instances: props.instances,
      imageName: this.image,
      enableSuperuserAccess: false,
      // The budget of a single server would keep its node from being drained.
      enablePDB: props.instances > 1,
      certificates: { serverTLSSecret: certificate, serverCASecret: certificate },
      primaryUpdateStrategy: "unsupervised",
      bootstrap: kept?.bootstrap ?? { initdb: { dataChecksums: true, database: "app", owner: "app" } },
      storage: { size: props.storage, storageClass: props.storageClass, resizeInUseVolumes: true },
      resources: props.resources,
      affinity: {
        enablePodAntiAffinity: true,
        // Preferred, so that more servers than nodes still start.
        podAntiAffinityType: "preferred",
        topologyKey: "kubernetes.io/hostname",
      },
      postgresql: {
        parameters: {
          shared_buffers: `${Math.floor(mebibytes(this, props.resources.limits.memory) / 4)}MB`,
          ...props.config,
        },
        pg_hba: ["hostnossl all all all reject"],
      },
      ...kept?.spec,
    };
  }

  private allowFlows(pods: PodsEnd): void {
    const { flows } = this.context;
    flows.allowApiServer(pods);
    flows.allow({
      from: cloudNativePgPods(this.context.namespace(operatorNamespaces.cloudNativePg)),
      to: pods,
      ports: [port, statusPort],
      reason: "the operator watches and steers the servers",
    });
    if (this.context.databases) {
      flows.allow({
        from: vaultPods(this.context.namespace(vaultAccess.namespace)),
        to: pods,
        ports: [port],
        reason: "makes and removes users for a time",
      });
    }
    if (this.instances > 1) {
      flows.allow({ from: pods, to: pods, ports: [port, statusPort], reason: "followers copy the leader" });
    }
  }
}
