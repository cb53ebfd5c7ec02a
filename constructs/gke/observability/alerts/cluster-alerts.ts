import { metrics } from "../metrics";
import type { WatchedPlace } from "../watched-place";
import type { Alert } from "./alert";

/** Limits of {@link clusterAlerts}. */
export interface ClusterThresholds {
  /** Restarts of one container within 15 minutes. */
  readonly restarts: number;
  /** Share of a volume. */
  readonly volume: number;
}

/** Nodes, pods, volumes and certificates. */
export function clusterAlerts({ cluster, region }: WatchedPlace, thresholds: ClusterThresholds): readonly Alert[] {
  const own = { "resource.label.cluster_name": cluster };
  const logged = `resource.labels.cluster_name="${cluster}"`;
  const pod = ["resource.label.namespace_name", "resource.label.pod_name"];
  const connect = `\`gcloud container clusters get-credentials ${cluster} --region ${region} --dns-endpoint\``;
  return [
    {
      id: "NodeNotReady",
      title: "Node is not ready",
      severity: "error",
      conditions: [
        {
          kind: "query",
          title: "Ready is false or unknown for 10 minutes",
          // The same shape as kube-state-metrics: one series per state, of which one is 1.
          query: `max by (node_name) (kubernetes_io:node_status_condition{monitored_resource="k8s_node", cluster_name="${cluster}", condition="Ready", status=~"(?i:false|unknown)"}) > 0`,
          forSeconds: 600,
        },
      ],
      meaning:
        "The API server has not heard from a node for ten minutes, or the node says that it cannot run pods. GKE repairs it by itself; this alert says that it has not.",
      steps: [
        `Connect: ${connect}`,
        "`kubectl describe node <node>`: conditions and events say whether it is memory, disk or the network.",
        "A node that stays away: `kubectl drain <node> --ignore-daemonsets --delete-emptydir-data`, then delete it; its pool makes another.",
        "Several nodes of one zone: look at https://status.cloud.google.com before anything else.",
      ],
    },
    {
      id: "NodesCannotGrow",
      title: "Pods wait and no node can be added",
      severity: "error",
      conditions: [
        {
          kind: "log",
          title: "The autoscaler refused or failed to add a node",
          filter: `log_id("container.googleapis.com/cluster-autoscaler-visibility") AND ${logged} AND (jsonPayload.noDecisionStatus.noScaleUp:* OR jsonPayload.resultInfo.results.errorMsg.messageId=~"^scale[.]up[.]error")`,
          fields: { cluster: "EXTRACT(resource.labels.cluster_name)" },
        },
      ],
      meaning:
        "A pod found no room and the autoscaler made none: a node pool is at its maximum, a quota or the addresses of pods are used up, or the zone has no such machines.",
      steps: [
        "Open the log entry: `messageId` is the reason, `unhandledPodGroups` are the pods.",
        "`no.scale.up.mig.skipped` with the maximum reached: raise `maxCount` of the pool in the environment file.",
        "`scale.up.error.quota.exceeded`: ask for quota; `scale.up.error.ip.space.exhausted`: the pods' range is full.",
        "`scale.up.error.out.of.resources`: another zone or machine type; a spot pool waits or is joined by one that is not.",
      ],
    },
    {
      id: "ContainerRestarts",
      title: "Container restarts again and again",
      severity: "error",
      conditions: [
        {
          kind: "threshold",
          title: `More than ${thresholds.restarts} restarts in 15 minutes`,
          metric: metrics.containerRestarts,
          labels: own,
          align: "ALIGN_DELTA",
          period: 900,
          reduce: { by: "REDUCE_MAX", groupBy: [...pod, "resource.label.container_name"] },
          comparison: "above",
          value: thresholds.restarts,
          forSeconds: 0,
        },
      ],
      meaning:
        "A container ends soon after each start. Kubernetes waits longer each time, so the service is gone in between.",
      steps: [
        "`kubectl --namespace <namespace> logs <pod> --container <container> --previous`: what it said last.",
        "`kubectl --namespace <namespace> describe pod <pod>`: `OOMKilled` asks for memory, a failed probe for time or for what it waits for.",
        "After a deployment: apply the last environment file that worked.",
      ],
      heals: true,
    },
    {
      id: "VolumeFull",
      title: "Volume is nearly full",
      severity: "error",
      conditions: [
        {
          kind: "threshold",
          title: `More than ${Math.round(thresholds.volume * 100)} % used for 10 minutes`,
          metric: metrics.volumeUse,
          labels: own,
          align: "ALIGN_MAX",
          period: 300,
          reduce: { by: "REDUCE_MAX", groupBy: [...pod, "metric.label.volume_name"] },
          comparison: "above",
          value: thresholds.volume,
          forSeconds: 600,
        },
      ],
      meaning: "A database or a broker stops when its volume is full, and some do not start again by themselves.",
      steps: [
        "Find the claim: `kubectl --namespace <namespace> get pod <pod> -o jsonpath='{.spec.volumes}'`.",
        "Raise its size in the environment file; the class of the volumes lets them grow while they are used.",
        "Logs or topics that fill it: shorten their retention first, else the next size fills as well.",
      ],
      heals: true,
    },
    {
      id: "JobFailed",
      title: "Job has given up",
      severity: "error",
      conditions: [
        {
          kind: "log",
          title: "A job reached its limit of attempts",
          filter: `log_id("events") AND ${logged} AND jsonPayload.involvedObject.kind="Job" AND jsonPayload.reason="BackoffLimitExceeded"`,
          fields: {
            namespace: "EXTRACT(jsonPayload.involvedObject.namespace)",
            job: "EXTRACT(jsonPayload.involvedObject.name)",
          },
        },
      ],
      meaning:
        "A job failed as often as it may: a backup of a database, a snapshot of Vault or a migration did not happen.",
      steps: [
        "`kubectl --namespace <namespace> logs job/<job>`: why.",
        "Mend the reason, then run it at once: `kubectl --namespace <namespace> create job --from=cronjob/<name> <name>-now`.",
        "A backup: see that the copy arrived before the incident is closed.",
      ],
      heals: true,
    },
    {
      id: "CertificateNotIssued",
      title: "Certificate is not issued or renewed",
      severity: "warning",
      conditions: [
        {
          kind: "log",
          title: "cert-manager warns of a certificate",
          filter: `log_id("events") AND ${logged} AND jsonPayload.type="Warning" AND jsonPayload.involvedObject.apiVersion=~"^(cert-manager|acme[.]cert-manager)[.]io/"`,
          fields: {
            namespace: "EXTRACT(jsonPayload.involvedObject.namespace)",
            name: "EXTRACT(jsonPayload.involvedObject.name)",
          },
        },
      ],
      meaning:
        "cert-manager renews at two thirds of a certificate's life, so the last third is left: what uses the certificate works until then.",
      steps: [
        "`kubectl --namespace <namespace> describe certificate <name>`, then its CertificateRequest and Order.",
        "An issuer of Vault: is Vault sealed? A public one: does the challenge's name or address reach it?",
      ],
    },
  ];
}
