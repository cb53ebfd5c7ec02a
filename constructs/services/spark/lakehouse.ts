import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import {
  type Bucket,
  type BucketAccount,
  bucketAnnotations,
  bucketServers,
  type Catalog,
  type GcsStore,
  keyedBuckets,
  type S3Bucket,
  type ServiceEndpoint,
} from "../contracts";
import { present } from "../present";
import type { SparkProperties } from "./properties";

/** The tables that Spark code sees, and where it writes what it did. */
export interface Lakehouse {
  readonly catalogs: readonly Catalog[];
  /**
   * Bucket of the event logs, which the history server shows.
   *
   * @default - what was done is not kept
   */
  readonly eventLog?: Bucket;
}

/** Names of the environment variables that hold a bucket's key pair. */
function keyVariables({ name }: S3Bucket): { readonly accessKey: string; readonly secretKey: string } {
  const prefix = `S3_${name.toUpperCase().replaceAll("-", "_")}`;
  return { accessKey: `${prefix}_ACCESS_KEY_ID`, secretKey: `${prefix}_SECRET_ACCESS_KEY` };
}

/** Each bucket once, in the order of their names. */
function bucketsOf({ catalogs, eventLog }: Lakehouse): readonly Bucket[] {
  const all = [...catalogs.map(({ bucket }) => bucket), ...(eventLog ? [eventLog] : [])];
  const byName = new Map(all.map((bucket) => [bucket.name, bucket]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The variables that {@link lakehouseProperties} refer to, for the environment of drivers and executors: no key stands in a
 * file, on a command line or in the web page of a job.
 */
export function lakehouseKeys(lakehouse: Lakehouse): { readonly [variable: string]: SecretKey } {
  return Object.fromEntries(
    keyedBuckets(bucketsOf(lakehouse)).flatMap((bucket): readonly [string, SecretKey][] => {
      const { accessKey, secretKey } = keyVariables(bucket);
      return [
        [accessKey, bucket.accessKeyId],
        [secretKey, bucket.secretAccessKey],
      ];
    }),
  );
}

/** Annotations of a service account whose pods open the buckets as themselves; none where they have keys. */
export function lakehouseAnnotations(lakehouse: Lakehouse, account: BucketAccount): Readonly<Record<string, string>> {
  return bucketAnnotations(account, bucketsOf(lakehouse));
}

/**
 * Spark's settings for the tables: each catalogue under its name, the first as the default, and with a Hive metastore its
 * tables as those of Spark's own session too.
 *
 * @see https://iceberg.apache.org/docs/latest/spark-configuration/
 * @see https://hadoop.apache.org/docs/stable/hadoop-aws/tools/hadoop-aws/index.html
 * @see https://github.com/GoogleCloudDataproc/hadoop-connectors/blob/v2.2.26/gcs/CONFIGURATION.md
 */
export function lakehouseProperties(lakehouse: Lakehouse): SparkProperties {
  const { catalogs, eventLog } = lakehouse;
  const [first] = catalogs;
  return {
    ...(first && {
      "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
      "spark.sql.defaultCatalog": first.name,
    }),
    ...Object.assign({}, ...catalogs.map(catalogProperties)),
    ...Object.assign({}, ...bucketsOf(lakehouse).map(bucketProperties)),
    ...(eventLog && {
      "spark.eventLog.enabled": "true",
      "spark.eventLog.compress": "true",
      "spark.eventLog.rolling.enabled": "true",
      "spark.eventLog.dir": eventLogFolder(eventLog),
    }),
  };
}

/** Root of the bucket, which exists as a folder before the first log is written. */
export function eventLogFolder(bucket: Bucket): string {
  return `${hadoopUri(bucket)}/`;
}

/** The bucket as Hadoop's file systems know it. */
function hadoopUri({ kind, name }: Bucket): string {
  return kind === "s3" ? `s3a://${name}` : `gs://${name}`;
}

/** Where drivers and executors read and write. */
export function lakehouseStores(lakehouse: Lakehouse): readonly ServiceEndpoint[] {
  return bucketsOf(lakehouse).flatMap(bucketServers);
}

/** Catalogues that a driver looks tables up in. */
export function lakehouseCatalogs({ catalogs }: Lakehouse): readonly ServiceEndpoint[] {
  return catalogs.map(({ server }) => server);
}

/** Catalogues that executors call: those with the REST protocol may sign each request for a file. */
export function lakehouseSigners({ catalogs }: Lakehouse): readonly ServiceEndpoint[] {
  return catalogs.filter(({ kind }) => kind === "rest").map(({ server }) => server);
}

/** What is made in the same stack and must be there before the first query. */
export function lakehouseResources(lakehouse: Lakehouse): readonly ITerraformDependable[] {
  return present(
    ...lakehouse.catalogs.map(({ resource }) => resource),
    ...bucketsOf(lakehouse).map(({ store }) => store.resource),
  );
}

function catalogProperties(catalog: Catalog): SparkProperties {
  const prefix = `spark.sql.catalog.${catalog.name}`;
  switch (catalog.kind) {
    case "rest":
      return {
        [prefix]: "org.apache.iceberg.spark.SparkCatalog",
        [`${prefix}.type`]: "rest",
        [`${prefix}.uri`]: catalog.uri,
        [`${prefix}.warehouse`]: catalog.warehouse,
        ...fileProperties(prefix, catalog.bucket),
      };
    case "hive":
      return {
        [prefix]: "org.apache.iceberg.spark.SparkCatalog",
        [`${prefix}.type`]: "hive",
        [`${prefix}.uri`]: catalog.thriftUri,
        [`${prefix}.warehouse`]: hiveWarehouse(catalog.bucket),
        "spark.sql.catalog.spark_catalog": "org.apache.iceberg.spark.SparkSessionCatalog",
        "spark.sql.catalog.spark_catalog.type": "hive",
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": hiveWarehouse(catalog.bucket),
        "spark.hadoop.hive.metastore.uris": catalog.thriftUri,
      };
    default:
      return catalog satisfies never;
  }
}

/** How Iceberg reads and writes the files of tables. */
function fileProperties(prefix: string, bucket: Bucket): SparkProperties {
  if (bucket.kind === "gcs") {
    return {
      // Without a token it takes the credentials of the pod's identity.
      [`${prefix}.io-impl`]: "org.apache.iceberg.gcp.gcs.GCSFileIO",
      [`${prefix}.gcs.project-id`]: bucket.store.project,
    };
  }
  const { region, endpoint, pathStyle } = bucket.store;
  const { accessKey, secretKey } = keyVariables(bucket);
  return {
    [`${prefix}.io-impl`]: "org.apache.iceberg.aws.s3.S3FileIO",
    [`${prefix}.client.region`]: region,
    [`${prefix}.s3.endpoint`]: endpoint,
    [`${prefix}.s3.path-style-access`]: String(pathStyle),
    // Iceberg's REST catalogue takes values that begin with env: from the environment.
    [`${prefix}.s3.access-key-id`]: `env:${accessKey}`,
    [`${prefix}.s3.secret-access-key`]: `env:${secretKey}`,
  };
}

function hiveWarehouse(bucket: Bucket): string {
  return `${hadoopUri(bucket)}/warehouse`;
}

/** Hadoop's file system for Cloud Storage, with the credentials of the pod's identity; the same for all buckets. */
function gcsProperties({ project }: GcsStore): SparkProperties {
  return {
    "spark.hadoop.fs.gs.impl": "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem",
    "spark.hadoop.fs.AbstractFileSystem.gs.impl": "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFS",
    "spark.hadoop.fs.gs.project.id": project,
    "spark.hadoop.fs.gs.auth.service.account.enable": "true",
  };
}

function bucketProperties(bucket: Bucket): SparkProperties {
  if (bucket.kind === "gcs") {
    return gcsProperties(bucket.store);
  }
  const prefix = `spark.hadoop.fs.s3a.bucket.${bucket.name}`;
  const { endpoint, region, pathStyle } = bucket.store;
  const { accessKey, secretKey } = keyVariables(bucket);
  return {
    [`${prefix}.endpoint`]: endpoint,
    [`${prefix}.endpoint.region`]: region,
    [`${prefix}.path.style.access`]: String(pathStyle),
    [`${prefix}.connection.ssl.enabled`]: String(endpoint.startsWith("https://")),
    [`${prefix}.aws.credentials.provider`]: "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
    // Hadoop replaces ${env.X} when it reads a value, on drivers and executors alike.
    [`${prefix}.access.key`]: `\${env.${accessKey}}`,
    [`${prefix}.secret.key`]: `\${env.${secretKey}}`,
  };
}
