import type { IConstruct } from "constructs";
import type { KubernetesObject, Resources } from "../../kubernetes";
import type { ExternalSecret, SecretStore } from "../../secrets";
import { type JsonObject, PlatformError } from "../../terraform";
import { type Bucket, bucketAnnotations, type S3Bucket } from "../contracts";

/** Backups of a {@link Postgres}, and its write-ahead log as it is written, in a bucket. */
export interface PostgresBackup {
  readonly bucket: Bucket;
  /** When a whole backup is taken, in UTC: minute, hour, day, month, weekday. */
  readonly schedule: string;
  /** Days that the server can be restored to any point in time of. */
  readonly keepDays: number;
  /**
   * Folder of the bucket that this server writes to. A server that was restored writes to another one than it was restored
   * from: the operator refuses to mix two histories.
   *
   * @default "postgres"
   */
  readonly folder?: string;
}

/** What a new {@link Postgres} begins with, in the place of nothing. A server that is there already is not touched. */
export interface PostgresRestore {
  /** Folder of the backup's bucket that it is restored from. */
  readonly from: string;
  /**
   * Point in time that it is restored to, in RFC 3339 with a zone, such as `2026-11-20T14:30:00Z`.
   *
   * @default - the last moment that was archived
   */
  readonly targetTime?: string;
}

/** Settings of {@link postgresBackup}. */
export interface PostgresBackupProps {
  /** Name of the server. */
  readonly server: string;
  /** The store of the server's namespace. */
  readonly store: SecretStore;
  readonly backup: PostgresBackup;
  /** @default - the server begins empty */
  readonly restore?: PostgresRestore;
}

/** What backups need: parts of the Cluster's spec and objects beside it. */
export interface PostgresBackupParts {
  readonly spec: JsonObject;
  /** How the server begins, where it is restored. @default - empty */
  readonly bootstrap?: JsonObject;
  readonly objects: readonly KubernetesObject[];
}

/** Name by which CloudNativePG knows the plugin. */
const plugin = "barman-cloud.cloudnative-pg.io";

/** Name of the server that is restored from, within the Cluster. */
const origin = "origin";

/** What the plugin's container asks for, beside each server. */
export const postgresBackupResources = {
  requests: { cpu: "20m", memory: "256Mi" },
  limits: { memory: "256Mi" },
} as const satisfies Resources;

/** Folder of a server that names none. */
export function backupFolder(server: string, { folder }: PostgresBackup): string {
  return folder ?? server;
}

/**
 * Backups by the Barman plugin: a whole one on a schedule, and each segment of the write-ahead log once it is full.
 *
 * @see https://cloudnative-pg.io/plugin-barman-cloud/docs/usage/
 */
export function postgresBackup(props: PostgresBackupProps): PostgresBackupParts {
  const { server, store, backup, restore } = props;
  const { name: namespace } = store.namespace;
  const objectStore = `${server}-backup`;
  const { bucket } = backup;
  const keys = bucket.kind === "s3" ? backupKeys(`${server}-backup-s3`, store, bucket) : undefined;
  // The operator makes the servers' account, by their name.
  const annotations = bucketAnnotations({ namespace, serviceAccount: server }, [bucket]);
  const use = (folder: string) => ({ barmanObjectName: objectStore, serverName: folder });
  return {
    spec: {
      ...(Object.keys(annotations).length > 0 ? { serviceAccountTemplate: { metadata: { annotations } } } : {}),
      plugins: [{ name: plugin, isWALArchiver: true, parameters: use(backupFolder(server, backup)) }],
      externalClusters: restore && [{ name: origin, plugin: { name: plugin, parameters: use(restore.from) } }],
    },
    bootstrap: restore && {
      recovery: {
        source: origin,
        recoveryTarget: restore.targetTime === undefined ? undefined : { targetTime: restore.targetTime },
      },
    },
    objects: [
      ...(keys ? [keys.object] : []),
      {
        apiVersion: "barmancloud.cnpg.io/v1",
        kind: "ObjectStore",
        metadata: { name: objectStore, namespace },
        spec: {
          retentionPolicy: `${backup.keepDays}d`,
          configuration: {
            destinationPath: `${bucket.uri}/`,
            ...access(bucket, keys),
            wal: { compression: "gzip" },
            data: { compression: "gzip" },
          },
          instanceSidecarConfiguration: {
            env: bucket.kind === "s3" ? sidecarEnvironment(bucket) : [],
            resources: postgresBackupResources,
          },
        },
      },
      {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "ScheduledBackup",
        metadata: { name: server, namespace },
        spec: {
          cluster: { name: server },
          // The operator counts seconds too.
          schedule: `0 ${backup.schedule}`,
          // The log alone restores nothing: there is something to begin with from the first day on.
          immediate: true,
          backupOwnerReference: "self",
          method: "plugin",
          pluginConfiguration: { name: plugin },
        },
      },
    ],
  };
}

type BackupKeys = ExternalSecret<"ACCESS_KEY_ID" | "ACCESS_SECRET_KEY">;

function backupKeys(name: string, store: SecretStore, bucket: S3Bucket): BackupKeys {
  return store.externalSecret({
    name,
    data: { ACCESS_KEY_ID: bucket.accessKeyId, ACCESS_SECRET_KEY: bucket.secretAccessKey },
    // The label by which the operator notices a changed key.
    labels: { "cnpg.io/reload": "true" },
    follows: { by: "operator", name: "CloudNativePG" },
  });
}

/** No encryption is asked of the store: few stores beside Amazon's know the header, and Cloud Storage always encrypts. */
function access(bucket: Bucket, keys: BackupKeys | undefined): JsonObject {
  if (bucket.kind === "gcs" || !keys) {
    return { googleCredentials: { gkeEnvironment: true } };
  }
  return {
    endpointURL: bucket.store.endpoint,
    s3Credentials: {
      accessKeyId: { name: keys.name, key: "ACCESS_KEY_ID" },
      secretAccessKey: { name: keys.name, key: "ACCESS_SECRET_KEY" },
    },
  };
}

function sidecarEnvironment({ store }: S3Bucket) {
  return [
    { name: "AWS_DEFAULT_REGION", value: store.region },
    // Stores beside Amazon's refuse the checksums that the client adds otherwise.
    { name: "AWS_REQUEST_CHECKSUM_CALCULATION", value: "when_required" },
    { name: "AWS_RESPONSE_CHECKSUM_VALIDATION", value: "when_required" },
  ];
}

/**
 * Refuses what cannot be restored.
 *
 * @throws PlatformError without a backup to read, into the folder that is read, and for a time that is none
 */
export function checkRestore(
  scope: IConstruct,
  server: string,
  restore: PostgresRestore,
  backup: PostgresBackup | undefined,
): void {
  if (!backup) {
    throw new PlatformError(scope, "restore has no backup", "state the backup, whose bucket it is read from");
  }
  if (restore.from === backupFolder(server, backup)) {
    throw new PlatformError(
      scope,
      `restore.from and backup.folder are both "${restore.from}"`,
      `write the restored server's backups to another folder, such as ${restore.from}-2`,
    );
  }
  const { targetTime } = restore;
  if (targetTime !== undefined && !isPointInTime(targetTime)) {
    throw new PlatformError(
      scope,
      `restore.targetTime is "${targetTime}"`,
      "write date, time and zone, such as 2026-11-20T14:30:00Z",
    );
  }
}

/** Whether a text is a point in time with its zone, and one that the calendar has. */
export function isPointInTime(text: string): boolean {
  const day = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})$/.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) {
    return false;
  }
  // 30 February would be taken for 2 March.
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
