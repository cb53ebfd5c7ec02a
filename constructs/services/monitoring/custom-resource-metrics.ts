import type { JsonObject } from "../../terraform";

/** A kind of custom resource whose state becomes metrics. */
interface Watched {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
}

const certificate: Watched = {
  group: "cert-manager.io",
  version: "v1",
  kind: "Certificate",
  plural: "certificates",
};

/** Kinds with the condition `Ready`; those that are not in the cluster make no metrics. */
const conditioned: readonly Watched[] = [
  certificate,
  { group: "external-secrets.io", version: "v1", kind: "ExternalSecret", plural: "externalsecrets" },
  { group: "kustomize.toolkit.fluxcd.io", version: "v1", kind: "Kustomization", plural: "kustomizations" },
  { group: "helm.toolkit.fluxcd.io", version: "v2", kind: "HelmRelease", plural: "helmreleases" },
  { group: "source.toolkit.fluxcd.io", version: "v1", kind: "GitRepository", plural: "gitrepositories" },
  { group: "source.toolkit.fluxcd.io", version: "v1", kind: "OCIRepository", plural: "ocirepositories" },
  { group: "source.toolkit.fluxcd.io", version: "v1", kind: "HelmRepository", plural: "helmrepositories" },
];

/** Names of the metrics that are made of custom resources. */
export const customMetrics = {
  /** 1 while the condition of `type` is true, by kind (`customresource_kind`), namespace, name and type. */
  condition: "terralake_condition",
  /** When a certificate ends, in seconds since 1970. */
  certificateEnd: "terralake_certificate_end_seconds",
} as const;

/**
 * State of certificates, external secrets and Flux's objects as metrics, so that none of their controllers must be asked
 * itself.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/extend/customresourcestate-metrics.md
 */
export function customResourceMetrics(): JsonObject {
  return {
    kind: "CustomResourceStateMetrics",
    spec: {
      resources: conditioned.map(({ group, version, kind, plural }) => ({
        groupVersionKind: { group, version, kind },
        resourcePlural: plural,
        metricNamePrefix: "terralake",
        labelsFromPath: { name: ["metadata", "name"], namespace: ["metadata", "namespace"] },
        metrics: [
          {
            name: "condition",
            help: "Whether a condition of the object is true",
            each: {
              type: "Gauge",
              gauge: {
                path: ["status", "conditions"],
                labelsFromPath: { type: ["type"] },
                valueFrom: ["status"],
              },
            },
          },
          ...(kind === certificate.kind
            ? [
                {
                  name: "certificate_end_seconds",
                  help: "When the certificate ends",
                  each: { type: "Gauge", gauge: { path: ["status", "notAfter"] } },
                },
              ]
            : []),
        ],
      })),
    },
  };
}

/** What reading them takes. */
export function customResourceRules(): readonly JsonObject[] {
  const groups = [...new Set(conditioned.map(({ group }) => group))];
  return groups.map((group) => ({
    apiGroups: [group],
    resources: conditioned.filter((watched) => watched.group === group).map(({ plural }) => plural),
    verbs: ["list", "watch"],
  }));
}
