import { Construct } from "constructs";
import { charts } from "../../charts";
import { ChartRelease, CustomResources, type INamespace, type Resources, serviceCertificate } from "../kubernetes";
import { DeploySettings } from "../terraform";
import type { Bucket, IcebergCatalog, PodsEnd, ServiceEndpoint, SqlDatabase } from "./contracts";
import { present } from "./present";
import { restartOnChange } from "./restart";
import { tokenlessAccount } from "./service-account";
import type { ServiceContext } from "./service-context";

/** Settings of {@link Nessie}. */
export interface NessieProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly replicas: number;
  /** What each server asks for. */
  readonly resources: Resources;
  /** Where the history of the catalogue is kept. */
  readonly database: SqlDatabase;
  /** Where tables are kept. */
  readonly warehouse: Bucket;
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
  readonly release: ChartRelease;
  private readonly warehouse: Bucket;

  constructor(scope: Construct, id: string, props: NessieProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    this.warehouse = props.warehouse;
    this.address = `http://${name}.${this.namespace.name}.svc:${port}`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: { "app.kubernetes.io/name": name } };
    this.server = { end: pods, port };

    const { certificates } = props.context;
    const store = props.context.store(this.namespace);
    const database = store.externalSecret({
      name: "nessie-postgres",
      data: { username: props.database.username, password: props.database.password },
      follows: { by: "reloader" },
    });
    const keys = store.externalSecret({
      name: "nessie-s3-credentials",
      data: {
        AWS_ACCESS_KEY_ID: this.warehouse.accessKeyId,
        AWS_SECRET_ACCESS_KEY: this.warehouse.secretAccessKey,
      },
      follows: { by: "reloader" },
    });
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(store.resource, certificates.resource),
      objects: [
        tokenlessAccount(name, this.namespace),
        database.object,
        keys.object,
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: certificates.issuer,
          dnsNames: [`${name}.${this.namespace.name}.svc`],
        }),
      ],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.nessie,
      namespace: this.namespace,
      releaseName: name,
      values: {
        replicaCount: this.replicas,
        image: { repository: DeploySettings.of(this).image("ghcr.io/projectnessie/nessie") },
        versionStoreType: "JDBC2",
        jdbc: {
          jdbcUrl: props.database.verifiedJdbcUrl?.(`${tlsFolder}/ca.crt`) ?? props.database.jdbcUrl,
          secret: { name: database.name, username: "username", password: "password" },
        },
        catalog: this.catalogValues(keys.name),
        serviceAccount: { create: false, name },
        serviceMonitor: { enabled: false },
        // The driver reads the file at each connection, so a renewed authority needs no restart.
        extraVolumes: [
          { name: "tls", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } },
        ],
        extraVolumeMounts: [{ name: "tls", mountPath: tlsFolder, readOnly: true }],
        podAnnotations: restartOnChange(database, keys),
        podDisruptionBudget: { enabled: this.replicas > 1, policy: { minAvailable: 1 } },
        resources: props.resources,
      },
      dependsOn: present(objects.release.resource, props.database.resource, this.warehouse.store.resource),
    });
    props.context.connect(pods, [props.database.server, this.warehouse.store.server], "keeps history and tables");
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
   */
  catalog(catalog: string): IcebergCatalog {
    return {
      kind: "rest",
      name: catalog,
      uri: `${this.address}/iceberg/`,
      warehouse: this.warehouse.name,
      bucket: this.warehouse,
      server: this.server,
      resource: this.release.resource,
    };
  }

  private catalogValues(secret: string) {
    const { store } = this.warehouse;
    return {
      enabled: true,
      iceberg: {
        defaultWarehouse: this.warehouse.name,
        warehouses: [{ name: this.warehouse.name, location: `${this.warehouse.uri}/` }],
      },
      storage: {
        s3: {
          defaultOptions: {
            region: store.region,
            endpoint: store.endpoint,
            pathStyleAccess: store.pathStyle,
            authType: "STATIC",
            accessKeySecret: {
              name: secret,
              awsAccessKeyId: "AWS_ACCESS_KEY_ID",
              awsSecretAccessKey: "AWS_SECRET_ACCESS_KEY",
            },
          },
        },
      },
    };
  }
}
