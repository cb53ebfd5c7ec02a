import { Construct } from "constructs";
import { charts } from "../../../charts";
import { ChartRelease, CustomResources, type INamespace, type Resources, serviceCertificate } from "../../kubernetes";
import type { ExternalSecret, SecretStore } from "../../secrets";
import { DeploySettings, type JsonObject, PlatformError } from "../../terraform";
import {
  type Bucket,
  bucketAnnotations,
  bucketServers,
  type IcebergCatalog,
  type MetricsTarget,
  type PodsEnd,
  type S3Bucket,
  type ServiceEndpoint,
  type SqlDatabase,
} from "../contracts";
import { imageReference } from "../image-reference";
import { present } from "../present";
import { restartOnChange } from "../restart";
import { oldestRun } from "../schedule-age";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import { type NessieBackup, nessieBackup } from "./backup";
import { type NessieGc, nessieGc } from "./gc";

/** Settings of {@link Nessie}. */
export interface NessieProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly replicas: number;
  /** What each server asks for. */
  readonly resources: Resources;
  /** Where the history of the catalogue is kept. */
  readonly database: SqlDatabase;
  /** Where tables are kept: the warehouse of clients that name none. */
  readonly warehouse: Bucket;
  /**
   * Further warehouses, each named as its bucket.
   *
   * @default - none
   */
  readonly otherWarehouses?: readonly Bucket[];
  /**
   * Image with an exact tag.
   *
   * @default - the chart's own
   */
  readonly image?: string;
  /**
   * User and group of the servers.
   *
   * @default - those of the image, 10000 and 10001
   */
  readonly runAs?: { readonly user: number; readonly group?: number };
  /**
   * Properties of Nessie and Quarkus, such as `nessie.server.default-branch`; they go before all others.
   *
   * @default - none
   */
  readonly config?: { readonly [property: string]: string };
  /** @default - none: the history is as safe as the database */
  readonly backup?: NessieBackup;
  /** @default - files that no table refers to stay */
  readonly gc?: NessieGc;
}

const name = "nessie";

/** Port of the Nessie and Iceberg REST protocols. */
const port = 19120;

/** Secret with the servers' certificate and, beside it, the certificate of the authority that they trust. */
const certificate = `${name}-tls`;

/** Where the servers find it. */
const tlsFolder = "/etc/nessie-tls";

/** Port for health and for what servers tell each other about their caches. */
const managementPort = 9000;

/**
 * A catalogue of Iceberg tables with branches, on a SQL database.
 *
 * The chart's pods meet the restricted profile as they are.
 *
 * @see https://projectnessie.org/nessie-latest/kubernetes/
 */
export class Nessie extends Construct {
  readonly namespace: INamespace;
  readonly replicas: number;
  /** Base of the protocols, without a slash at the end. */
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly metrics: MetricsTarget;
  readonly release: ChartRelease;
  private readonly warehouse: Bucket;

  /** @throws PlatformError for removal of files with several warehouses */
  constructor(scope: Construct, id: string, props: NessieProps) {
    super(scope, id);
    const { otherWarehouses = [], backup, gc } = props;
    if (gc && otherWarehouses.length > 0) {
      throw new PlatformError(
        this,
        `gc is on and there are ${otherWarehouses.length + 1} warehouses`,
        "leave gc out or keep one warehouse: the program takes the keys of one",
      );
    }
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    this.warehouse = props.warehouse;
    this.address = `http://${name}.${this.namespace.name}.svc:${port}`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: { "app.kubernetes.io/name": name } };
    this.server = { end: pods, port };
    this.metrics = nessieMetrics(pods, backup);

    const { certificates } = props.context;
    const store = props.context.store(this.namespace);
    const database = store.externalSecret({
      name: "nessie-postgres",
      data: { username: props.database.username, password: props.database.password },
      follows: { by: "reloader" },
    });
    const warehouses = [this.warehouse, ...otherWarehouses];
    const keyed = warehouses.flatMap((bucket, index): readonly WarehouseWithKeys[] => {
      const secret = index === 0 ? "nessie-s3-credentials" : `nessie-s3-${bucket.name}`;
      return bucket.kind === "s3" ? [{ bucket, keys: warehouseKeys(store, secret, bucket) }] : [];
    });
    const kept =
      backup &&
      nessieBackup(this, {
        store,
        backup,
        database: props.database,
        credentials: database,
        certificate,
      });
    const swept =
      gc &&
      nessieGc(this, {
        namespace: this.namespace,
        gc,
        address: this.address,
        warehouse: this.warehouse,
        keys: keyed[0]?.keys,
        account: name,
      });
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(store.resource, certificates.resource),
      objects: [
        tokenlessAccount(
          name,
          this.namespace,
          bucketAnnotations({ namespace: this.namespace.name, serviceAccount: name }, warehouses),
        ),
        database.object,
        ...keyed.map(({ keys }) => keys.object),
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: certificates.issuer,
          dnsNames: [`${name}.${this.namespace.name}.svc`],
        }),
        ...(kept?.objects ?? []),
        ...(swept?.objects ?? []),
      ],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.nessie,
      namespace: this.namespace,
      releaseName: name,
      values: {
        replicaCount: this.replicas,
        image: this.image(props.image),
        versionStoreType: "JDBC2",
        jdbc: {
          jdbcUrl: props.database.verifiedJdbcUrl?.(`${tlsFolder}/ca.crt`) ?? props.database.jdbcUrl,
          secret: { name: database.name, username: "username", password: "password" },
        },
        catalog: catalogValues(warehouses, keyed),
        ...(props.config ? { advancedConfig: props.config } : {}),
        ...(props.runAs ? users(props.runAs) : {}),
        serviceAccount: { create: false, name },
        serviceMonitor: { enabled: false },
        // The driver reads the file at each connection, so a renewed authority needs no restart.
        extraVolumes: [
          { name: "tls", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } },
        ],
        extraVolumeMounts: [{ name: "tls", mountPath: tlsFolder, readOnly: true }],
        podAnnotations: restartOnChange(database, ...keyed.map(({ keys }) => keys)),
        podDisruptionBudget: { enabled: this.replicas > 1, policy: { minAvailable: 1 } },
        resources: props.resources,
      },
      dependsOn: present(objects.release.resource, props.database.resource, this.warehouse.store.resource),
    });
    props.context.connect(
      pods,
      [props.database.server, ...warehouses.flatMap(bucketServers)],
      "keeps history and tables",
    );
    if (kept) {
      props.context.connect(kept.pods, kept.servers, "dumps and restores the history");
    }
    if (swept) {
      props.context.connect(swept.pods, [this.server, ...bucketServers(this.warehouse)], "removes files of no table");
    }
    if (this.replicas > 1) {
      props.context.flows.allow({
        from: pods,
        to: pods,
        ports: [managementPort],
        reason: "servers clear each other's caches",
      });
    }
  }

  /**
   * The catalogue as engines use it.
   *
   * @param catalog name under which engines show it
   * @param warehouse one of the warehouses; the default one when absent
   */
  catalog(catalog: string, warehouse: Bucket = this.warehouse): IcebergCatalog {
    return {
      kind: "rest",
      name: catalog,
      uri: `${this.address}/iceberg/`,
      warehouse: warehouse.name,
      bucket: warehouse,
      server: this.server,
      resource: this.release.resource,
    };
  }

  private image(given: string | undefined): JsonObject {
    const settings = DeploySettings.of(this);
    if (given === undefined) {
      return { repository: settings.image("ghcr.io/projectnessie/nessie") };
    }
    const { repository, tag, digest } = imageReference(settings.image(given));
    // The chart writes what follows the colon as it is.
    return { repository, tag: digest === undefined ? tag : `${tag}@${digest}` };
  }
}

function catalogValues(warehouses: readonly Bucket[], keyed: readonly WarehouseWithKeys[]): JsonObject {
  return {
    enabled: true,
    iceberg: {
      defaultWarehouse: warehouses[0]?.name,
      warehouses: warehouses.map((bucket) => ({ name: bucket.name, location: `${bucket.uri}/` })),
    },
    storage: storageValues(warehouses, keyed),
  };
}

function storageValues(warehouses: readonly Bucket[], keyed: readonly WarehouseWithKeys[]): JsonObject {
  const [first, ...others] = keyed;
  if (!first) {
    const projectId = warehouses.map(({ store }) => (store.kind === "gcs" ? store.project : undefined))[0];
    // Credentials of the pod; clients get none of them and open the files as themselves.
    return { gcs: { defaultOptions: { projectId, authType: "APPLICATION_DEFAULT" } } };
  }
  const { store } = first.bucket;
  return {
    s3: {
      defaultOptions: {
        region: store.region,
        endpoint: store.endpoint,
        pathStyleAccess: store.pathStyle,
        authType: "STATIC",
        accessKeySecret: accessKeySecret(first.keys),
      },
      ...(others.length > 0
        ? {
            buckets: others.map((other) => ({
              name: other.bucket.name,
              authority: other.bucket.name,
              accessKeySecret: accessKeySecret(other.keys),
            })),
          }
        : {}),
    },
  };
}

type WarehouseKeys = ExternalSecret<"AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY">;

interface WarehouseWithKeys {
  readonly bucket: S3Bucket;
  readonly keys: WarehouseKeys;
}

function warehouseKeys(store: SecretStore, secret: string, bucket: S3Bucket): WarehouseKeys {
  return store.externalSecret({
    name: secret,
    data: { AWS_ACCESS_KEY_ID: bucket.accessKeyId, AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey },
    follows: { by: "reloader" },
  });
}

function accessKeySecret(keys: WarehouseKeys) {
  return { name: keys.name, awsAccessKeyId: "AWS_ACCESS_KEY_ID", awsSecretAccessKey: "AWS_SECRET_ACCESS_KEY" };
}

function users({ user, group = user }: { readonly user: number; readonly group?: number }) {
  return { podSecurityContext: { fsGroup: group }, securityContext: { runAsUser: user, runAsGroup: group } };
}

/** What the servers tell of themselves, and when somebody has to look. */
function nessieMetrics(pods: PodsEnd, backup: NessieBackup | undefined): MetricsTarget {
  const job = `namespace="${pods.namespace.name}",cronjob="nessie-backup"`;
  return {
    name,
    pods,
    portName: "nessie-mgmt",
    port: managementPort,
    path: "/q/metrics",
    alerts: backup
      ? [
          {
            name: "NessieBackupTooOld",
            expression: `time() - max(kube_cronjob_status_last_successful_time{${job}}) > ${oldestRun(backup.schedule)}`,
            after: "30m",
            severity: "critical",
            summary: "The database of Nessie has had no good backup for longer than its schedule allows.",
            remedy: "Read the log of the newest job of nessie-backup.",
          },
        ]
      : [],
  };
}
