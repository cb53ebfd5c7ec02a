import {
  type Bucket,
  bucketServers,
  type Catalog,
  type IcebergCatalog,
  keyedBuckets,
  type S3Bucket,
} from "../contracts";
import { fromEnvironment, type TrinoPart, variableName } from "./parts";

/** Names of the environment variables that hold a bucket's key pair. */
export function bucketVariables(bucket: S3Bucket): { readonly accessKey: string; readonly secretKey: string } {
  const prefix = `S3_${variableName(bucket.name)}`;
  return { accessKey: `${prefix}_ACCESS_KEY_ID`, secretKey: `${prefix}_SECRET_ACCESS_KEY` };
}

/** Keys of the key pairs of buckets, by the variables that hold them. */
export function bucketSecrets(buckets: readonly S3Bucket[]): NonNullable<TrinoPart["secrets"]> {
  return buckets.flatMap((bucket) => {
    const { accessKey, secretKey } = bucketVariables(bucket);
    return [[accessKey, bucket.accessKeyId] as const, [secretKey, bucket.secretAccessKey] as const];
  });
}

/**
 * Catalogues of tables in the object store.
 *
 * @see https://trino.io/docs/current/object-storage/metastores.html
 */
export function lakeCatalogs(catalogs: readonly Catalog[]): TrinoPart {
  return {
    catalogs: Object.fromEntries(
      catalogs.map((catalog) => [catalog.name, [...connection(catalog), ...storage(catalog.bucket)].join("\n")]),
    ),
    secrets: [...bucketSecrets(keyedBuckets(catalogs.map(({ bucket }) => bucket))), ...loginSecrets(catalogs)],
    calls: [
      ...catalogs.map(({ server }) => ({ from: "coordinator" as const, to: server, reason: "looks up tables" })),
      ...catalogs.flatMap(({ bucket }) =>
        bucketServers(bucket).map((to) => ({ from: "all servers" as const, to, reason: "reads and writes tables" })),
      ),
    ],
    dependsOn: catalogs.flatMap(({ resource, bucket }) => [resource, bucket.store.resource]),
  };
}

function connection(catalog: Catalog): readonly string[] {
  switch (catalog.kind) {
    case "rest":
      return [
        "connector.name=iceberg",
        "iceberg.catalog.type=rest",
        `iceberg.rest-catalog.uri=${catalog.uri}`,
        `iceberg.rest-catalog.warehouse=${catalog.warehouse}`,
        ...login(catalog),
      ];
    case "hive":
      return ["connector.name=hive", `hive.metastore.uri=${catalog.thriftUri}`];
    default:
      return catalog satisfies never;
  }
}

function login({ name, oauth2 }: IcebergCatalog): readonly string[] {
  if (!oauth2) {
    return [];
  }
  const { id, secret } = loginVariables(name);
  return [
    "iceberg.rest-catalog.security=OAUTH2",
    `iceberg.rest-catalog.oauth2.server-uri=${oauth2.serverUri}`,
    `iceberg.rest-catalog.oauth2.credential=${fromEnvironment(id)}:${fromEnvironment(secret)}`,
    `iceberg.rest-catalog.oauth2.scope=${oauth2.scope}`,
  ];
}

function loginVariables(name: string) {
  return { id: `${variableName(name)}_CLIENT_ID`, secret: `${variableName(name)}_CLIENT_SECRET` };
}

function loginSecrets(catalogs: readonly Catalog[]): NonNullable<TrinoPart["secrets"]> {
  return catalogs.flatMap((catalog) => {
    if (catalog.kind !== "rest" || !catalog.oauth2) {
      return [];
    }
    const { id, secret } = loginVariables(catalog.name);
    return [[id, catalog.oauth2.clientId] as const, [secret, catalog.oauth2.clientSecret] as const];
  });
}

function storage(bucket: Bucket): readonly string[] {
  if (bucket.kind === "gcs") {
    // Without a key, Trino takes the credentials that it finds where it runs: those of the pod's identity.
    return ["fs.native-gcs.enabled=true", `gcs.project-id=${bucket.store.project}`];
  }
  const { accessKey, secretKey } = bucketVariables(bucket);
  return [
    // Its name up to release 480; later ones take it too, while 480 refuses the later `fs.s3.enabled`.
    "fs.native-s3.enabled=true",
    `s3.endpoint=${bucket.store.endpoint}`,
    `s3.region=${bucket.store.region}`,
    `s3.path-style-access=${bucket.store.pathStyle}`,
    `s3.aws-access-key=${fromEnvironment(accessKey)}`,
    `s3.aws-secret-key=${fromEnvironment(secretKey)}`,
  ];
}
