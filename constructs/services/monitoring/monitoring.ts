import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type KubernetesObject,
  type Resources,
} from "../../kubernetes";
import { fixed, generated, keyOf, type SecretKey } from "../../secrets";
import { DeploySettings, stableJson } from "../../terraform";
import type { MetricsTarget, PodsEnd, WebUi } from "../contracts";
import { present } from "../present";
import { publicAddresses } from "../public-addresses";
import { restartOnChange } from "../restart";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import { platformAlerts } from "./alerts";
import { alloyValues } from "./alloy";
import { platformDashboards } from "./dashboards/platform-dashboards";
import { labelsOf, serviceDashboard, type WatchedService } from "./dashboards/service-dashboard";
import { dashboardsMap, grafanaHealth, grafanaSecret, grafanaServicePort, grafanaValues } from "./grafana";
import { lokiKeys, lokiValues } from "./loki";
import { podMonitor, prometheusRule } from "./monitors";
import { monitoringPods, monitoringPorts, type PartResources } from "./parts";
import { stackName, stackValues } from "./prometheus-stack";
import { logReaderRights, operatorRights, prometheusRights } from "./rbac";
import { type AlertReceivers, receiverKeys, receiverPorts, receiverSecret } from "./receivers";
import type { LogSettings } from "./settings";

/** Settings of {@link Monitoring}. */
export interface MonitoringProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Servers of Prometheus and of Alertmanager; each has everything. */
  readonly replicas: number;
  /** How long metrics are kept, such as `7d`. */
  readonly retention: string;
  /** Volume of each server. */
  readonly storage: string;
  /** @default - the environment's own */
  readonly storageClass?: string;
  /** What each server asks for. */
  readonly resources: Resources;
  /** What the small parts ask for. */
  readonly parts: PartResources;
  readonly grafana: {
    readonly resources: Resources;
    /** Password of the user `admin`. @default - one that is generated */
    readonly adminPassword?: SecretKey;
  };
  /** @default - logs are not collected */
  readonly logs?: LogSettings;
  /** Who is told of alerts. */
  readonly receivers: AlertReceivers;
  /** Services that have a page, with what they tell and their own alerts. */
  readonly services: readonly WatchedService[];
  /** Namespaces whose logs are read beside those of the services. */
  readonly platformNamespaces: readonly string[];
  /** Addresses of the nodes, where the kubelets tell how full volumes are; ranges in CIDR notation. */
  readonly nodes: readonly string[];
}

/**
 * Prometheus, Alertmanager, Grafana and Loki, with monitors, alerts and dashboards made of what the services offer.
 *
 * The definitions of Prometheus' operator are installed by the base layer. Everything meets the restricted profile: nothing
 * runs on the nodes themselves, so there are no metrics of hosts and logs are read through the Kubernetes API.
 *
 * @see https://prometheus-operator.dev/docs/
 */
export class Monitoring extends Construct {
  readonly namespace: INamespace;
  /** URL of Prometheus' interface for queries. */
  readonly address: string;
  readonly release: ChartRelease;
  private readonly pods: ReturnType<typeof monitoringPods>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MonitoringProps,
  ) {
    super(scope, id);
    const { namespace, logs } = props;
    this.namespace = namespace;
    this.pods = monitoringPods(namespace);
    this.address = this.url(`${stackName}-prometheus`, monitoringPorts.prometheus);
    const { imageRegistry } = DeploySettings.of(this);
    const objects = this.objects();
    const loki = logs ? this.logs(logs, objects) : undefined;

    this.release = new ChartRelease(this, "Release", {
      chart: charts.kubePrometheusStack,
      namespace,
      releaseName: stackName,
      values: stackValues({
        ...props,
        podLabels: labelsOf(props.services),
        grafana: grafanaValues({
          resources: props.grafana.resources,
          folder: "Terralake",
          sources: {
            prometheus: this.address,
            alertmanager: this.url(`${stackName}-alertmanager`, monitoringPorts.alertmanager),
            loki,
          },
        }),
        imageRegistry,
      }),
      dependsOn: [objects.release.resource],
    });
    // after the release: what an alert speaks of may be gone with it, and Prometheus takes new monitors while it runs
    new CustomResources(this, "Monitors", {
      namespace,
      releaseName: `${stackName}-monitors`,
      dependsOn: [this.release.resource],
      objects: this.monitors(),
    });
    this.allowFlows();
  }

  /** Grafana: the one page for people; Prometheus and Alertmanager are read through it. */
  get webUi(): WebUi {
    return {
      name: "grafana",
      service: { namespace: this.namespace.name, name: "grafana", port: grafanaServicePort },
      server: { end: this.pods.grafana, port: grafanaHealth.port },
      healthPath: grafanaHealth.path,
      login: "own",
    };
  }

  private url(service: string, port: number): string {
    return `http://${service}.${this.namespace.name}.svc:${port}`;
  }

  /** What the releases need before they start: Secrets, dashboards and rights. */
  private objects(): CustomResources {
    const { context, namespace, receivers, logs, services, grafana } = this.props;
    const store = context.store(namespace);
    const admin = context.secrets.secret("grafana", { username: fixed("admin"), password: generated(24) });
    const credentials = store.externalSecret({
      name: grafanaSecret,
      data: {
        "admin-user": keyOf(admin, "username"),
        "admin-password": grafana.adminPassword ?? keyOf(admin, "password"),
      },
      follows: { by: "reloader" },
    });
    const keys = receiverKeys(receivers);
    const told =
      Object.keys(keys).length > 0
        ? // a new value is read at the next alert: the files of the Secret are followed
          [
            store.externalSecret({
              name: receiverSecret,
              data: keys,
              follows: { by: "reader", name: "Alertmanager, which watches its files" },
            }),
          ]
        : [];
    const bucket = logs?.bucket
      ? [
          store.externalSecret({
            name: lokiKeys,
            data: {
              AWS_ACCESS_KEY_ID: logs.bucket.accessKeyId,
              AWS_SECRET_ACCESS_KEY: logs.bucket.secretAccessKey,
            },
            follows: { by: "reloader" },
          }),
        ]
      : [];
    return new CustomResources(this, "Objects", {
      namespace,
      releaseName: `${stackName}-objects`,
      dependsOn: present(store.resource),
      objects: [
        ...[credentials, ...told, ...bucket].map(({ object }) => object),
        this.dashboards(services, logs !== undefined),
        ...operatorRights(namespace),
        ...prometheusRights(namespace, this.targetNamespaces()),
        ...(logs ? [tokenlessAccount("alloy", namespace), ...logReaderRights(namespace, this.logNamespaces())] : []),
      ],
    });
  }

  private dashboards(services: readonly WatchedService[], logs: boolean): KubernetesObject {
    const pages = {
      ...platformDashboards(logs),
      ...Object.fromEntries(services.map((service) => [service.service, serviceDashboard(service, logs)])),
    };
    return {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: dashboardsMap, namespace: this.namespace.name },
      data: Object.fromEntries(Object.entries(pages).map(([name, page]) => [`${name}.json`, stableJson(page)])),
    };
  }

  /** Loki and what fills it; returns Loki's URL. */
  private logs(logs: LogSettings, objects: CustomResources): string {
    const { namespace, storageClass } = this.props;
    const { imageRegistry } = DeploySettings.of(this);
    const url = this.url("loki", monitoringPorts.loki);
    const loki = new ChartRelease(this, "Loki", {
      chart: charts.loki,
      namespace,
      releaseName: "loki",
      values: lokiValues({
        logs,
        storageClass,
        imageRegistry,
        annotations: logs.bucket ? restartOnChange({ name: lokiKeys }) : {},
      }),
      dependsOn: present(objects.release.resource, logs.bucket?.store.resource),
    });
    new ChartRelease(this, "Alloy", {
      chart: charts.alloy,
      namespace,
      releaseName: "alloy",
      values: alloyValues({ logs, namespaces: this.logNamespaces(), loki: url, imageRegistry }),
      dependsOn: [objects.release.resource, loki.resource],
    });
    return url;
  }

  private monitors(): readonly KubernetesObject[] {
    const { namespace, services } = this.props;
    const rules = services.flatMap(({ service, metrics }) => {
      const alerts = metrics.flatMap((target) => target.alerts ?? []);
      return alerts.length > 0
        ? [prometheusRule(namespace, ruleName(service), [{ name: service, rules: alerts }])]
        : [];
    });
    return [
      ...this.targets().map((target) => podMonitor(namespace, target)),
      prometheusRule(namespace, "platform", platformAlerts),
      ...rules,
    ];
  }

  /** Everything that is asked for metrics, but for kube-state-metrics and the kubelets, whose monitors the chart makes. */
  private targets(): readonly MetricsTarget[] {
    const { operator, prometheus, alertmanager, grafana, loki, alloy } = this.pods;
    const own = (pods: PodsEnd, port: number): MetricsTarget => ({ name: pods.name, pods, port });
    return [
      own(prometheus, monitoringPorts.prometheus),
      own(operator, monitoringPorts.operator),
      own(alertmanager, monitoringPorts.alertmanager),
      own(grafana, monitoringPorts.grafana),
      ...(this.props.logs ? [own(loki, monitoringPorts.loki), own(alloy, monitoringPorts.alloy)] : []),
      ...this.props.services.flatMap(({ metrics }) => metrics),
    ];
  }

  private targetNamespaces(): readonly string[] {
    return this.props.services.flatMap(({ metrics }) => metrics.map(({ pods }) => pods.namespace.name));
  }

  private logNamespaces(): readonly string[] {
    const { services, platformNamespaces, namespace } = this.props;
    const watched = services.flatMap(({ pods }) => pods.map((end) => end.namespace.name));
    return [...new Set([namespace.name, ...platformNamespaces, ...watched])].sort();
  }

  private allowFlows(): void {
    const { context, logs, receivers, nodes, replicas } = this.props;
    const { flows } = context;
    const { operator, prometheus, alertmanager, grafana, kubeStateMetrics, loki, alloy } = this.pods;
    for (const pods of [operator, prometheus, kubeStateMetrics, ...(logs ? [alloy] : [])]) {
      flows.allowApiServer(pods);
    }
    const targets = [
      ...this.targets(),
      { name: kubeStateMetrics.name, pods: kubeStateMetrics, port: monitoringPorts.kubeStateMetrics },
    ];
    // Prometheus asks itself too, which no policy can forbid, and tells Alertmanager on the port of its metrics
    const asked = targets.filter(({ pods }) => pods.name !== prometheus.name);
    context.connect(
      prometheus,
      asked.map(({ pods, port }) => ({ end: pods, port })),
      "asks for metrics and tells alerts",
    );
    flows.allow({
      from: prometheus,
      to: { name: "kubelets", cidrs: nodes },
      ports: [monitoringPorts.kubelet],
      reason: "asks how full volumes are and what pods use",
    });
    const sources = [
      { end: prometheus, port: monitoringPorts.prometheus },
      { end: alertmanager, port: monitoringPorts.alertmanager },
      ...(logs ? [{ end: loki, port: monitoringPorts.loki }] : []),
    ];
    context.connect(grafana, sources, "shows metrics, alerts and logs");
    if (logs) {
      context.connect(alloy, [{ end: loki, port: monitoringPorts.loki }], "brings logs");
      // by the address of its Service, as which it looks like another pod
      flows.allow({ from: loki, to: loki, ports: monitoringPorts.lokiPeers, reason: "its parts call each other" });
    }
    if (logs?.bucket) {
      context.connect(loki, [logs.bucket.store.server], "keeps logs");
    }
    if (replicas > 1) {
      const ports = [monitoringPorts.alertmanagerPeers];
      flows.allow({ from: alertmanager, to: alertmanager, ports, reason: "tell each other what was told" });
    }
    const ports = receiverPorts(receivers);
    if (ports.length > 0) {
      flows.allow({ from: alertmanager, to: publicAddresses, ports, reason: "tells people of alerts" });
    }
  }
}

/** Kebab case of a service's name, as Kubernetes wants it. */
function ruleName(service: string): string {
  return service.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
