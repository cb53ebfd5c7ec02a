export { type AutoscalerProps, autoscaler } from "./autoscaler";
export { CertManager, type CertManagerProps } from "./cert-manager";
export {
  CertificateAuthority,
  type CertificateAuthorityProps,
  type ServiceCertificateProps,
  serviceCertificate,
} from "./certificate-authority";
export { ChartRelease, type ChartReleaseProps, type LocalChart } from "./chart-release";
export { CustomResources, type CustomResourcesProps, type KubernetesObject } from "./custom-resources";
export { ExternalSecretsOperator, type ExternalSecretsOperatorProps } from "./external-secrets";
export { type CronJobProps, cronJob, type JobProps, job } from "./job";
export { type ServiceLabels, serviceLabels } from "./labels";
export { idOf } from "./names";
export { existingNamespace, type INamespace } from "./namespace";
export { leaveUsersToNamespace } from "./namespace-users";
export { type ApiServerEndpoint, type Flow, type FlowEnd, NetworkFlows } from "./network-flows";
export { type Placement, placementOf, type SpecialPool } from "./placement";
export {
  type NamespaceQuota,
  PlatformNamespace,
  type PlatformNamespaceProps,
  type PodSecurityLevel,
} from "./platform-namespace";
export { readOnlyContainer, restrictedContainer, restrictedJobPod, restrictedPod } from "./pod-security";
export { ReaderAccount, type ReaderAccountProps } from "./reader-account";
export { Reloader, type ReloaderProps } from "./reloader";
export type { Resources } from "./resources";
export { DiskClass, type DiskClassProps } from "./storage-class";
export {
  type ClaimTemplate,
  type ClusterServiceProps,
  clusterService,
  type DisruptionBudgetProps,
  deployment,
  disruptionBudget,
  type Probe,
  statefulSet,
  type WorkloadProps,
} from "./workload";
