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

interface Credentials {
  /**
   * Key of a declared secret, `mount/path#key`, that is the password of a database's owner, by database.
   *
   * @default - each owner's password is made for it
   */
  readonly credentials?: { readonly [database: string]: string };
}

/** The services to build; one that is absent is not built. */
export interface DataPlatformSettings {
  /** @default - no PostgreSQL */
  readonly postgres?: Sized &
    Stored &
    Credentials & {
      readonly instances: number;
      /** Databases of the environment's own. @default - none */
      readonly databases?: readonly string[];
    };
  /** @default - no MariaDB */
  readonly mariadb?: Sized & Stored & Credentials & { readonly replicas: number };
  /** @default - no object store */
  readonly objectStore?: Sized &
    Stored & {
      /**
       * Keys of declared secrets, each `mount/path#key`, that are the key pair of a bucket, by bucket.
       *
       * @default - each bucket's key pair is made for it
       */
      readonly credentials?: { readonly [bucket: string]: { readonly accessKey: string; readonly secretKey: string } };
    };
  /** Needs `postgres` and `objectStore`. @default - no Nessie */
  readonly nessie?: Sized & { readonly replicas: number };
  /** Needs the database it names and `objectStore`. @default - no Hive metastore */
  readonly hiveMetastore?: Sized & { readonly replicas: number; readonly database: "postgres" | "mariadb" };
  /** Needs `nessie` or `hiveMetastore`. @default - no Trino */
  readonly trino?: Placed & {
    readonly workers: number;
    readonly coordinator: Resources;
    readonly worker: Resources;
    /** Databases of `postgres` that it reads, each as a catalogue of the same name. @default - none */
    readonly databases?: readonly string[];
  };
  /** The operator itself is in an earlier layer; here its jobs get their flows. @default - no Spark jobs */
  readonly sparkOperator?: Sized & { readonly jobNamespaces: readonly string[] };
  /** Needs `hiveMetastore` and `sparkOperator`. @default - no Kyuubi */
  readonly kyuubi?: Sized & {
    readonly replicas: number;
    readonly authentication: KyuubiAuthentication;
    /**
     * Account that its pods run as, which is there already.
     *
     * @default - one of its own
     */
    readonly serviceAccount?: string;
    /**
     * Environment variables of its pods from Kubernetes Secrets of its namespace, each `name#key`.
     *
     * @default - none
     */
    readonly environment?: { readonly [variable: string]: string };
  };
}
