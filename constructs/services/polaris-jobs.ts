import { images } from "../../charts";
import { type INamespace, job, type KubernetesObject, serviceLabels } from "../kubernetes";
import type { SecretKey } from "../secrets";
import { type DeploySettings, stableJson } from "../terraform";
import type { PodsEnd, S3Bucket, ServiceEndpoint, SqlDatabase } from "./contracts";
import type { ServiceContext } from "./service-context";

interface JobParts {
  readonly settings: DeploySettings;
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Account of the pods. */
  readonly account: string;
}

/** Settings of {@link polarisBootstrapJob}. */
export interface PolarisBootstrapProps extends JobParts {
  readonly realm: string;
  /** Password of the root user. */
  readonly rootSecret: SecretKey;
  /** Secret with `username`, `password` and `jdbcUrl`. */
  readonly connection: string;
  /** Secret with the authority's certificate, and where the address of the database looks for it. */
  readonly certificate: string;
  readonly tlsFolder: string;
  readonly database: SqlDatabase;
}

/** User of the admin tool's image, and of curl's. */
const users = { adminTool: 10000, curl: 100 } as const;

/** Said of secrets that Polaris takes once and keeps. */
const keptByPolaris = (what: string) =>
  ({ by: "nobody", reason: `${what} is in the database of Polaris, where a job has set it` }) as const;

/**
 * The job that makes the tables of Polaris, the realm and its root user; a realm that is there is left as it is.
 *
 * @see https://polaris.apache.org/releases/1.7.0/admin-tool/
 */
export function polarisBootstrapJob(props: PolarisBootstrapProps): readonly KubernetesObject[] {
  const name = "polaris-bootstrap";
  const { context, namespace, connection } = props;
  const root = context.store(namespace).externalSecret({
    name: "polaris-root",
    data: { root_client_secret: props.rootSecret },
    composed: {
      "credentials.json": stableJson({
        [props.realm]: { "client-id": "root", "client-secret": "{{ .root_client_secret }}" },
      }),
      "token.form":
        "grant_type=client_credentials&scope=PRINCIPAL_ROLE:ALL&client_id=root&client_secret={{ .root_client_secret }}",
    },
    follows: keptByPolaris("the root user's password"),
  });
  const pods: PodsEnd = { namespace, name, podLabels: serviceLabels(name) };
  context.connect(pods, [props.database.server], "makes the tables of the catalogue");
  const fromConnection = (variable: string, key: string) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: connection, key } },
  });
  return [
    root.object,
    job({
      name,
      namespace,
      labels: serviceLabels(name),
      image: props.settings.image(images.polarisAdmin),
      user: users.adminTool,
      account: props.account,
      resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "512Mi" } },
      args: ["bootstrap", "--credentials-file=/etc/polaris-root/credentials.json"],
      env: [
        { name: "polaris.persistence.type", value: "relational-jdbc" },
        fromConnection("quarkus.datasource.username", "username"),
        fromConnection("quarkus.datasource.password", "password"),
        fromConnection("quarkus.datasource.jdbc.url", "jdbcUrl"),
      ],
      volumes: [
        { name: "tmp", emptyDir: {} },
        { name: "root", secret: { secretName: root.name } },
        { name: "tls", secret: { secretName: props.certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } },
      ],
      mounts: [
        { name: "tmp", mountPath: "/tmp" },
        { name: "root", mountPath: "/etc/polaris-root", readOnly: true },
        { name: "tls", mountPath: props.tlsFolder, readOnly: true },
      ],
    }),
  ];
}

/** Settings of {@link polarisSetupObjects}. */
export interface PolarisSetupProps extends JobParts {
  /** Base of Polaris, without a slash at the end. */
  readonly address: string;
  readonly server: ServiceEndpoint;
  /** Name and password of the engines' user. */
  readonly engine: { readonly clientId: SecretKey; readonly clientSecret: SecretKey };
  readonly warehouse: S3Bucket;
  readonly warehouseName: string;
}

/** Role and user of engines inside Polaris. */
const engines = "engines";

/** The job that makes the catalogue and the user of engines, whatever of them is there already. */
export function polarisSetupObjects(props: PolarisSetupProps): readonly KubernetesObject[] {
  const name = "polaris-setup";
  const { context, namespace, address, warehouse, warehouseName } = props;
  const login = context.store(namespace).externalSecret({
    name: `${name}-engines`,
    data: {
      client_id: props.engine.clientId,
      client_secret: props.engine.clientSecret,
    },
    composed: { "login.json": '{"clientId":"{{ .client_id }}","clientSecret":"{{ .client_secret }}"}' },
    follows: keptByPolaris("the engines' password"),
  });
  const pods: PodsEnd = { namespace, name, podLabels: serviceLabels(name) };
  context.connect(pods, [props.server], "makes the catalogue and the user of engines");
  const documents = documentsOf(warehouse, warehouseName);
  return [
    login.object,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: namespace.name }, data: documents },
    job({
      name,
      namespace,
      labels: serviceLabels(name),
      image: props.settings.image(images.curl),
      user: users.curl,
      account: props.account,
      resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
      command: ["/bin/sh", "-ec", script(`${address}/api`, warehouseName)],
      volumes: [
        // The token lies in memory.
        { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "4Mi" } },
        { name: "root", secret: { secretName: "polaris-root", items: [{ key: "token.form", path: "token.form" }] } },
        { name: "login", secret: { secretName: login.name, items: [{ key: "login.json", path: "login.json" }] } },
        { name: "documents", configMap: { name } },
      ],
      mounts: [
        { name: "tmp", mountPath: "/tmp" },
        { name: "root", mountPath: "/etc/polaris-root", readOnly: true },
        { name: "login", mountPath: "/etc/polaris-login", readOnly: true },
        { name: "documents", mountPath: "/etc/polaris-setup", readOnly: true },
      ],
      runsAgainFor: [stableJson(documents)],
    }),
  ];
}

/** Bodies of the calls, by file. */
function documentsOf({ uri, store }: S3Bucket, warehouse: string): { readonly [file: string]: string } {
  const location = `${uri}/`;
  return {
    "catalog.json": stableJson({
      catalog: {
        type: "INTERNAL",
        name: warehouse,
        properties: { "default-base-location": location },
        storageConfigInfo: {
          storageType: "S3",
          allowedLocations: [location],
          endpoint: store.endpoint,
          region: store.region,
          pathStyleAccess: store.pathStyle,
          stsUnavailable: true,
        },
      },
    }),
    "principal.json": stableJson({ principal: { name: engines }, credentialRotationRequired: false }),
    "principal-role.json": stableJson({ principalRole: { name: engines } }),
    "catalog-role.json": stableJson({ catalogRole: { name: engines } }),
    "grant.json": stableJson({ grant: { type: "catalog", privilege: "CATALOG_MANAGE_CONTENT" } }),
  };
}

/** `call <codes that are well> <method> <path> <file>`: 409 says that it is there already. */
function script(api: string, warehouse: string): string {
  const documents = "/etc/polaris-setup";
  return `curl="curl --silent --show-error --max-time 60 --retry 30 --retry-delay 5 --retry-connrefused"
token=$($curl --fail-with-body --retry-all-errors --data @/etc/polaris-root/token.form ${api}/catalog/v1/oauth/tokens | sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')
[ -n "$token" ] || { echo "no token"; exit 1; }
printf 'header = "Authorization: Bearer %s"\\n' "$token" > /tmp/login
call() {
  code=$($curl --config /tmp/login --output /tmp/answer --write-out '%{http_code}' --request "$2" --header 'Content-Type: application/json' --data "@$4" "${api}/management/v1$3")
  echo "$2 $3 $code"
  case " $1 " in *" $code "*) ;; *) grep -v -i secret /tmp/answer; exit 1 ;; esac
}
call '201 409' POST /catalogs ${documents}/catalog.json
call '201 409' POST /principals ${documents}/principal.json
call '200' POST /principals/${engines}/reset /etc/polaris-login/login.json
call '201 409' POST /principal-roles ${documents}/principal-role.json
call '201 409' PUT /principals/${engines}/principal-roles ${documents}/principal-role.json
call '201 409' POST /catalogs/${warehouse}/catalog-roles ${documents}/catalog-role.json
call '201 409' PUT /catalogs/${warehouse}/catalog-roles/${engines}/grants ${documents}/grant.json
call '201 409' PUT /principal-roles/${engines}/catalog-roles/${warehouse} ${documents}/catalog-role.json`;
}
