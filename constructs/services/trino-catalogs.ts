import type { Bucket, Catalog } from "./contracts";

/** Names of the environment variables that hold a bucket's key pair. */
export function bucketVariables(bucket: Bucket): { readonly accessKey: string; readonly secretKey: string } {
  const prefix = `S3_${bucket.name.toUpperCase().replaceAll("-", "_")}`;
  return { accessKey: `${prefix}_ACCESS_KEY_ID`, secretKey: `${prefix}_SECRET_ACCESS_KEY` };
}

/**
 * A catalogue's file for Trino; key pairs are read from the environment, since the file is a ConfigMap.
 *
 * @see https://trino.io/docs/current/object-storage/metastores.html
 */
export function catalogProperties(catalog: Catalog): string {
  return [...connection(catalog), ...storage(catalog.bucket)].join("\n");
}

function connection(catalog: Catalog): readonly string[] {
  switch (catalog.kind) {
    case "rest":
      return [
        "connector.name=iceberg",
        "iceberg.catalog.type=rest",
        `iceberg.rest-catalog.uri=${catalog.uri}`,
        `iceberg.rest-catalog.warehouse=${catalog.warehouse}`,
      ];
    case "hive":
      return ["connector.name=hive", `hive.metastore.uri=${catalog.thriftUri}`];
    default:
      return catalog satisfies never;
  }
}

function storage(bucket: Bucket): readonly string[] {
  const { accessKey, secretKey } = bucketVariables(bucket);
  return [
    "fs.native-s3.enabled=true",
    `s3.endpoint=${bucket.store.endpoint}`,
    `s3.region=${bucket.store.region}`,
    `s3.path-style-access=${bucket.store.pathStyle}`,
    `s3.aws-access-key=\${ENV:${accessKey}}`,
    `s3.aws-secret-key=\${ENV:${secretKey}}`,
  ];
}
