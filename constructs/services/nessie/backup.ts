import type { Construct } from "constructs";
import { images } from "../../../charts";
import type { INamespace, KubernetesObject, Resources } from "../../kubernetes";
import type { KubernetesSecretRef, SecretStore } from "../../secrets";
import { DeploySettings, type JsonObject } from "../../terraform";
import {
  type Bucket,
  bucketAnnotations,
  bucketServers,
  type PodsEnd,
  type S3Bucket,
  type ServiceEndpoint,
  type SqlDatabase,
} from "../contracts";
import { tokenlessAccount } from "../service-account";
import { nessieBackupScripts, nessieJobMounts } from "./backup-scripts";
import { type JobContainer, maintenanceJob } from "./maintenance-job";

/** Dumps of a catalogue's database. */
export interface NessieBackup {
  /** When one is taken, in UTC: minute, hour, day, month, weekday. */
  readonly schedule: string;
  /** Days after which one is removed. */
  readonly keepDays: number;
  readonly bucket: Bucket;
}

/** Settings of {@link nessieBackup}. */
export interface NessieBackupProps {
  /** The store of the catalogue's namespace. */
  readonly store: SecretStore;
  readonly backup: NessieBackup;
  readonly database: SqlDatabase;
  /** Secret with the keys `username` and `password` of the database's owner. */
  readonly credentials: KubernetesSecretRef<"username" | "password">;
  /** Secret with the authority's certificate at `ca.crt`. */
  readonly certificate: string;
}

const name = "nessie-backup";

/** User of PostgreSQL's image. */
const user = 26;

const resources = {
  requests: { cpu: "20m", memory: "128Mi" },
  limits: { memory: "256Mi" },
} as const satisfies Resources;

/**
 * The nightly dump, and a job that restores one. The latter is started by hand while no server runs:
 *
 * ```sh
 * kubectl scale deployment nessie --replicas=0
 * kubectl create job nessie-restore --from=cronjob/nessie-restore
 * ```
 *
 * It takes the newest dump; another is named in its variable `BACKUP` (`kubectl create job ... --dry-run=client -o yaml |
 * kubectl set env --local -f - BACKUP=nessie-backup-20261120-020000.sql -o yaml | kubectl create -f -`).
 */
export function nessieBackup(
  scope: Construct,
  props: NessieBackupProps,
): {
  readonly pods: PodsEnd;
  /** What the pods call. */
  readonly servers: readonly ServiceEndpoint[];
  readonly objects: readonly KubernetesObject[];
} {
  const { store, backup, database } = props;
  const { namespace } = store;
  const settings = DeploySettings.of(scope);
  const labels = { "app.kubernetes.io/name": name };
  const keys = backup.bucket.kind === "s3" ? bucketKeys(store, backup.bucket) : undefined;
  // An account of its own: the servers need not open the bucket, nor the jobs the tables.
  const account = tokenlessAccount(
    name,
    namespace,
    bucketAnnotations({ namespace: namespace.name, serviceAccount: name }, [backup.bucket]),
  );
  const sql = container(database.clientImage ?? settings.image(images.postgres), databaseEnvironment(props));
  const bucket = container(settings.image(images.rclone), bucketEnvironment(backup, keys));
  const common = { namespace, account: name, user, volumes: volumes(props.certificate) };
  return {
    pods: { namespace, name, podLabels: labels },
    servers: [database.server, ...bucketServers(backup.bucket)],
    objects: [
      account,
      ...(keys ? [keys.object] : []),
      scripts(namespace),
      maintenanceJob({
        ...common,
        name,
        labels: { ...labels, "app.kubernetes.io/component": "backup" },
        schedule: backup.schedule,
        before: [sql("dump")],
        container: bucket("store"),
      }),
      maintenanceJob({
        ...common,
        name: "nessie-restore",
        labels: { ...labels, "app.kubernetes.io/component": "restore" },
        before: [bucket("fetch")],
        container: sql("load"),
      }),
    ],
  };
}

function scripts(namespace: INamespace): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${name}-scripts`, namespace: namespace.name },
    data: { ...nessieBackupScripts },
  };
}

/** A container that runs the script of its name. */
function container(image: string, env: readonly JsonObject[]): (script: string) => JobContainer {
  return (script) => ({
    name: script,
    image,
    command: ["sh", `${nessieJobMounts.scripts}/${script}.sh`],
    env,
    resources,
    mounts: Object.entries(nessieJobMounts).map(([mount, mountPath]) => ({
      name: mount,
      mountPath,
      readOnly: mount !== "work",
    })),
  });
}

/** What the command lines of PostgreSQL read. */
function databaseEnvironment({ database, credentials }: NessieBackupProps): readonly JsonObject[] {
  const verified = database.verifiedJdbcUrl !== undefined;
  return [
    { name: "HOME", value: nessieJobMounts.work },
    { name: "PGHOST", value: database.host },
    { name: "PGPORT", value: String(database.port) },
    { name: "PGDATABASE", value: database.database },
    { name: "PGSSLMODE", value: verified ? "verify-full" : "require" },
    ...(verified ? [{ name: "PGSSLROOTCERT", value: `${nessieJobMounts.tls}/ca.crt` }] : []),
    secretVariable("PGUSER", credentials.name, "username"),
    secretVariable("PGPASSWORD", credentials.name, "password"),
  ];
}

function bucketKeys(store: SecretStore, bucket: S3Bucket) {
  return store.externalSecret({
    name: `${name}-s3`,
    data: { access_key_id: bucket.accessKeyId, secret_access_key: bucket.secretAccessKey },
    // Each run is a new pod, which reads the keys as they are.
    follows: { by: "reader", name: "the next run of the backup" },
  });
}

/** What rclone reads. */
function bucketEnvironment(
  { bucket, keepDays }: NessieBackup,
  keys: KubernetesSecretRef<"access_key_id" | "secret_access_key"> | undefined,
): readonly JsonObject[] {
  return [
    { name: "HOME", value: nessieJobMounts.work },
    { name: "PROTOCOL", value: bucket.kind },
    { name: "BUCKET", value: bucket.name },
    { name: "KEEP_DAYS", value: String(keepDays) },
    { name: "RCLONE_CONFIG", value: "/dev/null" },
    ...(bucket.kind === "s3" && keys ? s3Environment(bucket, keys) : gcsEnvironment),
  ];
}

/**
 * The token of the metadata server, and no lists of access on objects: the bucket decides.
 *
 * @see https://rclone.org/googlecloudstorage/
 */
const gcsEnvironment: readonly JsonObject[] = [
  { name: "RCLONE_GCS_ENV_AUTH", value: "true" },
  { name: "RCLONE_GCS_BUCKET_POLICY_ONLY", value: "true" },
  { name: "RCLONE_GCS_NO_CHECK_BUCKET", value: "true" },
];

function s3Environment(
  { store }: S3Bucket,
  keys: KubernetesSecretRef<"access_key_id" | "secret_access_key">,
): readonly JsonObject[] {
  return [
    { name: "RCLONE_S3_PROVIDER", value: "Other" },
    { name: "RCLONE_S3_ENDPOINT", value: store.endpoint },
    { name: "RCLONE_S3_REGION", value: store.region },
    { name: "RCLONE_S3_FORCE_PATH_STYLE", value: String(store.pathStyle) },
    { name: "RCLONE_S3_NO_CHECK_BUCKET", value: "true" },
    secretVariable("RCLONE_S3_ACCESS_KEY_ID", keys.name, "access_key_id"),
    secretVariable("RCLONE_S3_SECRET_ACCESS_KEY", keys.name, "secret_access_key"),
  ];
}

function secretVariable(variable: string, secret: string, key: string): JsonObject {
  return { name: variable, valueFrom: { secretKeyRef: { name: secret, key } } };
}

function volumes(certificate: string): readonly JsonObject[] {
  return [
    { name: "scripts", configMap: { name: `${name}-scripts` } },
    { name: "work", emptyDir: {} },
    { name: "tls", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } },
  ];
}
