import { Construct } from "constructs";
import { charts, images } from "../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  job,
  readOnlyContainer,
  restrictedPod,
  serviceCertificate,
  serviceLabels,
} from "../kubernetes";
import { type ExternalSecret, generated, keyOf } from "../secrets";
import { DeploySettings, PlatformError, stableJson } from "../terraform";
import type { IcebergCatalog, MetricsTarget, PodsEnd, S3Bucket, ServiceEndpoint, WebUi } from "./contracts";
import { imageReference } from "./image-reference";
import { present } from "./present";
import type { RestCatalogProps } from "./rest-catalog";
import { restartOnChange } from "./restart";
import { tokenlessAccount } from "./service-account";
import type { ServiceContext } from "./service-context";

/** Settings of {@link Lakekeeper}. */
export interface LakekeeperProps extends RestCatalogProps {
  /** Settings of Lakekeeper, each an environment variable that begins with `LAKEKEEPER__`. @default - none */
  readonly config?: { readonly [variable: string]: string };
}

const name = "lakekeeper";

/** Port of the Iceberg REST protocol, of the management API and of its pages. */
const port = 8181;

/** Port of the metrics. */
const metricsPort = 9000;

/** User and group of the image, which has no shell. */
const user = 65532;
const group = 65534;

/** User of curl's image. */
const curlUser = 100;

/** Secret with the servers' certificate and, beside it, the certificate of the authority that they trust. */
const certificate = `${name}-tls`;

/** Where the servers find it. */
const tlsFolder = "/etc/lakekeeper-tls";

/** Resources of what waits for the database and moves its tables on. */
const migrationResources = { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "128Mi" } } as const;

/**
 * A catalogue of Iceberg tables in Rust, on PostgreSQL. It knows no users here, so who reaches it may use it: the flows say who.
 *
 * Engines use the bucket's own key pair: the warehouse neither signs for them nor gives out keys for a time.
 *
 * @see https://docs.lakekeeper.io/
 */
export class Lakekeeper extends Construct {
  readonly namespace: INamespace;
  readonly replicas: number;
  /** Base of the protocols, without a slash at the end. */
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly metrics: MetricsTarget;
  readonly ui: WebUi;
  readonly release: ChartRelease;
  /** The first start and the warehouse. */
  readonly setup: CustomResources;
  private readonly warehouse: S3Bucket;
  private readonly warehouseName: string;

  /** @throws PlatformError for a database that is not of PostgreSQL */
  constructor(scope: Construct, id: string, props: LakekeeperProps) {
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
    this.metrics = { name, pods, port: metricsPort, portName: "metrics" };
    const service = { namespace: this.namespace.name, name, port };
    this.ui = { name, service, server: this.server, healthPath: "/health", login: "none" };

    const store = context.store(this.namespace);
    const secret = this.secret(props);
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(store.resource, context.certificates.resource),
      objects: [
        tokenlessAccount(name, this.namespace),
        secret.object,
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: context.certificates.issuer,
          dnsNames: [`${name}.${this.namespace.name}.svc`],
        }),
      ],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.lakekeeper,
      namespace: this.namespace,
      releaseName: name,
      values: this.values(props, secret),
      dependsOn: present(objects.release.resource, database.resource, this.warehouse.store.resource),
    });
    context.connect(pods, [database.server, this.warehouse.store.server], "keeps the catalogue and tables");
    this.setup = this.warehouseRelease(context);
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
      uri: `${this.address}/catalog/`,
      warehouse: this.warehouseName,
      bucket: this.warehouse,
      server: this.server,
      resource: this.setup.release.resource,
    };
  }

  private secret({ context, database }: LakekeeperProps): ExternalSecret {
    const key = context.secrets.secret(name, { encryption_key: generated(40) });
    const { host, port: databasePort, database: of, verifiedJdbcUrl } = database;
    const login = "{{ .username | urlquery }}:{{ .password | urlquery }}";
    const tls = verifiedJdbcUrl ? `sslmode=verify-full&sslrootcert=${tlsFolder}/ca.crt` : "sslmode=require";
    return context.store(this.namespace).externalSecret({
      name: `${name}-server`,
      data: {
        username: database.username,
        password: database.password,
        encryptionKey: keyOf(key, "encryption_key"),
      },
      // Only an address can ask that the server's name is checked; the separate settings cannot.
      composed: { url: `postgresql://${login}@${host}:${databasePort}/${of}?${tls}` },
      follows: { by: "reloader" },
    });
  }

  private values(props: LakekeeperProps, secret: ExternalSecret) {
    const settings = DeploySettings.of(this);
    const { host, port: databasePort, database } = props.database;
    const url = (variable: string) => ({
      name: variable,
      valueFrom: { secretKeyRef: { name: secret.name, key: "url" } },
    });
    return {
      // Without it the pods wait for a job that Helm starts only after they are ready.
      helmWait: true,
      catalog: {
        image: {
          ...(props.image === undefined
            ? { repository: settings.image("quay.io/lakekeeper/catalog") }
            : parts(settings.image(props.image))),
          uid: settings.openshift ? null : user,
          gid: settings.openshift ? null : group,
        },
        replicas: this.replicas,
        resources: props.resources,
        podSecurityContext: { ...restrictedPod(user), runAsGroup: group, fsGroup: group },
        containerSecurityContext: readOnlyContainer,
        podAnnotations: restartOnChange(secret),
        config: props.config,
        extraEnv: [url("LAKEKEEPER__PG_DATABASE_URL_READ"), url("LAKEKEEPER__PG_DATABASE_URL_WRITE")],
        extraVolumes: [
          { name: "tls", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } },
        ],
        extraVolumeMounts: [{ name: "tls", mountPath: tlsFolder, readOnly: true }],
        podDisruptionBudget: { enabled: this.replicas > 1, minAvailable: "1" },
        dbMigrations: { resources: migrationResources },
        initContainers: { checkDb: { resources: migrationResources } },
      },
      serviceAccount: { create: false, name },
      secretBackend: { postgres: { encryptionKeySecret: secret.name } },
      postgresql: { enabled: false },
      externalDatabase: {
        host_read: host,
        host_write: host,
        port: databasePort,
        database,
        userSecret: secret.name,
        userSecretKey: "username",
        passwordSecret: secret.name,
        passwordSecretKey: "password",
      },
    };
  }

  /** The job that starts Lakekeeper for the first time and makes the warehouse, whatever is there already. */
  private warehouseRelease(context: ServiceContext): CustomResources {
    const setup = `${name}-setup`;
    const store = context.store(this.namespace);
    const labels = serviceLabels(setup);
    const body = store.externalSecret({
      name: setup,
      data: { access_key: this.warehouse.accessKeyId, secret_key: this.warehouse.secretAccessKey },
      composed: { "warehouse.json": this.warehouseBody() },
      follows: { by: "nobody", reason: "its server keeps the key pair of its warehouse, which a job has set" },
    });
    context.connect(
      { namespace: this.namespace, name: setup, podLabels: labels },
      [this.server],
      "makes the warehouse",
    );
    return new CustomResources(this, "Setup", {
      namespace: this.namespace,
      releaseName: setup,
      dependsOn: present(this.release.resource, this.warehouse.store.resource),
      objects: [
        body.object,
        job({
          name: setup,
          namespace: this.namespace,
          labels,
          image: DeploySettings.of(this).image(images.curl),
          user: curlUser,
          account: name,
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
          command: ["/bin/sh", "-ec", setupScript(`${this.address}/management/v1`, this.warehouseName)],
          volumes: [
            {
              name: "body",
              secret: { secretName: body.name, items: [{ key: "warehouse.json", path: "warehouse.json" }] },
            },
          ],
          mounts: [{ name: "body", mountPath: "/etc/lakekeeper-setup", readOnly: true }],
          runsAgainFor: [this.warehouseBody()],
        }),
      ],
    });
  }

  private warehouseBody(): string {
    const { name: bucket, store } = this.warehouse;
    return stableJson({
      "warehouse-name": this.warehouseName,
      "storage-profile": {
        type: "s3",
        bucket,
        region: store.region,
        endpoint: store.endpoint,
        "path-style-access": store.pathStyle,
        flavor: "s3-compat",
        "sts-enabled": false,
        "remote-signing-enabled": false,
      },
      "storage-credential": {
        type: "s3",
        "credential-type": "access-key",
        "access-key-id": "{{ .access_key }}",
        "secret-access-key": "{{ .secret_key }}",
      },
    });
  }
}

function setupScript(api: string, warehouse: string): string {
  return `curl="curl --silent --show-error --fail-with-body --max-time 60 --retry 30 --retry-delay 5 --retry-connrefused"
json='Content-Type: application/json'
case "$($curl ${api}/info)" in
  *'"bootstrapped":true'*) ;;
  *) $curl --request POST --header "$json" --data '{"accept-terms-of-use":true}' ${api}/bootstrap ;;
esac
case "$($curl ${api}/warehouse)" in
  *'"name":"${warehouse}"'*) echo "warehouse ${warehouse} is there" ;;
  *) $curl --output /dev/null --request POST --header "$json" --data @/etc/lakekeeper-setup/warehouse.json ${api}/warehouse ;;
esac`;
}

function parts(address: string) {
  const { repository, tag } = imageReference(address);
  return { repository, tag };
}
