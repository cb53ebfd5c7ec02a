import type { HiveMetastore, SqlDatabase } from "./contracts";
import { jdbcDrivers } from "./hive-site";
import { sparkBlockPort } from "./operators";

/** How Kyuubi knows who its user is; `NONE` and `NOSASL` check nobody and are not offered. */
export type KyuubiAuthentication = "JDBC" | "LDAP" | "KERBEROS" | "CUSTOM";

/** What {@link kyuubiConfig} is made of. */
export interface KyuubiConfigProps {
  readonly authentication: KyuubiAuthentication;
  readonly database: SqlDatabase;
  readonly catalog: HiveMetastore;
  readonly engine: {
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly image: string;
    /** Secret in the engines' namespace with the bucket's key pair. */
    readonly bucketSecret: string;
  };
}

/** Kinds of database as Kyuubi names them. */
const databaseTypes = { postgresql: "POSTGRESQL", mysql: "MYSQL" } as const;

/** What Kyuubi replaces by parameters of a prepared statement. */
const given = { user: "$".concat("{user}"), password: "$".concat("{password}") };

/** Users of the `JDBC` authentication: a table of the gateway's database with salted SHA-256 digests. */
const userQueries = {
  postgresql:
    `SELECT 1 FROM kyuubi_users WHERE name = ${given.user} ` +
    `AND digest = encode(sha256(convert_to(salt || ${given.password}, 'UTF8')), 'hex')`,
  mysql: `SELECT 1 FROM kyuubi_users WHERE name = ${given.user} AND digest = SHA2(CONCAT(salt, ${given.password}), 256)`,
} as const;

/**
 * Kyuubi's configuration as a template of External Secrets over `username` and `password`.
 *
 * The bucket's key pair is not in it: Kyuubi would hand it to its engines on a command line. Their pods take it from a
 * Secret of their own namespace.
 *
 * @see https://kyuubi.readthedocs.io/en/v1.12.0/configuration/settings.html
 */
export function kyuubiConfig(props: KyuubiConfigProps): string {
  const { engine } = props;
  const { store, name: bucket } = props.catalog.bucket;
  const keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  return lines({
    "kyuubi.frontend.protocols": "THRIFT_BINARY,REST",
    "kyuubi.frontend.thrift.binary.bind.port": "10009",
    "kyuubi.frontend.rest.bind.port": "10099",
    "kyuubi.frontend.connection.url.use.hostname": "false",
    "kyuubi.kubernetes.namespace": engine.namespace,
    "kyuubi.metrics.enabled": "false",
    "kyuubi.metadata.store.jdbc.database.type": databaseTypes[props.database.engine],
    ...connection("kyuubi.metadata.store.jdbc", "driver", props.database),
    "kyuubi.authentication": props.authentication,
    ...(props.authentication === "JDBC" && {
      ...connection("kyuubi.authentication.jdbc", "driver.class", props.database),
      "kyuubi.authentication.jdbc.query": userQueries[props.database.engine],
    }),
    "spark.master": "k8s://https://kubernetes.default.svc",
    "spark.submit.deployMode": "cluster",
    "spark.kubernetes.namespace": engine.namespace,
    "spark.kubernetes.container.image": engine.image,
    "spark.kubernetes.authenticate.driver.serviceAccountName": engine.serviceAccount,
    ...Object.fromEntries(
      ["driver", "executor"].flatMap((role) =>
        keys.map((key) => [`spark.kubernetes.${role}.secretKeyRef.${key}`, `${engine.bucketSecret}:${key}`]),
      ),
    ),
    "spark.blockManager.port": String(sparkBlockPort),
    "spark.sql.catalogImplementation": "hive",
    "spark.sql.warehouse.dir": `s3a://${bucket}/warehouse`,
    "spark.hadoop.hive.metastore.uris": props.catalog.thriftUri,
    "spark.hadoop.fs.s3a.endpoint": store.endpoint,
    "spark.hadoop.fs.s3a.endpoint.region": store.region,
    "spark.hadoop.fs.s3a.path.style.access": String(store.pathStyle),
    "spark.hadoop.fs.s3a.aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
  });
}

function connection(prefix: string, driverKey: string, database: SqlDatabase): Readonly<Record<string, string>> {
  return {
    [`${prefix}.${driverKey}`]: jdbcDrivers[database.engine],
    [`${prefix}.url`]: database.jdbcUrl,
    [`${prefix}.user`]: "{{ .username }}",
    [`${prefix}.password`]: "{{ .password }}",
  };
}

function lines(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
