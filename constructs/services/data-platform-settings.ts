import type { Resources } from "../kubernetes";
import type { KyuubiAuthentication } from "./kyuubi-config";

interface Placed {
  /** Namespace of the service. */
  readonly namespace: string;
}

interface Sized extends Placed {
  /** What each pod asks for. */
  readonly resources: Resources;
}

interface Stored {
  /** Volume of each pod, such as `10Gi`. */
  readonly storage: string;
}

/** The services to build; one that is absent is not built. */
export interface DataPlatformSettings {
  /** @default - no PostgreSQL */
  readonly postgres?: Sized & Stored & { readonly instances: number };
  /** @default - no MariaDB */
  readonly mariadb?: Sized & Stored & { readonly replicas: number };
  /** @default - no object store */
  readonly objectStore?: Sized & Stored;
  /** Needs `postgres` and `objectStore`. @default - no Nessie */
  readonly nessie?: Sized & { readonly replicas: number };
  /** Needs the database it names and `objectStore`. @default - no Hive metastore */
  readonly hiveMetastore?: Sized & { readonly replicas: number; readonly database: "postgres" | "mariadb" };
  /** Needs `nessie` or `hiveMetastore`. @default - no Trino */
  readonly trino?: Placed & {
    readonly workers: number;
    readonly coordinator: Resources;
    readonly worker: Resources;
  };
  /** The operator itself is in an earlier layer; here its jobs get their flows. @default - no Spark jobs */
  readonly sparkOperator?: Sized & { readonly jobNamespaces: readonly string[] };
  /** Needs `hiveMetastore` and `sparkOperator`. @default - no Kyuubi */
  readonly kyuubi?: Sized & { readonly replicas: number; readonly authentication: KyuubiAuthentication };
}
