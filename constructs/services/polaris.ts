import { Construct } from "constructs";
import { charts } from "../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  readOnlyContainer,
  restrictedPod,
  serviceCertificate,
} from "../kubernetes";
import { type ExternalSecret, fixed, generated, keyOf, type SecretRef } from "../secrets";
import { DeploySettings, PlatformError } from "../terraform";
import type { IcebergCatalog, MetricsTarget, PodsEnd, S3Bucket, ServiceEndpoint } from "./contracts";
import { imageReference } from "./image-reference";
import { polarisBootstrapJob, polarisSetupObjects } from "./polaris-jobs";
import { present } from "./present";
import type { RestCatalogProps } from "./rest-catalog";
import { restartOnChange } from "./restart";
import { tokenlessAccount } from "./service-account";

/** Settings of {@link Polaris}. */
export interface PolarisProps extends RestCatalogProps {
  /** Settings of Polaris and Quarkus, such as `polaris.features."..."`. @default - none */
  readonly config?: { readonly [property: string]: string };
}

const name = "polaris";

/** Port of the Iceberg REST protocol and of the management API. */
const port = 8181;

/** Port for health and metrics. */
const managementPort = 8182;

/** User and group that the image is made for. */
const user = 10000;
const group = 10001;

/** The one realm: tenants of a platform are environments. */
const realm = "POLARIS";

/** Secret with the servers' certificate and, beside it, the certificate of the authority that they trust. */
const certificate = `${name}-tls`;

/** Where the servers find it. */
const tlsFolder = "/etc/polaris-tls";

/**
 * A catalogue of Iceberg tables with users and grants, on PostgreSQL.
 *
 * A job makes the realm before the servers start, with a root user; another then makes the catalogue, and a user for engines
 * that may do everything with its content and nothing else. The object store gives out no keys for a time, so that engines use
 * the bucket's own (`stsUnavailable`).
 *
 * @see https://polaris.apache.org/releases/1.7.0/
 */
export class Polaris extends Construct {
  readonly namespace: INamespace;
  readonly replicas: number;
  /** Base of the protocols, without a slash at the end. */
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly metrics: MetricsTarget;
  readonly release: ChartRelease;
  /** The catalogue inside Polaris and the user of engines. */
  readonly setup: CustomResources;
  private readonly warehouse: S3Bucket;
  private readonly warehouseName: string;
  private readonly secret: SecretRef<"root_client_secret" | "token_key" | "engine_client_id" | "engine_client_secret">;

  /** @throws PlatformError for a database that is not of PostgreSQL */
  constructor(scope: Construct, id: string, props: PolarisProps) {
    super(scope, id);
    const { context, database } = props;
    if (database.engine !== "postgresql") {
      throw new PlatformError(this, `database is of ${database.engine}`, "use one of PostgreSQL");
    }
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    this.warehouse = props.warehouse;
    this.warehouseName = props.warehouseName ?? this.warehouse.name;
    this.address = `http://${name}.${this.namespace.name}.svc:${port}`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: { "app.kubernetes.io/name": name } };
    this.server = { end: pods, port };
    this.metrics = { name, pods, port: managementPort, portName: "polaris-mgmt", path: "/q/metrics" };
    this.secret = context.secrets.secret(name, {
      root_client_secret: generated(32),
      token_key: generated(64),
      engine_client_id: fixed("engines"),
      engine_client_secret: generated(32),
    });

    const store = context.store(this.namespace);
    const connection = store.externalSecret({
      name: `${name}-persistence`,
      data: { username: database.username, password: database.password },
      composed: { jdbcUrl: database.verifiedJdbcUrl?.(`${tlsFolder}/ca.crt`) ?? database.jdbcUrl },
      follows: { by: "reloader" },
    });
    const keys = store.externalSecret({
      name: `${name}-server`,
      data: {
        AWS_ACCESS_KEY_ID: this.warehouse.accessKeyId,
        AWS_SECRET_ACCESS_KEY: this.warehouse.secretAccessKey,
        "symmetric.key": keyOf(this.secret, "token_key"),
      },
      follows: { by: "reloader" },
    });
    const bootstrap = polarisBootstrapJob({
      settings: DeploySettings.of(this),
      context,
      namespace: this.namespace,
      account: name,
      realm,
      rootSecret: keyOf(this.secret, "root_client_secret"),
      connection: connection.name,
      certificate,
      tlsFolder,
      database,
    });
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(store.resource, context.certificates.resource, database.resource),
      objects: [
        tokenlessAccount(name, this.namespace),
        connection.object,
        keys.object,
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: context.certificates.issuer,
          dnsNames: [`${name}.${this.namespace.name}.svc`],
        }),
        ...bootstrap,
      ],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.polaris,
      namespace: this.namespace,
      releaseName: name,
      values: this.values(props, connection, keys),
      dependsOn: present(objects.release.resource, database.resource, this.warehouse.store.resource),
    });
    context.connect(pods, [database.server, this.warehouse.store.server], "keeps the catalogue and tables");
    this.setup = new CustomResources(this, "Setup", {
      namespace: this.namespace,
      releaseName: `${name}-setup`,
      dependsOn: [this.release.resource],
      objects: polarisSetupObjects({
        settings: DeploySettings.of(this),
        context,
        namespace: this.namespace,
        account: name,
        address: this.address,
        server: this.server,
        engine: this.engine,
        warehouse: this.warehouse,
        warehouseName: this.warehouseName,
      }),
    });
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
      uri: `${this.address}/api/catalog/`,
      warehouse: this.warehouseName,
      bucket: this.warehouse,
      oauth2: {
        serverUri: `${this.address}/api/catalog/v1/oauth/tokens`,
        ...this.engine,
        scope: "PRINCIPAL_ROLE:ALL",
      },
      server: this.server,
      resource: this.setup.release.resource,
    };
  }

  /** The user of engines. */
  private get engine() {
    const { secret } = this;
    return { clientId: keyOf(secret, "engine_client_id"), clientSecret: keyOf(secret, "engine_client_secret") };
  }

  private values(props: PolarisProps, connection: ExternalSecret, keys: ExternalSecret) {
    const settings = DeploySettings.of(this);
    const fromKeys = (variable: string) => ({
      name: variable,
      valueFrom: { secretKeyRef: { name: keys.name, key: variable } },
    });
    return {
      replicaCount: this.replicas,
      image:
        props.image === undefined
          ? { repository: settings.image("docker.io/apache/polaris") }
          : imageParts(settings.image(props.image)),
      serviceAccount: { create: false, name },
      podSecurityContext: { ...restrictedPod(user), runAsGroup: group, fsGroup: group },
      // The user is the chart's default here too, and would stay where users are left to the namespace.
      containerSecurityContext: { ...readOnlyContainer, runAsUser: user },
      podAnnotations: restartOnChange(connection, keys),
      podDisruptionBudget: { enabled: this.replicas > 1, minAvailable: 1 },
      resources: props.resources,
      realmContext: { realms: [realm] },
      persistence: { type: "relational-jdbc", relationalJdbc: { secret: { name: connection.name } } },
      authentication: { tokenBroker: { type: "symmetric-key", secret: { name: keys.name } } },
      // The server writes the metadata of tables with the key pair of the bucket.
      extraEnv: [
        { name: "AWS_REGION", value: this.warehouse.store.region },
        fromKeys("AWS_ACCESS_KEY_ID"),
        fromKeys("AWS_SECRET_ACCESS_KEY"),
      ],
      extraVolumes: [{ name: "tls", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } }],
      extraVolumeMounts: [{ name: "tls", mountPath: tlsFolder, readOnly: true }],
      advancedConfig: props.config,
      serviceMonitor: { enabled: false },
    };
  }
}

function imageParts(address: string) {
  const { repository, tag } = imageReference(address);
  return { repository, tag };
}
