import type * as z from "zod";
import { databaseName, databasesInput } from "./databases";
import { list, oneOf, record, strict, wholeNumber } from "./field";
import { dnsLabel } from "./names";
import { type Bytes, size as bytes } from "./quantity";
import { type Resources, resolveResources, resourcesInput } from "./resources";
import { type BucketCredentials, bucketCredentials, declaredKey, secretEnvironment } from "./service-secrets";
import { bySize, defaultReplicas, defaultResources, defaultStorage, type Size } from "./sizes";

/** How Kyuubi knows who its user is. `NONE` and `NOSASL` check nobody and are not offered. */
export const kyuubiAuthentications = ["JDBC", "LDAP", "KERBEROS", "CUSTOM"] as const;

const namespace = dnsLabel().optional();
const replicas = wholeNumber(1, 50).optional();
const resources = resourcesInput.optional();
const storage = bytes().optional();

/** Declared secrets, by the database whose owner has one of their keys for a password. */
const credentials = record(
  {
    pattern: databaseName.pattern,
    allowed: `a database: ${databaseName.allowed}`,
    next: "use the name of a database of this server, such as kyuubi",
  },
  declaredKey("kyuubi/database#password"),
  "databases with their credentials",
).optional();

/** The data services in an environment file. A service that is not named is off; all its settings have defaults. */
export const servicesInput = strict({
  postgres: strict({
    namespace,
    instances: replicas,
    storage,
    resources,
    credentials,
    databases: databasesInput,
  }).optional(),
  mariadb: strict({ namespace, replicas, storage, resources, credentials }).optional(),
  objectStore: strict({ namespace, storage, resources, credentials: bucketCredentials.optional() }).optional(),
  nessie: strict({ namespace, replicas, resources }).optional(),
  hiveMetastore: strict({
    namespace,
    replicas,
    database: oneOf("postgres", "mariadb").optional(),
    resources,
  }).optional(),
  trino: strict({
    namespace,
    workers: replicas,
    coordinator: resources,
    worker: resources,
    databases: databasesInput,
  }).optional(),
  sparkOperator: strict({ namespace, jobNamespaces: list(dnsLabel(), "namespaces").optional(), resources }).optional(),
  kyuubi: strict({
    namespace,
    replicas,
    authentication: oneOf(...kyuubiAuthentications).optional(),
    serviceAccount: dnsLabel().optional(),
    environment: secretEnvironment.optional(),
    resources,
  }).optional(),
});

export type ServicesInput = z.input<typeof servicesInput>;
export type ServiceName = keyof ServicesInput;

/** The data services of an environment with every default filled in; a service that is off has no key. */
export interface Services {
  readonly postgres?: PostgresService;
  readonly mariadb?: ReplicatedService & Stored & Credentials;
  readonly objectStore?: Service &
    Stored &
    Sized & {
      /** Key pairs of buckets that are keys of declared secrets; others get one of their own. */
      readonly credentials: { readonly [bucket: string]: BucketCredentials };
    };
  readonly nessie?: ReplicatedService;
  readonly hiveMetastore?: ReplicatedService & { readonly database: "postgres" | "mariadb" };
  readonly trino?: TrinoService;
  readonly sparkOperator?: SparkOperatorService;
  readonly kyuubi?: ReplicatedService & {
    readonly authentication: (typeof kyuubiAuthentications)[number];
    /**
     * Account of a shared reader that its pods run as.
     *
     * @default - one of its own
     */
    readonly serviceAccount?: string;
    /** Environment variables from Kubernetes Secrets of its namespace, each `name#key`. */
    readonly environment: { readonly [variable: string]: string };
  };
}

interface Service {
  readonly namespace: string;
}
interface Stored {
  /** Volume of each pod. */
  readonly storage: Bytes;
}
interface Sized {
  /** Of each pod. */
  readonly resources: Resources;
}
interface ReplicatedService extends Service, Sized {
  readonly replicas: number;
}
interface Credentials {
  /** Key of a declared secret (`mount/path#key`) that is the password of a database's owner; others get one of their own. */
  readonly credentials: { readonly [database: string]: string };
}
interface PostgresService extends Service, Stored, Sized, Credentials {
  readonly instances: number;
  /** Databases of the environment's own, beside those of the services. */
  readonly databases: readonly string[];
}
interface TrinoService extends Service {
  /** Workers beside the one coordinator. */
  readonly workers: number;
  readonly coordinator: Resources;
  readonly worker: Resources;
  /** Databases of `postgres` that it reads, each as a catalogue of the same name. */
  readonly databases: readonly string[];
}
interface SparkOperatorService extends Service, Sized {
  /** Namespaces in which Spark jobs may run. */
  readonly jobNamespaces: readonly string[];
}

/** What a service cannot do without: each entry names services of which one at least must be on. */
export const serviceNeeds: Readonly<Record<ServiceName, readonly (readonly ServiceName[])[]>> = {
  postgres: [],
  mariadb: [],
  objectStore: [],
  nessie: [["postgres"], ["objectStore"]],
  // its database is checked by name, as it is a setting
  hiveMetastore: [["objectStore"]],
  trino: [["nessie", "hiveMetastore"], ["objectStore"]],
  sparkOperator: [],
  kyuubi: [["hiveMetastore"], ["sparkOperator"]],
};

/** Namespace of a data service that names none. */
export const DEFAULT_NAMESPACE = "data-platform";

/** Namespace of Spark jobs when none is named: who may start a pod beside a database may read what it reads. */
export const JOBS_NAMESPACE = "spark-jobs";

/** Fills in the defaults of a size. */
export function resolveServices(input: z.output<typeof servicesInput>, size: Size): Services {
  const { postgres, mariadb, objectStore, nessie, hiveMetastore, trino, sparkOperator, kyuubi } = input;
  const common = (
    given: { namespace?: string; resources?: z.output<typeof resources> },
    name: keyof typeof defaultResources,
  ) => ({
    namespace: given.namespace ?? DEFAULT_NAMESPACE,
    resources: resolveResources(given.resources, bySize(size, defaultResources[name])),
  });
  const pods = (given: number | undefined, name: keyof typeof defaultReplicas) =>
    given ?? bySize<number>(size, defaultReplicas[name]);
  const volume = (given: Bytes | undefined, name: keyof typeof defaultStorage) =>
    given ?? bySize<Bytes>(size, defaultStorage[name]);
  return {
    ...(postgres && {
      postgres: {
        ...common(postgres, "postgres"),
        instances: pods(postgres.instances, "postgres"),
        storage: volume(postgres.storage, "postgres"),
        credentials: postgres.credentials ?? {},
        databases: postgres.databases ?? [],
      },
    }),
    ...(mariadb && {
      mariadb: {
        ...common(mariadb, "mariadb"),
        replicas: pods(mariadb.replicas, "mariadb"),
        storage: volume(mariadb.storage, "mariadb"),
        credentials: mariadb.credentials ?? {},
      },
    }),
    ...(objectStore && {
      objectStore: {
        ...common(objectStore, "objectStore"),
        storage: volume(objectStore.storage, "objectStore"),
        credentials: objectStore.credentials ?? {},
      },
    }),
    ...(nessie && { nessie: { ...common(nessie, "nessie"), replicas: pods(nessie.replicas, "nessie") } }),
    ...(hiveMetastore && {
      hiveMetastore: {
        ...common(hiveMetastore, "hiveMetastore"),
        replicas: pods(hiveMetastore.replicas, "hiveMetastore"),
        database: hiveMetastore.database ?? "postgres",
      },
    }),
    ...(trino && {
      trino: {
        namespace: trino.namespace ?? DEFAULT_NAMESPACE,
        workers: pods(trino.workers, "trinoWorkers"),
        coordinator: resolveResources(trino.coordinator, bySize(size, defaultResources.trinoCoordinator)),
        worker: resolveResources(trino.worker, bySize(size, defaultResources.trinoWorker)),
        databases: trino.databases ?? [],
      },
    }),
    ...(sparkOperator && {
      sparkOperator: {
        ...common(sparkOperator, "sparkOperator"),
        jobNamespaces: sparkOperator.jobNamespaces ?? [JOBS_NAMESPACE],
      },
    }),
    ...(kyuubi && {
      kyuubi: {
        ...common(kyuubi, "kyuubi"),
        replicas: pods(kyuubi.replicas, "kyuubi"),
        authentication: kyuubi.authentication ?? "JDBC",
        ...(kyuubi.serviceAccount !== undefined && { serviceAccount: kyuubi.serviceAccount }),
        environment: kyuubi.environment ?? {},
      },
    }),
  };
}
