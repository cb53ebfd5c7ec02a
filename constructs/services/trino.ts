import { Construct } from "constructs";
import { charts } from "../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type Resources,
  restrictedContainer,
  restrictedPod,
} from "../kubernetes";
import { type ExternalSecret, generated, keyOf, type SecretKey } from "../secrets";
import { DeploySettings, PlatformError } from "../terraform";
import type { DatabaseRole } from "../vault";
import type { Catalog, PodsEnd, ServiceEndpoint, SqlDatabase } from "./contracts";
import { mebibytes } from "./memory";
import { present } from "./present";
import { restartOnChange } from "./restart";
import { tokenlessAccount } from "./service-account";
import type { ServiceContext } from "./service-context";
import { bucketVariables, catalogProperties } from "./trino-catalogs";
import { type TrinoDatabases, trinoDatabases } from "./trino-databases";

/** Settings of {@link Trino}. */
export interface TrinoProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Workers beside the one coordinator. */
  readonly workers: number;
  /** What the coordinator asks for. */
  readonly coordinator: Resources;
  /** What each worker asks for. */
  readonly worker: Resources;
  /** What it can query. */
  readonly catalogs: readonly Catalog[];
  /**
   * Databases that it reads, each as a catalogue of the same name, with credentials for a time.
   *
   * @default - none
   */
  readonly databases?: readonly SqlDatabase[];
}

const name = "trino";
const port = 8080;

/** User of the image. */
const user = 1000;

/** Environment variable with the secret that servers know each other by. */
const sharedSecret = "TRINO_SHARED_SECRET";

/** Part of a container's memory that is heap; the rest is for threads, code and network buffers. */
const heapPercent = 70;

/** Part of the heap that one query may take on one server; Trino keeps 30 % back for itself and starts with no more. */
const queryShareOfHeap = 0.5;

/**
 * Trino: SQL over the catalogues given, and over no others (the chart's samples are taken out).
 *
 * @see https://trino.io/docs/current/installation/kubernetes.html
 */
export class Trino extends Construct {
  readonly namespace: INamespace;
  readonly workers: number;
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly release: ChartRelease;

  /** @throws PlatformError for no catalogue and for two of the same name */
  constructor(scope: Construct, id: string, props: TrinoProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.workers = props.workers;
    this.address = `http://${name}.${this.namespace.name}.svc:${port}`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: { "app.kubernetes.io/name": name } };
    const coordinator: PodsEnd = {
      namespace: this.namespace,
      name: "trino-coordinator",
      podLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "coordinator" },
    };
    this.server = { end: coordinator, port };
    const { databases = [] } = props;
    const names = [...props.catalogs.map((catalog) => catalog.name), ...databases.map(({ database }) => database)];
    if (names.length === 0 || new Set(names).size < names.length) {
      throw new PlatformError(this, `catalogs are [${names.join(", ")}]`, "give at least one, each with its own name");
    }

    const { context } = props;
    const environment = this.environment(props);
    const tables = trinoDatabases(
      context,
      pods,
      databases.map((database) => ({ database, role: this.reads(database) })),
    );
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(
        context.store(this.namespace).resource,
        ...(databases.length > 0 ? [context.certificates.resource] : []),
      ),
      objects: [tokenlessAccount(name, this.namespace), environment.object, ...tables.objects],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.trino,
      namespace: this.namespace,
      releaseName: name,
      values: this.values(props, environment, tables),
      dependsOn: present(
        objects.release.resource,
        ...databases.map(({ resource }) => resource),
        ...props.catalogs.flatMap(({ resource, bucket }) => [resource, bucket.store.resource]),
      ),
    });
    context.connect(
      coordinator,
      props.catalogs.map((catalog) => catalog.server),
      "looks up tables",
    );
    context.connect(
      pods,
      props.catalogs.map((catalog) => catalog.bucket.store.server),
      "reads and writes tables",
    );
    context.connect(
      pods,
      databases.map(({ server: database }) => database),
      "reads databases",
    );
    context.flows.allow({ from: pods, to: pods, ports: [port], reason: "coordinator and workers share a query" });
  }

  /** The Secret that becomes the servers' environment: their shared secret and the key pair of each bucket. */
  private environment({ context, catalogs }: TrinoProps): ExternalSecret {
    const internal = context.secrets.secret(name, { shared_secret: generated(64) });
    const keys: Record<string, SecretKey> = { [sharedSecret]: keyOf(internal, "shared_secret") };
    for (const { bucket } of catalogs) {
      const { accessKey, secretKey } = bucketVariables(bucket);
      keys[accessKey] = bucket.accessKeyId;
      keys[secretKey] = bucket.secretAccessKey;
    }
    return context.store(this.namespace).externalSecret({
      name: `${name}-environment`,
      data: keys,
      follows: { by: "reloader" },
    });
  }

  private reads({ database, engine, leases }: SqlDatabase): DatabaseRole {
    if (!leases || engine !== "postgresql") {
      throw new PlatformError(
        this,
        `database "${database}" ${leases ? `is of ${engine}` : "has no credentials for a time"}`,
        "let Vault keep the secrets, or leave the database out of trino.databases",
      );
    }
    return leases.readOnly;
  }

  private values(props: TrinoProps, environment: ExternalSecret, databases: TrinoDatabases) {
    const { imageRegistry } = DeploySettings.of(this);
    const onCoordinator = this.queryMemory(props.coordinator);
    const onWorker = this.queryMemory(props.worker);
    return {
      image: imageRegistry ? { registry: imageRegistry } : undefined,
      server: {
        workers: this.workers,
        config: { query: { maxMemory: `${onWorker * Math.max(1, this.workers)}MB` } },
      },
      catalogs: {
        tpch: null,
        tpcds: null,
        ...Object.fromEntries(props.catalogs.map((catalog) => [catalog.name, catalogProperties(catalog)])),
        ...databases.catalogs,
      },
      additionalConfigProperties: [`internal-communication.shared-secret=\${ENV:${sharedSecret}}`],
      env: databases.env,
      envFrom: [{ secretRef: { name: environment.name } }],
      secretMounts: databases.secretMounts,
      serviceAccount: { create: false, name },
      securityContext: restrictedPod(user),
      containerSecurityContext: restrictedContainer,
      service: { port },
      jmx: { enabled: false, exporter: { enabled: false } },
      serviceMonitor: { enabled: false },
      coordinator: server(props.coordinator, onCoordinator, environment),
      worker: server(props.worker, onWorker, environment),
    };
  }

  /** Mebibytes that a query may take on a server. */
  private queryMemory(resources: Resources): number {
    return Math.floor((mebibytes(this, resources.limits.memory) * heapPercent * queryShareOfHeap) / 100);
  }
}

function server(resources: Resources, queryMemory: number, environment: ExternalSecret) {
  return {
    // A fixed heap of the chart would be used in place of the percentage.
    jvm: { maxHeapSize: null, maxHeapPercent: heapPercent },
    config: { query: { maxMemoryPerNode: `${queryMemory}MB` } },
    annotations: restartOnChange(environment),
    resources,
  };
}
