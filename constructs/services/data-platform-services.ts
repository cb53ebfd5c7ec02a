import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PlatformError } from "../terraform";
import type { Catalog, SqlDatabase } from "./contracts";
import type { DataPlatformSettings } from "./data-platform-settings";
import { declaredKey } from "./declared-secrets";
import { HiveMetastoreService } from "./hive-metastore";
import { Kyuubi } from "./kyuubi";
import { MariaDb } from "./mariadb";
import { Nessie } from "./nessie";
import { sparkPods } from "./operators";
import { Postgres } from "./postgres";
import { SeaweedFs } from "./seaweedfs";
import type { ServiceContext } from "./service-context";
import { Trino } from "./trino";

/** Settings of {@link DataPlatformServices}. */
export interface DataPlatformServicesProps {
  readonly context: ServiceContext;
  /** The services that are on. */
  readonly services: DataPlatformSettings;
  /**
   * Secrets and accounts that the environment names itself and that services refer to by name.
   *
   * @default - none
   */
  readonly declared?: readonly ITerraformDependable[];
}

/** Where a service can be reached from inside the cluster. */
export interface ServiceConnection {
  readonly service: keyof DataPlatformSettings;
  readonly namespace: string;
  /** URL or connection string, without credentials. */
  readonly address: string;
}

/** Bucket of the Iceberg tables, which is also the name of the warehouse. */
const icebergBucket = "warehouse";

/** Role of Vault's database engine that earlier platforms promised. */
const promisedRole = "kyuubi-role";

/** Bucket of the Hive tables. */
const hiveBucket = "hive";

/** Builds the data services that are on, in the order of their needs, and wires them. */
export class DataPlatformServices extends Construct {
  readonly postgres?: Postgres;
  readonly mariadb?: MariaDb;
  readonly objectStore?: SeaweedFs;
  readonly nessie?: Nessie;
  readonly hiveMetastore?: HiveMetastoreService;
  readonly trino?: Trino;
  readonly kyuubi?: Kyuubi;
  /** The catalogues that engines see, in a fixed order. */
  readonly catalogs: readonly Catalog[];
  private readonly context: ServiceContext;
  private readonly ownDatabases = new Map<string, SqlDatabase>();

  /** @throws PlatformError for a service whose need is off */
  constructor(scope: Construct, id: string, props: DataPlatformServicesProps) {
    super(scope, id);
    this.context = props.context;
    const { services } = props;
    const placed = <Settings extends { readonly namespace: string }>({ namespace, ...settings }: Settings) => ({
      ...settings,
      context: this.context,
      namespace: this.context.namespace(namespace),
    });

    if (services.postgres) {
      const { databases = [], ...settings } = services.postgres;
      this.postgres = new Postgres(this, "Postgres", {
        ...placed(settings),
        credentials: this.credentials(services.postgres),
      });
      for (const database of databases) {
        this.ownDatabases.set(database, this.postgres.database(database));
      }
    }
    if (services.mariadb) {
      this.mariadb = new MariaDb(this, "MariaDb", {
        ...placed(services.mariadb),
        credentials: this.credentials(services.mariadb),
      });
    }
    if (services.objectStore) {
      const buckets = services.hiveMetastore
        ? [...(services.nessie ? [icebergBucket] : []), hiveBucket]
        : [icebergBucket];
      this.objectStore = new SeaweedFs(this, "ObjectStore", {
        ...placed(services.objectStore),
        buckets,
        credentials: this.bucketCredentials(services.objectStore),
      });
    }
    if (services.nessie) {
      this.nessie = new Nessie(this, "Nessie", {
        ...placed(services.nessie),
        database: this.need(this.postgres, "nessie", "postgres").database("nessie"),
        warehouse: this.need(this.objectStore, "nessie", "objectStore").bucket(icebergBucket),
      });
    }
    if (services.hiveMetastore) {
      const { database, ...settings } = services.hiveMetastore;
      this.hiveMetastore = new HiveMetastoreService(this, "HiveMetastore", {
        ...placed(settings),
        database: this.database(database, "hiveMetastore", "hive"),
        warehouse: this.need(this.objectStore, "hiveMetastore", "objectStore").bucket(hiveBucket),
      });
    }
    const hive = this.hiveMetastore?.catalog("hive");
    const lake = this.nessie?.catalog("lake");
    this.catalogs = [...(lake ? [lake] : []), ...(hive ? [hive] : [])];
    if (services.trino) {
      this.need(lake ?? hive, "trino", "nessie or hiveMetastore");
      const { databases = [], ...settings } = services.trino;
      this.trino = new Trino(this, "Trino", {
        ...placed(settings),
        catalogs: this.catalogs,
        databases: databases.map((database) =>
          this.need(this.ownDatabases.get(database), "trino", `the database ${database} of postgres`),
        ),
      });
    }
    if (services.kyuubi) {
      const catalog = this.need(hive, "kyuubi", "hiveMetastore");
      const [jobs] = this.need(services.sparkOperator, "kyuubi", "sparkOperator").jobNamespaces;
      this.kyuubi = new Kyuubi(this, "Kyuubi", {
        ...placed(services.kyuubi),
        catalog,
        database: this.database(services.hiveMetastore?.database ?? "postgres", "kyuubi", "kyuubi"),
        engineNamespace: this.context.namespace(this.need(jobs, "kyuubi", "sparkOperator.jobNamespaces")),
        dependsOn: props.declared,
      });
      if (services.hiveMetastore?.database === "mariadb") {
        this.mariadb?.promiseRole(promisedRole, "kyuubi");
      }
    }
    for (const namespace of services.sparkOperator?.jobNamespaces ?? []) {
      this.connectJobs(namespace);
    }
  }

  /** Where each service can be reached from inside the cluster, in the order in which they were built. */
  get connections(): readonly ServiceConnection[] {
    const { postgres, mariadb, objectStore, nessie, hiveMetastore, trino, kyuubi } = this;
    return [
      ...(postgres ? [connection("postgres", postgres, `postgresql://${postgres.host}:${postgres.port}`)] : []),
      ...(mariadb ? [connection("mariadb", mariadb, `mysql://${mariadb.host}:${mariadb.port}`)] : []),
      ...(objectStore ? [connection("objectStore", objectStore, objectStore.endpoint)] : []),
      ...(nessie ? [connection("nessie", nessie, nessie.catalog("lake").uri)] : []),
      ...(hiveMetastore ? [connection("hiveMetastore", hiveMetastore, hiveMetastore.thriftUri)] : []),
      ...(trino ? [connection("trino", trino, trino.address)] : []),
      ...(kyuubi ? [connection("kyuubi", kyuubi, kyuubi.address)] : []),
    ];
  }

  /** Lets Spark jobs look up tables, and read and write them. */
  private connectJobs(namespace: string): void {
    const jobs = this.context.namespace(namespace);
    const stores = this.catalogs.map(({ bucket }) => bucket.store.server);
    const lookups = this.catalogs.map(({ server }) => server);
    this.context.connect(sparkPods(jobs, "driver"), [...lookups, ...stores], "looks up and writes tables");
    this.context.connect(sparkPods(jobs, "executor"), stores, "reads and writes tables");
  }

  /** Keys of declared secrets that are passwords of databases' owners. */
  private credentials({ credentials = {} }: { readonly credentials?: { readonly [database: string]: string } }) {
    return Object.fromEntries(
      Object.entries(credentials).map(([database, key]) => [database, declaredKey(this, this.context, key)]),
    );
  }

  /** Keys of declared secrets that are key pairs of buckets. */
  private bucketCredentials({ credentials = {} }: NonNullable<DataPlatformSettings["objectStore"]>) {
    return Object.fromEntries(
      Object.entries(credentials).map(([bucket, { accessKey, secretKey }]) => [
        bucket,
        {
          accessKeyId: declaredKey(this, this.context, accessKey),
          secretAccessKey: declaredKey(this, this.context, secretKey),
        },
      ]),
    );
  }

  private database(kind: "postgres" | "mariadb", service: string, database: string): SqlDatabase {
    return this.need(this[kind], service, kind).database(database);
  }

  private need<Needed>(needed: Needed | undefined, service: string, what: string): Needed {
    if (needed === undefined) {
      throw new PlatformError(this, `${service} needs ${what}, which is off`, `add ${what} or leave ${service} out`);
    }
    return needed;
  }
}

function connection(
  service: keyof DataPlatformSettings,
  { namespace }: { readonly namespace: { readonly name: string } },
  address: string,
): ServiceConnection {
  return { service, namespace: namespace.name, address };
}
