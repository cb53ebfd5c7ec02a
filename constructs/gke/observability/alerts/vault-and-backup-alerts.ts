import { metrics } from "../metrics";
import { longestGap } from "../schedule-gap";
import type { WatchedPlace } from "../watched-place";
import { type Alert, longestAbsence } from "./alert";

const hour = 3600;

/** Vault's seal, and copies of what cannot be made again. */
export function vaultAndBackupAlerts(place: WatchedPlace): readonly Alert[] {
  const { cluster, vaultNamespace } = place;
  const servers = `cluster="${cluster}", namespace="${vaultNamespace}", statefulset="vault"`;
  const sealed: Alert = {
    id: "VaultSealed",
    title: "Vault server is sealed or does not answer",
    severity: "critical",
    conditions: [
      {
        kind: "query",
        title: "A Vault server has not been ready for 5 minutes",
        // Vault's own metric asks for a token, which Google's collector has not; a sealed server is never ready.
        query: `max(kube_statefulset_replicas{${servers}}) - max(kube_statefulset_status_replicas_ready{${servers}}) > 0`,
        forSeconds: 300,
      },
    ],
    meaning:
      "A sealed server knows no secret. While a majority is open the others answer; sealed servers open themselves by Cloud KMS within seconds, so one that stays sealed cannot reach its key.",
    steps: [
      `\`kubectl --namespace ${vaultNamespace} get pods\`: how many are ready; a majority must be.`,
      `\`kubectl --namespace ${vaultNamespace} logs <pod>\`: "seal" and "kms" say whether the key is disabled, the grant is gone or Cloud KMS is away.`,
      "A key that was disabled or is to be destroyed: `gcloud kms keys versions list --key vault-unseal`, then restore and enable it.",
      "docs/operations/vault.md: recovery, and how to open a root session.",
    ],
    heals: true,
  };
  return [sealed, ...snapshots(place), ...clusterBackup(place)];
}

function snapshots({ snapshotBucket, snapshotSchedule, vaultNamespace }: WatchedPlace): readonly Alert[] {
  const gap = snapshotSchedule === undefined ? undefined : longestGap(snapshotSchedule);
  // A copy a week cannot be watched: the API waits 23.5 hours at most.
  if (!snapshotBucket || gap === undefined || gap > 24 * hour) {
    return [];
  }
  return [
    {
      id: "VaultSnapshotMissed",
      title: "Snapshot of Vault has not arrived",
      severity: "error",
      conditions: [
        {
          kind: "absent",
          title: "No object was written to the bucket of snapshots",
          metric: metrics.bucketRequests,
          labels: {
            "resource.label.bucket_name": snapshotBucket,
            "metric.label.method": "WriteObject",
            "metric.label.response_code": "OK",
          },
          align: "ALIGN_DELTA",
          // Each point stands for four hours back, so a copy is missed that long after the wait is over.
          period: 4 * hour,
          reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.bucket_name"] },
          forSeconds: Math.min(longestAbsence, 2 * gap),
        },
      ],
      meaning: "Two snapshots in a row are missing. What Vault holds and no snapshot has is lost with its volumes.",
      steps: [
        `\`kubectl --namespace ${vaultNamespace} get cronjobs,jobs\`: did the job run?`,
        `\`kubectl --namespace ${vaultNamespace} logs job/<job>\`: a login that Vault refused, or a bucket that Google refused.`,
        "Take one now: `terralake vault snapshot <environment>`.",
      ],
      heals: true,
    },
  ];
}

function clusterBackup({ cluster, region, backupSchedule }: WatchedPlace): readonly Alert[] {
  const gap = backupSchedule === undefined ? undefined : longestGap(backupSchedule);
  if (gap === undefined || gap > 24 * hour) {
    return [];
  }
  return [
    {
      id: "ClusterBackupMissed",
      title: "Backup of the cluster has not succeeded",
      severity: "error",
      conditions: [
        {
          kind: "absent",
          title: "No backup succeeded in time",
          metric: metrics.backupsDone,
          labels: { "metric.label.state": "SUCCEEDED" },
          align: "ALIGN_DELTA",
          // 23.5 hours and the four that each point stands for: a daily backup may be three hours late.
          period: 4 * hour,
          forSeconds: longestAbsence,
        },
      ],
      meaning: "Backup for GKE copies the objects and volumes of the cluster; the copy that was due has not succeeded.",
      steps: [
        `\`gcloud beta container backup-restore backups list --location ${region} --backup-plan <plan>\`: state and reason of the last one.`,
        `Ask for one now: \`gcloud beta container backup-restore backups create --location ${region} --backup-plan <plan> ${cluster}-now\`.`,
        "A volume that cannot be copied holds up all others: the reason names it.",
      ],
      heals: true,
    },
  ];
}
