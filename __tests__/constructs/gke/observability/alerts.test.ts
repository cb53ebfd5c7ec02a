import type { Alert } from "../../../../constructs/gke";
import {
  AlertChannels,
  AlertPolicies,
  environmentAlerts,
  runbookAnchor,
  securityAlerts,
} from "../../../../constructs/gke";
import { observability as clusterObservability } from "../../../../constructs/gke/cluster/cluster-settings";
import { longestAbsence } from "../../../../constructs/gke/observability/alerts/alert";
import { metrics } from "../../../../constructs/gke/observability/metrics";
import type { WatchedPlace } from "../../../../constructs/gke/observability/watched-place";
import { all, emptyStack, only } from "../synthesized";

const place: WatchedPlace = {
  environment: "gke-dev",
  project: "example-dev",
  region: "europe-west1",
  cluster: "gke-dev",
  vaultNamespace: "vault",
  snapshotBucket: "example-dev-gke-dev-snapshots",
  snapshotSchedule: "17 */6 * * *",
  backupSchedule: "23 1 * * *",
  databases: true,
  memorystore: true,
  composer: true,
  inspection: true,
};

const thresholds = {
  restarts: 3,
  volume: 0.85,
  databaseCpu: 0.9,
  databaseDisk: 0.85,
  databaseConnections: 80,
  denied: 50,
};

const alertsOf = (changes: Partial<WatchedPlace> = {}, pages = true) =>
  environmentAlerts({
    place: { ...place, ...changes },
    thresholds,
    objective: "objective",
    pages,
    findingsTopic: "gke-dev-security-findings",
  });

const idsOf = (alerts: readonly Alert[]) => alerts.map(({ id }) => id);

function made(alert: Alert, heals?: string) {
  const stack = emptyStack();
  const channels = new AlertChannels(stack, "Channels", {
    project: "example-dev",
    region: "europe-west1",
    prefix: "gke-dev",
    projectNumber: "1",
    channels: { team: { kind: "email", address: "platform@example.com" } },
    routes: { critical: ["team"], error: ["team"], warning: ["team"] },
    healingTopic: heals,
  });
  new AlertPolicies(stack, "Alerts", {
    project: "example-dev",
    environment: "gke-dev",
    channels,
    runbooks: "https://wiki.example.com/alerts",
    alerts: [alert],
  });
  return stack;
}

const plain: Alert = {
  id: "Full",
  title: "Volume is full",
  severity: "error",
  conditions: [
    {
      kind: "threshold",
      title: "above",
      metric: metrics.volumeUse,
      align: "ALIGN_MAX",
      period: 300,
      comparison: "above",
      value: 0.9,
      forSeconds: 600,
    },
  ],
  meaning: "It is full.",
  steps: ["Look.", "Mend."],
};

describe("the alerts of an environment", () => {
  it("cover what the platform must not find out from its users", () => {
    expect(idsOf(alertsOf())).toEqual(
      expect.arrayContaining([
        "NodeNotReady",
        "NodesCannotGrow",
        "ContainerRestarts",
        "VolumeFull",
        "VaultSealed",
        "VaultSnapshotMissed",
        "ClusterBackupMissed",
        "DatabaseBackupFailed",
        "DatabaseDiskFull",
        "NatPortsUsedUp",
        "QuotaExceeded",
        "CertificateNotIssued",
        "PageCertificateExpires",
        "AccessChanged",
        "AccountTakenOver",
        "AdmissionChanged",
        "FederationChanged",
        "KeyAccessChanged",
        "AccessDenied",
        "AuditConfigChanged",
        "BucketAccessChanged",
        "FirewallChanged",
        "RouteChanged",
        "NetworkChanged",
        "PerimeterCrossed",
        "SensitiveDataFound",
        "SecurityFinding",
      ]),
    );
  });

  it("have ids, titles and anchors of their own", () => {
    for (const nameOf of [({ id }: Alert) => id, ({ title }: Alert) => title, runbookAnchor]) {
      const values = alertsOf().map(nameOf);
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it("leave out what the environment does not have", () => {
    const bare = { databases: false, memorystore: false, composer: false, inspection: false };
    const less = idsOf(alertsOf({ ...bare, snapshotBucket: undefined, backupSchedule: undefined }, false));
    expect(
      idsOf(alertsOf())
        .filter((id) => !less.includes(id))
        .sort(),
    ).toEqual([
      "ClusterBackupMissed",
      "ComposerUnhealthy",
      "DatabaseBackupFailed",
      "DatabaseBusy",
      "DatabaseDiskFull",
      "MemorystoreFull",
      "PageCertificateExpires",
      "PageDown",
      "SensitiveDataFound",
      "VaultSnapshotMissed",
    ]);
  });

  it("see a sealed Vault by what the cluster writes, and not at every restart", () => {
    const condition = alertsOf().find(({ id }) => id === "VaultSealed")?.conditions[0];
    expect(condition).toMatchObject({ kind: "query", forSeconds: 300 });
    expect(condition && "query" in condition && condition.query).toBe(
      'max(kube_statefulset_replicas{cluster="gke-dev", namespace="vault", statefulset="vault"}) - max(kube_statefulset_status_replicas_ready{cluster="gke-dev", namespace="vault", statefulset="vault"}) > 0',
    );
    // Without these components the query, and the objective of the API server, have no data.
    expect(clusterObservability().monitoringConfig?.enableComponents).toEqual(
      expect.arrayContaining(["STATEFULSET", "APISERVER"]),
    );
  });

  it("wait for two snapshots, and no longer than the API can", () => {
    const wait = (schedule: string) =>
      alertsOf({ snapshotSchedule: schedule }).find(({ id }) => id === "VaultSnapshotMissed")?.conditions[0];
    expect(wait("17 */6 * * *")).toMatchObject({ forSeconds: 12 * 3600 });
    expect(wait("0 3 * * *")).toMatchObject({ forSeconds: longestAbsence });
    expect(wait("0 3 * * 0")).toBeUndefined();
  });

  it("count the entries that CIS asks for by the same filter", () => {
    const counted = securityAlerts.filter(({ counts }) => counts?.startsWith("cis-2-"));
    expect(counted.map(({ counts }) => counts?.slice(0, 8).replace(/-$/, ""))).toEqual([
      "cis-2-4",
      "cis-2-5",
      "cis-2-6",
      "cis-2-7",
      "cis-2-8",
      "cis-2-9",
      "cis-2-10",
      "cis-2-11",
    ]);
  });

  /** What a filter asks of the name of a method. */
  function heard(id: string, service: string, method: string): boolean {
    const [condition] = securityAlerts.find((alert) => alert.id === id)?.conditions ?? [];
    const filter = condition?.kind === "log" ? condition.filter : "";
    const [, pattern = "no pattern"] = /methodName=~"([^"]+)"/.exec(filter) ?? [];
    return filter.includes(`serviceName="${service}"`) && new RegExp(pattern).test(method);
  }

  it.each([
    ["AccountTakenOver", "iam.googleapis.com", "google.iam.admin.v1.SetIAMPolicy"],
    [
      "FederationChanged",
      "iam.googleapis.com",
      "google.iam.v1.WorkloadIdentityPools.UpdateWorkloadIdentityPoolProvider",
    ],
    ["KeyAccessChanged", "cloudkms.googleapis.com", "SetIamPolicy"],
    ["KeyAccessChanged", "cloudkms.googleapis.com", "google.iam.v1.IAMPolicy.SetIamPolicy"],
    ...["UpdatePolicy", "CreateAttestor", "UpdateAttestor", "DeleteAttestor"].map((method) => [
      "AdmissionChanged",
      "binaryauthorization.googleapis.com",
      `google.cloud.binaryauthorization.v1.BinauthzManagementServiceV1.${method}`,
    ]),
    ["AdmissionChanged", "binaryauthorization.googleapis.com", "google.iam.v1.IAMPolicy.SetIamPolicy"],
  ])("%s is heard when %s writes %s", (id, service, method) => {
    expect(heard(String(id), String(service), String(method))).toBe(true);
    expect(heard(String(id), String(service), String(method).replace(/(Set|Create|Update|Delete)/, "Get"))).toBe(false);
    expect(securityAlerts.find((alert) => alert.id === id)?.severity).toBe("critical");
  });

  it("are taken by the construct, every one of them", () => {
    for (const alert of alertsOf()) {
      expect(all(made(alert), "google_monitoring_alert_policy")).toHaveLength(1);
    }
  });
});

describe("AlertPolicies", () => {
  it("says what it means, what to do, and where to read more", () => {
    expect(only(made(plain), "google_monitoring_alert_policy")).toMatchObject({
      display_name: "gke-dev: Volume is full",
      severity: "ERROR",
      combiner: "OR",
      documentation: {
        content: "## What it means\n\nIt is full.\n\n## What to do\n\n1. Look.\n2. Mend.",
        mime_type: "text/markdown",
        links: [{ display_name: "Runbook", url: "https://wiki.example.com/alerts#volume-is-full" }],
      },
      conditions: [
        {
          condition_threshold: {
            comparison: "COMPARISON_GT",
            threshold_value: 0.9,
            duration: "600s",
            aggregations: [{ alignment_period: "300s", per_series_aligner: "ALIGN_MAX" }],
          },
        },
      ],
    });
  });

  it("tells a DAG only where one may act, and only where there is one", () => {
    const topic = "projects/example-dev/topics/gke-dev-healing";
    const channels = (alert: Alert, heals?: string) =>
      only(made(alert, heals), "google_monitoring_alert_policy").notification_channels;
    expect(channels(plain, topic)).toHaveLength(1);
    expect(channels({ ...plain, heals: true })).toHaveLength(1);
    expect(channels({ ...plain, heals: true }, topic)).toHaveLength(2);
  });

  it("limits the messages of a log, as the API asks", () => {
    const logged: Alert = { ...plain, conditions: [{ kind: "log", title: "an entry", filter: "severity=ERROR" }] };
    expect(only(made(logged), "google_monitoring_alert_policy")).toMatchObject({
      alert_strategy: { notification_rate_limit: { period: "900s" } },
      conditions: [{ condition_matched_log: { filter: "severity=ERROR" } }],
    });
  });

  it("refuses an aligner that the metric has not", () => {
    const [condition] = plain.conditions;
    const wrong = { ...plain, conditions: [{ ...condition, align: "ALIGN_RATE" }] } as unknown as Alert;
    expect(() => made(wrong)).toThrow("Full aligns kubernetes.io/pod/volume/utilization by ALIGN_RATE");
  });

  it("refuses to wait longer for data than the API can", () => {
    const late: Alert = {
      ...plain,
      conditions: [
        {
          kind: "absent",
          title: "none",
          metric: metrics.volumeUse,
          align: "ALIGN_MAX",
          period: 60,
          forSeconds: 86_400,
        },
      ],
    };
    expect(() => made(late)).toThrow("Full waits 86400 seconds for data, 120 to 84600 are allowed");
  });

  it("refuses a runbook that no message holds", () => {
    expect(() => made({ ...plain, meaning: "x".repeat(9000) })).toThrow("the runbook of Full has");
  });
});
