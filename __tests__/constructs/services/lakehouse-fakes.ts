import { generated, keyOf } from "../../../constructs/secrets";
import type {
  HiveMetastore,
  IcebergCatalog,
  PodsEnd,
  S3Bucket,
  S3Store,
  ServiceContext,
  SqlDatabase,
} from "../../../constructs/services";
import { namespace } from "./service-stacks";

const end = (name: string): PodsEnd => ({ namespace, name, podLabels: { "app.kubernetes.io/name": name } });

/** A bucket of a store in the cluster. */
export function bucketOf({ secrets }: ServiceContext, name: string): S3Bucket {
  const secret = secrets.secret(`object-store/${name}`, { access_key: generated(), secret_key: generated() });
  const store: S3Store = {
    kind: "s3",
    endpoint: "http://s3.data-platform.svc:8333",
    region: "us-east-1",
    pathStyle: true,
    server: { end: end("seaweedfs"), port: 8333 },
    bucket: () => bucketOf({ secrets } as ServiceContext, name),
  };
  return {
    kind: "s3",
    name,
    uri: `s3://${name}`,
    store,
    accessKeyId: keyOf(secret, "access_key"),
    secretAccessKey: keyOf(secret, "secret_key"),
  };
}

/** A catalogue of each kind. */
export function catalogsOf(context: ServiceContext): readonly [IcebergCatalog, HiveMetastore] {
  return [
    {
      kind: "rest",
      name: "lake",
      uri: "http://nessie.data-platform.svc:19120/iceberg/",
      warehouse: "warehouse",
      bucket: bucketOf(context, "warehouse"),
      server: { end: end("nessie"), port: 19120 },
    },
    {
      kind: "hive",
      name: "hive",
      thriftUri: "thrift://hive-metastore.data-platform.svc:9083",
      bucket: bucketOf(context, "hive"),
      server: { end: end("hive-metastore"), port: 9083 },
    },
  ];
}

/** A database of a server whose certificate is of the services' authority, or is not. */
export function databaseOf({ secrets }: ServiceContext, engine: "postgresql" | "mysql"): SqlDatabase {
  const server = engine === "postgresql" ? "postgres" : "mariadb";
  const secret = secrets.secret(`${server}/kyuubi`, { username: generated(), password: generated() });
  const port = engine === "postgresql" ? 5432 : 3306;
  const host = `${server}.data-platform.svc`;
  const url = `jdbc:${engine === "postgresql" ? "postgresql" : "mariadb"}://${host}:${port}/kyuubi`;
  return {
    engine,
    host,
    port,
    database: "kyuubi",
    jdbcUrl: `${url}?sslMode=trust`,
    ...(engine === "postgresql" && {
      verifiedJdbcUrl: (caFile: string) => `${url}?sslmode=verify-full&sslrootcert=${caFile}`,
    }),
    username: keyOf(secret, "username"),
    password: keyOf(secret, "password"),
    server: { end: end(server), port },
  };
}
