import { type Resources, restrictedContainer, restrictedPod } from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import { restartOnChange } from "../restart";
import { monitoringPorts } from "./parts";

/** Secret of the administrator. */
export const grafanaSecret = "grafana-credentials";

/** Config map with the dashboards, one file each. */
export const dashboardsMap = "grafana-dashboards";

/** What values of Grafana are made of. */
export interface GrafanaProps {
  readonly resources: Resources;
  /** Folder of the dashboards, as people see it. */
  readonly folder: string;
  /** URLs of what it reads; Loki is absent where logs are off. */
  readonly sources: { readonly prometheus: string; readonly alertmanager: string; readonly loki?: string };
}

/** User of the image. */
const user = 472;

const provisioned = { version: 1, editable: false } as const;

const off = { enabled: false } as const;

/**
 * Values of Grafana as a part of kube-prometheus-stack. It keeps nothing: data sources and dashboards are files of this
 * project, and the administrator's password is the secret's at each start, so that a rotation takes effect.
 *
 * @see https://grafana.com/docs/grafana/latest/administration/provisioning/
 */
export function grafanaValues({ resources, folder, sources }: GrafanaProps): JsonObject {
  return {
    enabled: true,
    fullnameOverride: "grafana",
    automountServiceAccountToken: false,
    serviceAccount: { create: true, name: "grafana", autoMount: false },
    rbac: { create: false },
    testFramework: off,
    admin: { existingSecret: grafanaSecret, userKey: "admin-user", passwordKey: "admin-password" },
    defaultDashboardsEnabled: false,
    // the sidecars read config maps and Secrets of the whole cluster through the API
    sidecar: { dashboards: off, datasources: off },
    serviceMonitor: off,
    initChownData: off,
    securityContext: restrictedPod(user),
    containerSecurityContext: restrictedContainer,
    resources,
    podAnnotations: restartOnChange({ name: grafanaSecret }),
    deploymentStrategy: { type: "Recreate" },
    "grafana.ini": {
      analytics: { check_for_updates: false, check_for_plugin_updates: false, reporting_enabled: false },
      news: { news_feed_enabled: false },
      users: { allow_sign_up: false },
      security: { disable_gravatar: true, cookie_secure: false, cookie_samesite: "lax" },
      snapshots: { external_enabled: false },
      // at each start it would download them
      plugins: { preinstall_disabled: true, plugin_admin_enabled: false },
    },
    datasources: { "datasources.yaml": { apiVersion: 1, datasources: dataSources(sources) } },
    dashboardProviders: {
      "dashboards.yaml": {
        apiVersion: 1,
        providers: [
          {
            name: "terralake",
            folder,
            type: "file",
            disableDeletion: true,
            allowUiUpdates: false,
            options: { path: "/var/lib/grafana/dashboards/terralake" },
          },
        ],
      },
    },
    dashboardsConfigMaps: { terralake: dashboardsMap },
  };
}

function dataSources({ prometheus, alertmanager, loki }: GrafanaProps["sources"]): readonly JsonObject[] {
  const proxied = { access: "proxy", ...provisioned };
  return [
    {
      name: "Prometheus",
      uid: "prometheus",
      type: "prometheus",
      url: prometheus,
      isDefault: true,
      jsonData: { httpMethod: "POST", timeInterval: "30s" },
      ...proxied,
    },
    {
      name: "Alertmanager",
      uid: "alertmanager",
      type: "alertmanager",
      url: alertmanager,
      jsonData: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
      ...proxied,
    },
    ...(loki === undefined ? [] : [{ name: "Loki", uid: "loki", type: "loki", url: loki, ...proxied }]),
  ];
}

/** Port of Grafana's Service. */
export const grafanaServicePort = 80;

/** Path that tells whether it is well. */
export const grafanaHealth = { path: "/api/health", port: monitoringPorts.grafana } as const;
