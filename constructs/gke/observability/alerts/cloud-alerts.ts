import { metrics } from "../metrics";
import type { WatchedPlace } from "../watched-place";
import type { Alert } from "./alert";
import {
  composerAlert,
  type DatabaseThresholds,
  databaseAlerts,
  inspectionAlert,
  memorystoreAlert,
} from "./managed-service-alerts";

/** Limits of {@link cloudAlerts}. */
export interface CloudThresholds extends DatabaseThresholds {
  /** Calls of one service that IAM refused within 10 minutes. */
  readonly denied: number;
}

/** What Google runs around the cluster: NAT and quota everywhere, and each managed service where there is one. */
export function cloudAlerts(place: WatchedPlace, thresholds: CloudThresholds): readonly Alert[] {
  return [
    natAlert(place.region),
    quotaAlert,
    deniedAlert(thresholds.denied),
    ...(place.databases ? databaseAlerts(thresholds) : []),
    ...(place.memorystore ? [memorystoreAlert(place.region)] : []),
    ...(place.composer ? [composerAlert] : []),
    ...(place.inspection ? [inspectionAlert] : []),
  ];
}

function natAlert(region: string): Alert {
  const gateway = { by: "REDUCE_SUM", groupBy: ["resource.label.gateway_name"] } as const;
  return {
    id: "NatPortsUsedUp",
    title: "NAT has no ports left",
    severity: "error",
    conditions: [
      {
        kind: "threshold",
        title: "NAT could not give a node its ports",
        metric: metrics.natAllocationFailed,
        labels: { "resource.label.region": region },
        align: "ALIGN_COUNT_TRUE",
        period: 300,
        reduce: gateway,
        comparison: "above",
        value: 0,
        forSeconds: 0,
      },
      {
        kind: "threshold",
        title: "Packets were dropped for want of ports",
        metric: metrics.natDropped,
        labels: { "resource.label.region": region, "metric.label.reason": "OUT_OF_RESOURCES" },
        align: "ALIGN_DELTA",
        period: 300,
        reduce: gateway,
        comparison: "above",
        value: 0,
        forSeconds: 300,
      },
    ],
    meaning: "Connections out of the network fail now and then: pulls of images, downloads, calls of outside services.",
    steps: [
      "Dashboard network: which gateway, and since when.",
      'Who opens so many connections: `log_id("compute.googleapis.com/nat_flows")`, counted by `jsonPayload.endpoint.vm_name`.',
      "More ports per node or dynamic allocation is a change of the layer network; a client that does not reuse connections is cheaper to mend.",
    ],
  };
}

const quotaAlert: Alert = {
  id: "QuotaExceeded",
  title: "Quota is used up",
  severity: "error",
  conditions: [
    {
      kind: "threshold",
      title: "Google refused a request for want of quota",
      metric: metrics.quotaExceeded,
      align: "ALIGN_COUNT_TRUE",
      period: 300,
      reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.quota_metric"] },
      comparison: "above",
      value: 0,
      forSeconds: 0,
    },
  ],
  meaning: "Something wanted more of a service than the project may have: nodes, addresses, disks or calls.",
  steps: [
    "The label quota_metric names the quota; https://console.cloud.google.com/iam-admin/quotas shows its use.",
    "Ask for more there, with the reason; it takes from minutes to two days.",
  ],
};

function deniedAlert(denied: number): Alert {
  return {
    id: "AccessDenied",
    title: "Many calls are refused",
    severity: "warning",
    conditions: [
      {
        kind: "threshold",
        title: `More than ${denied} calls of one service refused within 10 minutes`,
        metric: metrics.apiCalls,
        labels: { "metric.label.response_code": "403" },
        align: "ALIGN_DELTA",
        period: 600,
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.service"] },
        comparison: "above",
        value: denied,
        forSeconds: 0,
      },
    ],
    meaning: "Somebody tries doors: an identity that was taken over, or a workload whose role lacks a permission.",
    steps: [
      '`log_id("cloudaudit.googleapis.com/data_access") AND protoPayload.status.code=7` in the bucket of audit logs: who, and which permission.',
      "A workload of ours: give its identity the permission in the construct that makes it, no wider role.",
      "Anybody else: disable the identity first (`gcloud iam service-accounts disable <email>`), then read what it reached.",
    ],
  };
}

/** What Security Command Center finds; it comes in as messages, whose number is a metric. */
export function findingsAlert(topic: string): Alert {
  return {
    id: "SecurityFinding",
    title: "Security Command Center found something grave",
    severity: "error",
    conditions: [
      {
        kind: "threshold",
        title: "A finding came in",
        metric: metrics.topicMessages,
        labels: { "resource.label.topic_id": topic },
        align: "ALIGN_DELTA",
        period: 300,
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.topic_id"] },
        comparison: "above",
        value: 0,
        forSeconds: 0,
      },
    ],
    meaning:
      "A finding of severity high or critical is open: a setting that lets others in, or a sign that somebody is in.",
    steps: [
      "https://console.cloud.google.com/security/command-center/findings: what, where and since when; it says how to mend it.",
      "What a stack made: mend the stack. What nobody made: an incident.",
      "What is meant to be so: mute it there, with the reason.",
    ],
  };
}
