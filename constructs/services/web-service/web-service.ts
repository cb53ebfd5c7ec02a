import { Construct } from "constructs";
import {
  autoscaler,
  CustomResources,
  clusterService,
  deployment,
  disruptionBudget,
  type INamespace,
  type KubernetesObject,
  serviceCertificate,
  serviceLabels,
} from "../../kubernetes";
import { DeploySettings, PlatformError, stableJson } from "../../terraform";
import { bucketAnnotations, type MetricsTarget, type PodsEnd, type ServiceEndpoint, type WebUi } from "../contracts";
import { present } from "../present";
import { publicAddresses } from "../public-addresses";
import { readsConfig, restartOnChange } from "../restart";
import { acceptanceJob, acceptancePods } from "./acceptance";
import { accountObjects, actsAs, metadataServer } from "./account";
import { webServiceAlerts } from "./alerts";
import { certificateName, configName, folders } from "./folders";
import type { WebServiceAddress, WebServiceProps } from "./props";
import { type Wiring, wiringOf } from "./wiring";

/** Port of the Service. */
const servicePort = 80;

const labelsOf = (name: string) => serviceLabels(name, "web-service");

/** Where a web service will be, for those that are built before it. */
export function webServiceAddress({
  name,
  namespace,
  port,
}: Pick<WebServiceProps, "name" | "namespace" | "port">): WebServiceAddress {
  return {
    url: `http://${name}.${namespace.name}.svc`,
    server: { end: { namespace, name, podLabels: labelsOf(name) }, port },
  };
}

/**
 * A program of one's own that speaks HTTP: its pods, how many there are, who may call it and what it may call.
 *
 * Pods are without a state, restricted, with a root file system that cannot be written, and begin anew when their environment,
 * files or secrets change.
 */
export class WebService extends Construct {
  readonly namespace: INamespace;
  /** Where it is reached from inside the cluster. */
  readonly url: string;
  readonly server: ServiceEndpoint;
  readonly objects: CustomResources;
  private readonly pods: PodsEnd;

  /**
   * @throws PlatformError for an environment variable that is there twice, by hand or by what the web service uses, and for two
   * Google service accounts
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: WebServiceProps,
  ) {
    super(scope, id);
    const { context, namespace, name } = props;
    this.namespace = namespace;
    this.pods = { namespace, name, podLabels: labelsOf(name) };
    const { url, server } = webServiceAddress(props);
    this.url = url;
    this.server = server;
    const wiring = wiringOf(this, props);
    const secrets = this.secrets(wiring);
    this.objects = new CustomResources(this, "Objects", {
      namespace,
      releaseName: name,
      wait: true,
      dependsOn: present(
        secrets.environment || secrets.files ? context.store(namespace).resource : undefined,
        wiring.trusts ? context.certificates.resource : undefined,
        ...wiring.resources,
      ),
      objects: this.describe(wiring, secrets),
    });
    this.connect(wiring.servers);
    this.accept();
  }

  /** Its page, where it has one. */
  get webUi(): WebUi | undefined {
    const { name, page, health } = this.props;
    return (
      page && {
        ...page,
        name,
        service: { namespace: this.namespace.name, name, port: servicePort },
        server: this.server,
        healthPath: health.ready,
      }
    );
  }

  /** Where it tells its metrics, where it does, with its alerts. */
  get metrics(): MetricsTarget | undefined {
    const { name, metrics, port, autoscale } = this.props;
    return (
      metrics && {
        name: `web-${name}`,
        pods: this.pods,
        portName: metrics.port === port ? "http" : "metrics",
        port: metrics.port,
        path: metrics.path,
        alerts: webServiceAlerts(this.namespace.name, name, autoscale !== undefined),
      }
    );
  }

  private secrets({ secrets, composed }: Wiring) {
    const { context, namespace, name, secretFiles } = this.props;
    const store = () => context.store(namespace);
    const follows = { by: "reloader" } as const;
    const some = (data: object) => Object.keys(data).length > 0;
    return {
      environment: some(secrets)
        ? store().externalSecret({ name: `${name}-environment`, data: secrets, composed, follows })
        : undefined,
      files: some(secretFiles)
        ? store().externalSecret({ name: `${name}-files`, data: secretFiles, follows })
        : undefined,
    };
  }

  private describe(wiring: Wiring, secrets: ReturnType<WebService["secrets"]>): readonly KubernetesObject[] {
    const { props, namespace } = this;
    const { name, autoscale, replicas, config, context } = props;
    const labels = labelsOf(name);
    const hasFiles = Object.keys(config).length > 0;
    return [
      ...accountObjects({ name, namespace, rights: props.rights, annotations: this.annotations() }),
      ...[secrets.environment, secrets.files].flatMap((secret) => (secret ? [secret.object] : [])),
      ...(hasFiles
        ? [
            {
              apiVersion: "v1",
              kind: "ConfigMap",
              metadata: { name: configName(name), namespace: namespace.name, labels },
              data: { ...config },
            },
          ]
        : []),
      ...(wiring.trusts
        ? [
            serviceCertificate({
              name: certificateName(name),
              namespace,
              issuer: context.certificates.issuer,
              dnsNames: [`${name}.${namespace.name}.svc`],
            }),
          ]
        : []),
      this.deployment(wiring, secrets),
      clusterService({ name, namespace, labels, ports: { http: { port: servicePort, target: "http" } } }),
      ...disruptionBudget({ name, namespace, labels, replicas, unreadyMayGo: true }),
      ...(autoscale ? [autoscaler({ ...autoscale, name, namespace, labels, min: replicas })] : []),
    ];
  }

  /** Who its pods are to Google: one account, of its own choice or made for its buckets. */
  private annotations(): Readonly<Record<string, string>> {
    const { name, namespace, uses, googleServiceAccount } = this.props;
    const account = { namespace: namespace.name, serviceAccount: name };
    const ofBuckets = bucketAnnotations(account, Object.values(uses.buckets));
    if (googleServiceAccount === undefined) {
      return ofBuckets;
    }
    if (Object.keys(ofBuckets).length > 0) {
      throw new PlatformError(
        this,
        `${name} acts as ${googleServiceAccount} and as the account that opens its buckets`,
        "leave googleServiceAccount out, or let that account open the buckets and leave them out of uses",
      );
    }
    return actsAs(googleServiceAccount);
  }

  private deployment(wiring: Wiring, { environment, files }: ReturnType<WebService["secrets"]>): KubernetesObject {
    const { props } = this;
    const { name, port, health, metrics, config, autoscale } = props;
    const { volumes, mounts } = folders(props, wiring, files);
    const followed = [environment, files].filter((secret) => secret !== undefined);
    const path = (asked: string) => ({ path: asked, port: "http" });
    return deployment({
      name,
      namespace: this.namespace,
      labels: labelsOf(name),
      image: DeploySettings.of(this).image(props.image),
      user: props.user,
      replicas: props.replicas,
      autoscaled: autoscale !== undefined,
      overZones: true,
      resources: props.resources,
      account: name,
      token: props.rights.length > 0,
      command: props.command,
      args: props.args,
      env: Object.entries(wiring.env).map(([variable, value]) => ({ name: variable, value })),
      envFrom: environment ? [{ secretRef: { name: environment.name } }] : [],
      ports: { http: port, ...(metrics && metrics.port !== port ? { metrics: metrics.port } : {}) },
      started: path(health.started),
      ready: path(health.ready),
      alive: path(health.alive),
      startSeconds: health.startSeconds,
      graceSeconds: props.graceSeconds,
      drainSeconds: props.drainSeconds,
      annotations: {
        ...(followed.length > 0 ? restartOnChange(...followed) : {}),
        ...(Object.keys(config).length > 0 ? readsConfig(stableJson(config)) : {}),
      },
      volumes,
      mounts,
    });
  }

  /** Its acceptance test, once its pods are ready. */
  private accept(): void {
    const { name, namespace, user, acceptance, context } = this.props;
    if (acceptance) {
      new CustomResources(this, "Acceptance", {
        namespace,
        releaseName: `${name}-acceptance`,
        dependsOn: [this.objects.release.resource],
        objects: [
          acceptanceJob({
            ...acceptance,
            name,
            namespace,
            user,
            url: this.url,
            image: DeploySettings.of(this).image(acceptance.image),
            tested: stableJson({ objects: this.objects.objects }),
          }),
        ],
      });
      context.connect(acceptancePods(this.props), [this.server], "tests it");
    }
  }

  private connect(servers: readonly ServiceEndpoint[]): void {
    const { context, rights, googleServiceAccount, internet, outside } = this.props;
    const { pods } = this;
    context.connect(pods, servers, "uses it");
    if (rights.length > 0) {
      context.flows.allowApiServer(pods);
    }
    if (googleServiceAccount !== undefined) {
      const { end, ports } = metadataServer;
      context.flows.allow({ from: pods, to: end, ports, reason: "Workload Identity" });
    }
    if (internet || googleServiceAccount !== undefined) {
      const reason = internet ? "calls services on the internet" : "calls Google's APIs";
      context.flows.allow({ from: pods, to: publicAddresses, ports: [443], reason });
    }
    for (const { name, cidrs, ports } of outside) {
      context.flows.allow({ from: pods, to: { name, cidrs }, ports, reason: "calls it outside the platform" });
    }
  }
}
