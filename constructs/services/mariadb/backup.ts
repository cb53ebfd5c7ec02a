import { type KubernetesObject, type Resources, restrictedContainer, restrictedPod } from "../../kubernetes";
import type { SecretStore } from "../../secrets";
import type { JsonObject } from "../../terraform";
import type { PodsEnd, S3Bucket } from "../contracts";
import { tokenlessAccount } from "../service-account";

/** Dumps of all databases of a {@link MariaDb}, each of them whole. */
export interface MariaDbBackup {
  /** When one is taken, in UTC: minute, hour, day, month, weekday. */
  readonly schedule: string;
  /** Days after which one is removed. */
  readonly keepDays: number;
  /** Where they go: a bucket, or a volume beside the server that is lost with the cluster. */
  readonly to:
    | { readonly kind: "bucket"; readonly bucket: S3Bucket }
    | {
        readonly kind: "volume";
        readonly size: string;
        /** @default - the cluster's default class */
        readonly storageClass?: string;
      };
}

/** Settings of {@link mariaDbBackup}. */
export interface MariaDbBackupProps {
  /** Name of the server. */
  readonly server: string;
  /** The store of the server's namespace. */
  readonly store: SecretStore;
  readonly backup: MariaDbBackup;
  /** User of the server's image. */
  readonly user: number;
}

/** What the job asks for while it runs. */
const jobResources = {
  requests: { cpu: "20m", memory: "256Mi" },
  limits: { memory: "256Mi" },
} as const satisfies Resources;

/**
 * The objects of a scheduled backup, and the pods of its job. The pods of a Restore that names this Backup are to have the
 * same label.
 *
 * @see https://github.com/mariadb-operator/mariadb-operator/blob/main/docs/logical_backup.md
 */
export function mariaDbBackup({ server, store, backup, user }: MariaDbBackupProps): {
  readonly pods: PodsEnd;
  readonly objects: readonly KubernetesObject[];
} {
  const name = `${server}-backup`;
  const { namespace } = store;
  const labels = { "app.kubernetes.io/name": name };
  const { storage, objects } = target(name, store, backup.to);
  return {
    pods: { namespace, name, podLabels: labels },
    objects: [
      tokenlessAccount(name, namespace),
      ...objects,
      {
        apiVersion: "k8s.mariadb.com/v1alpha1",
        kind: "Backup",
        metadata: { name, namespace: namespace.name },
        spec: {
          mariaDbRef: { name: server },
          schedule: { cron: backup.schedule },
          timeZone: "Etc/UTC",
          maxRetention: `${backup.keepDays * 24}h`,
          compression: "gzip",
          storage,
          serviceAccountName: name,
          podMetadata: { labels },
          podSecurityContext: restrictedPod(user),
          securityContext: restrictedContainer,
          resources: jobResources,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
        },
      },
    ],
  };
}

function target(
  name: string,
  store: SecretStore,
  to: MariaDbBackup["to"],
): { readonly storage: JsonObject; readonly objects: readonly KubernetesObject[] } {
  if (to.kind === "volume") {
    return {
      storage: {
        persistentVolumeClaim: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: to.storageClass,
          resources: { requests: { storage: to.size } },
        },
      },
      objects: [],
    };
  }
  const { bucket } = to;
  const { protocol, host } = new URL(bucket.store.endpoint);
  const keys = store.externalSecret({
    name: `${name}-s3`,
    data: { AWS_ACCESS_KEY_ID: bucket.accessKeyId, AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey },
    // Each run is a new pod, which reads the keys as they are.
    labels: { "k8s.mariadb.com/watch": "" },
    follows: { by: "operator", name: "MariaDB operator" },
  });
  return {
    storage: {
      s3: {
        bucket: bucket.name,
        endpoint: host,
        region: bucket.store.region,
        accessKeyIdSecretKeyRef: { name: keys.name, key: "AWS_ACCESS_KEY_ID" },
        secretAccessKeySecretKeyRef: { name: keys.name, key: "AWS_SECRET_ACCESS_KEY" },
        tls: { enabled: protocol === "https:" },
      },
    },
    objects: [keys.object],
  };
}
