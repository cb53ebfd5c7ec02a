import { fileURLToPath } from "node:url";
import { Construct } from "constructs";
import { images } from "../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type LocalChart,
  type Resources,
  serviceCertificate,
} from "../kubernetes";
import { DeploySettings } from "../terraform";
import type { HiveMetastore, PodsEnd, S3Bucket, ServiceEndpoint, SqlDatabase } from "./contracts";
import { hiveSite } from "./hive-site";
import { mebibytes } from "./memory";
import { present } from "./present";
import { restartOnChange } from "./restart";
import type { ServiceContext } from "./service-context";

/** Settings of a {@link HiveMetastoreService}. */
export interface HiveMetastoreServiceProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly replicas: number;
  /** What each server asks for. */
  readonly resources: Resources;
  /** Where the catalogue is kept. */
  readonly database: SqlDatabase;
  /** Where tables are kept. */
  readonly warehouse: S3Bucket;
  /** Settings of Hive and Hadoop, such as `metastore.thrift.max.worker.threads`. @default - none */
  readonly config?: { readonly [property: string]: string };
  /** Image in the place of this project's own; it brings JDBC drivers and S3A. @default - this project's own */
  readonly image?: string;
  /** User and group that the pods run as. @default - those of the image */
  readonly runAs?: { readonly user: number; readonly group?: number };
}

/** The chart of this project; upstream publishes none. */
const hiveMetastoreChart: LocalChart = {
  folder: fileURLToPath(new URL("../../charts/hive-metastore", import.meta.url)),
  version: "1.0.0",
};

const name = "hive-metastore";

/** Port of the Thrift protocol. */
const port = 9083;

/** Secret with the servers' certificate and, beside it, the certificate of the authority that they trust. */
const certificate = `${name}-tls`;

/** Where the servers find it; the chart mounts it there. */
const caFile = "/etc/hive-tls/ca.crt";

/** Part of a server's memory that is heap. */
const heapShare = 0.7;

/** Names of the databases as Hive's schematool knows them. */
const schemaTypes = { postgresql: "postgres", mysql: "mysql" } as const;

/**
 * The Hive metastore: a catalogue that speaks Thrift, for engines that know no other.
 *
 * Its configuration is a Secret, as it holds the passwords; the image prints its other settings at start.
 *
 * @see https://hive.apache.org/development/quickstart/
 */
export class HiveMetastoreService extends Construct {
  readonly namespace: INamespace;
  readonly replicas: number;
  /** `thrift://host:port`. */
  readonly thriftUri: string;
  readonly server: ServiceEndpoint;
  readonly release: ChartRelease;
  private readonly warehouse: S3Bucket;

  constructor(scope: Construct, id: string, props: HiveMetastoreServiceProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    this.warehouse = props.warehouse;
    this.thriftUri = `thrift://${name}.${this.namespace.name}.svc:${port}`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: { "app.kubernetes.io/name": name } };
    this.server = { end: pods, port };

    const store = props.context.store(this.namespace);
    const config = store.externalSecret({
      name: `${name}-config`,
      data: {
        username: props.database.username,
        password: props.database.password,
        access_key: this.warehouse.accessKeyId,
        secret_key: this.warehouse.secretAccessKey,
      },
      composed: { "hive-site.xml": hiveSite({ ...props, caFile }) },
      follows: { by: "reloader" },
    });
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(store.resource, props.context.certificates.resource),
      objects: [
        config.object,
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: props.context.certificates.issuer,
          dnsNames: [`${name}.${this.namespace.name}.svc`],
        }),
      ],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: hiveMetastoreChart,
      namespace: this.namespace,
      releaseName: name,
      values: {
        image: DeploySettings.of(this).image(props.image ?? images.hiveMetastore),
        replicas: this.replicas,
        databaseType: schemaTypes[props.database.engine],
        configSecret: config.name,
        tlsSecret: certificate,
        usersOfNamespace: DeploySettings.of(this).openshift,
        user: props.runAs?.user,
        group: props.runAs?.group,
        heapMebibytes: Math.floor(mebibytes(this, props.resources.limits.memory) * heapShare),
        resources: props.resources,
        podAnnotations: restartOnChange(config),
      },
      dependsOn: present(objects.release.resource, props.database.resource, this.warehouse.store.resource),
    });
    props.context.connect(pods, [props.database.server, this.warehouse.store.server], "keeps the catalogue and tables");
  }

  /**
   * The catalogue as engines use it.
   *
   * @param catalog name under which engines show it
   */
  catalog(catalog: string): HiveMetastore {
    return {
      kind: "hive",
      name: catalog,
      thriftUri: this.thriftUri,
      bucket: this.warehouse,
      server: this.server,
      resource: this.release.resource,
    };
  }
}
