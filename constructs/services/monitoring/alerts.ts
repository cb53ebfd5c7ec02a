import type { AlertRule } from "../contracts";
import { customMetrics } from "./custom-resource-metrics";
import type { RuleGroup } from "./monitors";

const { condition, certificateEnd } = customMetrics;

/** Kinds of Flux's objects. */
const fluxKinds = "Kustomization|HelmRelease|GitRepository|OCIRepository|HelmRepository";

const pods: readonly AlertRule[] = [
  {
    name: "PodNotReady",
    expression:
      'min by (namespace, pod) (kube_pod_status_ready{condition="true"}) == 0 unless on (namespace, pod) kube_pod_status_phase{phase=~"Succeeded|Failed"} == 1',
    after: "15m",
    severity: "critical",
    summary: "Pod {{ $labels.namespace }}/{{ $labels.pod }} has not been ready for 15 minutes.",
    remedy: "Read its events (kubectl describe pod) and its log; a pod that is Pending waits for a node or a volume.",
  },
  {
    name: "ContainerRestartsOften",
    expression: "sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[1h])) > 4",
    after: "0m",
    severity: "warning",
    summary: "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} started again five times.",
    remedy: "Read the log of the run before (kubectl logs --previous) and the reason of its end.",
  },
  {
    name: "ContainerOutOfMemory",
    expression:
      'sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[15m])) > 0 and on (namespace, pod, container) kube_pod_container_status_last_terminated_reason{reason="OOMKilled"} == 1',
    after: "0m",
    severity: "warning",
    summary: "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} ran out of memory.",
    remedy: "Give its service a higher memory limit in the environment, or less work at a time.",
  },
  {
    name: "JobFailed",
    expression: 'kube_job_failed{condition="true"} == 1',
    after: "5m",
    severity: "warning",
    summary: "Job {{ $labels.namespace }}/{{ $labels.job_name }} failed, such as a backup.",
    remedy: "Read the log of its pods, remove the cause and delete the job; its schedule makes the next.",
  },
];

const volumes: readonly AlertRule[] = [
  {
    name: "VolumeNearlyFull",
    expression:
      "min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < 0.15",
    after: "15m",
    severity: "warning",
    summary: "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is more than 85% full.",
    remedy: "Raise the storage of its service where the class can grow volumes, or delete what is not needed.",
  },
  {
    name: "VolumeFull",
    expression:
      "min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < 0.03",
    after: "1m",
    severity: "critical",
    summary: "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is full.",
    remedy: "Grow the volume now; a database stops when it cannot write.",
  },
  {
    name: "VolumeFullInFourDays",
    expression:
      "min by (namespace, persistentvolumeclaim) (predict_linear(kubelet_volume_stats_available_bytes[6h], 345600)) < 0 and on (namespace, persistentvolumeclaim) min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < 0.4",
    after: "1h",
    severity: "warning",
    summary: "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is full in four days at today's pace.",
    remedy: "Raise the storage of its service, or shorten what it keeps.",
  },
];

const platform: readonly AlertRule[] = [
  {
    name: "CertificateEndsSoon",
    expression: `min by (namespace, name) (${certificateEnd}) - time() < 604800`,
    after: "1h",
    severity: "critical",
    summary: "Certificate {{ $labels.namespace }}/{{ $labels.name }} ends within a week and was not renewed.",
    remedy: "Read the conditions of the Certificate and of its CertificateRequest, and whether its issuer is ready.",
  },
  {
    name: "CertificateNotReady",
    expression: `min by (namespace, name) (${condition}{customresource_kind="Certificate", type="Ready"}) == 0`,
    after: "15m",
    severity: "warning",
    summary: "Certificate {{ $labels.namespace }}/{{ $labels.name }} is not ready.",
    remedy: "Read the conditions of the Certificate and of its CertificateRequest.",
  },
  {
    name: "ExternalSecretNotSynced",
    expression: `min by (namespace, name) (${condition}{customresource_kind="ExternalSecret", type="Ready"}) == 0`,
    after: "15m",
    severity: "critical",
    summary: "Secret {{ $labels.namespace }}/{{ $labels.name }} does not follow its source.",
    remedy:
      "Look whether Vault is open and its role lets the namespace's vault-reader read (terralake vault auth-check).",
  },
  {
    name: "VaultNotReady",
    expression: 'min by (pod) (kube_pod_status_ready{namespace="vault", pod=~"vault-[0-9]+", condition="true"}) == 0',
    after: "5m",
    severity: "critical",
    summary: "Vault server {{ $labels.pod }} is sealed or down: its readiness asks for an open seal.",
    remedy: "Run terralake vault status, then open the seal; secrets that are in the cluster already still work.",
  },
  {
    name: "FluxNotReady",
    expression: `min by (customresource_kind, namespace, name) (${condition}{customresource_kind=~"${fluxKinds}", type="Ready"}) == 0`,
    after: "15m",
    severity: "critical",
    summary: "{{ $labels.customresource_kind }} {{ $labels.namespace }}/{{ $labels.name }} is not ready in Flux.",
    remedy:
      "Read its conditions (terralake status); a failed upgrade is rolled back, so what runs is the state before.",
  },
];

const monitoring: readonly AlertRule[] = [
  {
    name: "TargetDown",
    expression: "min by (namespace, job) (up) == 0",
    after: "10m",
    severity: "warning",
    summary: "A pod of job {{ $labels.job }} in {{ $labels.namespace }} does not tell its metrics.",
    remedy: "Look whether the pod runs, and whether the flow from prometheus to it is in the network table.",
  },
  {
    name: "RulesFail",
    expression: "sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[15m])) > 0",
    after: "15m",
    severity: "warning",
    summary: "Prometheus cannot judge the rules of {{ $labels.rule_group }}.",
    remedy: "Read Prometheus' log for the rule and the reason.",
  },
  {
    name: "RulesRefused",
    expression: 'sum by (resource) (prometheus_operator_managed_resources{state="rejected"}) > 0',
    after: "15m",
    severity: "warning",
    summary: "Prometheus' operator refuses some {{ $labels.resource }}.",
    remedy: "Read the operator's log: it names the object and what is wrong with it.",
  },
  {
    name: "AlertsNotDelivered",
    expression: "sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 0",
    after: "15m",
    severity: "critical",
    summary: "Alertmanager cannot deliver alerts by {{ $labels.integration }}.",
    remedy: "Read its log; check the address or key in the declared secret, and whether the address is public.",
  },
];

/** Alerts that every platform has, whatever services are on. */
export const platformAlerts: readonly RuleGroup[] = [
  { name: "pods", rules: pods },
  { name: "volumes", rules: volumes },
  { name: "platform", rules: platform },
  { name: "monitoring", rules: monitoring },
];
