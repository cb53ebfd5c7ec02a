import type { Construct } from "constructs";
import { images } from "../../../charts";
import type { INamespace, KubernetesObject, Resources } from "../../kubernetes";
import type { KubernetesSecretRef, SecretStore } from "../../secrets";
import { DeploySettings, type JsonObject } from "../../terraform";
import type { Bucket, PodsEnd, SqlDatabase } from "../contracts";
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
  /** Service account of the catalogue. */
  readonly account: string;
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
): { readonly pods: PodsEnd; readonly objects: readonly KubernetesObject[] } {
  const { store, backup, database, account } = props;
  const { namespace } = store;
  const settings = DeploySettings.of(scope);
  const labels = { "app.kubernetes.io/name": name };
  const keys = store.externalSecret({
    name: `${name}-s3`,
    data: { access_key_id: backup.bucket.accessKeyId, secret_access_key: backup.bucket.secretAccessKey },
    // Each run is a new pod, which reads the keys as they are.
    follows: { by: "reader", name: "the next run of the backup" },
  });
  const sql = container(database.clientImage ?? settings.image(images.postgres), databaseEnvironment(props));
  const bucket = container(settings.image(images.rclone), bucketEnvironment(backup, keys));
  const common = { namespace, account, user, volumes: volumes(props.certificate) };
  return {
    pods: { namespace, name, podLabels: labels },
    objects: [
      keys.object,
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

/** What rclone reads. */
function bucketEnvironment(
  { bucket, keepDays }: NessieBackup,
  keys: KubernetesSecretRef<"access_key_id" | "secret_access_key">,
): readonly JsonObject[] {
  return [
    { name: "HOME", value: nessieJobMounts.work },
    { name: "BUCKET", value: bucket.name },
    { name: "KEEP_DAYS", value: String(keepDays) },
    { name: "RCLONE_CONFIG", value: "/dev/null" },
    { name: "RCLONE_S3_PROVIDER", value: "Other" },
    { name: "RCLONE_S3_ENDPOINT", value: bucket.store.endpoint },
    { name: "RCLONE_S3_REGION", value: bucket.store.region },
    { name: "RCLONE_S3_FORCE_PATH_STYLE", value: String(bucket.store.pathStyle) },
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
