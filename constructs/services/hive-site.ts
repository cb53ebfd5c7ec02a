import type { S3Bucket, SqlDatabase } from "./contracts";

/** Drivers that the image must bring. */
export const jdbcDrivers = { postgresql: "org.postgresql.Driver", mysql: "org.mariadb.jdbc.Driver" } as const;

/** Settings of {@link hiveSite}. */
export interface HiveSiteProps {
  readonly database: SqlDatabase;
  /** Where the servers find the certificate of the services' authority. */
  readonly caFile: string;
  readonly warehouse: S3Bucket;
  /** Settings of Hive and Hadoop beside these; those of the wiring win. @default - none */
  readonly config?: { readonly [property: string]: string };
}

/**
 * Hive's configuration as a template of External Secrets over `username`, `password`, `access_key` and `secret_key`.
 *
 * @see https://hive.apache.org/docs/latest/admin/adminmanual-metastore-administration/
 */
export function hiveSite({ database, caFile, warehouse, config = {} }: HiveSiteProps): string {
  const { store } = warehouse;
  const properties: Readonly<Record<string, string>> = {
    ...config,
    "javax.jdo.option.ConnectionURL": database.verifiedJdbcUrl?.(caFile) ?? database.jdbcUrl,
    "javax.jdo.option.ConnectionDriverName": jdbcDrivers[database.engine],
    "javax.jdo.option.ConnectionUserName": "{{ .username }}",
    "javax.jdo.option.ConnectionPassword": "{{ .password }}",
    "metastore.warehouse.dir": `s3a://${warehouse.name}/warehouse`,
    "fs.s3a.endpoint": store.endpoint,
    "fs.s3a.endpoint.region": store.region,
    "fs.s3a.path.style.access": String(store.pathStyle),
    "fs.s3a.connection.ssl.enabled": String(store.endpoint.startsWith("https://")),
    "fs.s3a.access.key": "{{ .access_key }}",
    "fs.s3a.secret.key": "{{ .secret_key }}",
  };
  const lines = Object.entries(properties).map(
    ([key, value]) => `  <property><name>${key}</name><value>${escapeXml(value)}</value></property>`,
  );
  return ['<?xml version="1.0"?>', "<configuration>", ...lines, "</configuration>", ""].join("\n");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
