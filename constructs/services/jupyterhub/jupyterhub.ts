import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type KubernetesObject,
  serviceCertificate,
} from "../../kubernetes";
import { type ExternalSecret, generated, keyOf, type SecretKey } from "../../secrets";
import { DeploySettings, type JsonObject } from "../../terraform";
import { isSparkConnect, type MetricsTarget, type ServiceEndpoint, type WebUi } from "../contracts";
import { present } from "../present";
import { publicAddresses } from "../public-addresses";
import { restartOnChange } from "../restart";
import { authenticationValues, providerFlow, secretValues } from "./authentication";
import { certificate, jupyterHubPods, name, passwordKey, ports, trustFile, trustFolder } from "./names";
import { notebookValues, notebookVariables, secretVariables, spawnerConfig } from "./notebook";
import type { JupyterHubProps } from "./props";

/** Group of the hub's image, which owns its volumes. */
const hubUser = 1000;

/** Traits by class. */
type Traits = { readonly [className: string]: JsonObject };

/**
 * JupyterHub: a notebook server for each person, with the engines of the environment in its environment variables.
 *
 * The hub keeps its state in the database; each person has a volume, which stays when the release goes. The chart makes the token
 * between hub and proxy itself and keeps it from one upgrade to the next: it takes none from a Secret of ours. All other keys
 * come from one.
 *
 * @see https://z2jh.jupyter.org/en/stable/resources/reference.html
 */
export class JupyterHub extends Construct {
  readonly namespace: INamespace;
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly webUi: WebUi;
  readonly metrics: MetricsTarget;
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: JupyterHubProps) {
    super(scope, id);
    this.namespace = props.namespace;
    const service = `${name}-proxy-public`;
    const hub = jupyterHubPods(this.namespace, "hub");
    this.address = `http://${service}.${this.namespace.name}.svc`;
    this.server = { end: jupyterHubPods(this.namespace, "proxy"), port: ports.proxy };
    this.webUi = {
      name,
      service: { namespace: this.namespace.name, name: service, port: 80 },
      server: this.server,
      healthPath: "/hub/health",
      login: "own",
    };
    this.metrics = { name, pods: hub, portName: "http", port: ports.hub, path: "/hub/metrics" };

    const { context, database } = props;
    const store = context.store(this.namespace);
    const keys = this.hubSecret(props);
    const environment = this.notebookSecret(props);
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(store.resource, context.certificates.resource),
      objects: [
        keys.object,
        ...(environment ? [environment.object] : []),
        ...spawnerRights(this.namespace),
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: context.certificates.issuer,
          dnsNames: [`${service}.${this.namespace.name}.svc`],
        }),
      ],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.jupyterhub,
      namespace: this.namespace,
      releaseName: name,
      values: this.values(props, keys, environment),
      dependsOn: present(objects.release.resource, database.resource, ...(props.dependsOn ?? [])),
    });
    this.allowFlows(props);
  }

  /** The Secret under the keys that the chart knows, in the place of its own. */
  private hubSecret({ context, authentication, database }: JupyterHubProps): ExternalSecret<string> {
    const made = context.secrets.secret(`${name}/hub`, { cookie: generated(64), state: generated(64) });
    const people: { readonly [key: string]: SecretKey } =
      authentication.kind === "passwords"
        ? Object.fromEntries(
            authentication.users.map((user) => [
              passwordKey(user),
              keyOf(context.secrets.secret(`${name}/users/${user}`, { password: generated(24) }), "password"),
            ]),
          )
        : { client_secret: authentication.clientSecret };
    return context.store(this.namespace).externalSecret({
      name: `${name}-hub-keys`,
      data: {
        cookie: keyOf(made, "cookie"),
        state: keyOf(made, "state"),
        "hub.db.password": database.password,
        ...people,
      },
      composed: {
        // Both are 32 bytes in hexadecimal digits.
        "hub.config.JupyterHub.cookie_secret": "{{ .cookie | sha256sum }}",
        "hub.config.CryptKeeper.keys": "{{ .state | sha256sum }}",
        ...secretValues(authentication),
      },
      follows: { by: "reloader" },
    });
  }

  /** Passwords of engines for notebooks, where engines have some. */
  private notebookSecret(props: JupyterHubProps): ExternalSecret<string> | undefined {
    const data = secretVariables(notebookVariables(props));
    return Object.keys(data).length === 0
      ? undefined
      : props.context.store(this.namespace).externalSecret({
          name: `${name}-notebook`,
          data,
          follows: { by: "reader", name: "the hub, which reads it for each server that it starts" },
        });
  }

  private values(
    props: JupyterHubProps,
    keys: ExternalSecret<string>,
    environment: ExternalSecret<string> | undefined,
  ) {
    const settings = DeploySettings.of(this);
    const { config, extraConfig } = authenticationValues(props.authentication);
    const { database, config: given = {} } = props;
    const tls = database.verifiedJdbcUrl ? `sslmode=verify-full&sslrootcert=${trustFile}` : "sslmode=require";
    const own: Traits = { ...config, KubeSpawner: spawnerConfig(props) };
    const classes = [...new Set([...Object.keys(given), ...Object.keys(own)])];
    return {
      fullnameOverride: name,
      rbac: { create: false },
      hub: {
        image: { name: settings.image("quay.io/jupyterhub/k8s-hub") },
        config: Object.fromEntries(classes.map((name) => [name, { ...given[name], ...own[name] }])),
        extraConfig,
        existingSecret: keys.name,
        activeServerLimit: props.servers,
        // Metrics tell numbers only; the path to them is closed by the policies like the rest of the hub.
        authenticatePrometheus: false,
        db: {
          type: "postgres",
          upgrade: true,
          url: `postgresql+psycopg2://${database.database}@${database.host}:${database.port}/${database.database}?${tls}`,
        },
        annotations: restartOnChange(keys),
        resources: props.hub,
        podSecurityContext: { runAsNonRoot: true, fsGroup: hubUser, seccompProfile: { type: "RuntimeDefault" } },
        extraVolumes: [
          { name: "trust", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } },
        ],
        extraVolumeMounts: [{ name: "trust", mountPath: trustFolder, readOnly: true }],
        networkPolicy: { enabled: false },
      },
      proxy: {
        service: { type: "ClusterIP" },
        chp: {
          image: { name: settings.image("quay.io/jupyterhub/configurable-http-proxy") },
          resources: props.proxy,
          networkPolicy: { enabled: false },
        },
        traefik: { networkPolicy: { enabled: false } },
      },
      singleuser: notebookValues(this, props, settings, environment?.name),
      scheduling: { userScheduler: { enabled: false }, userPlaceholder: { enabled: false } },
      // A hook before the release would pull images to all nodes, and Terraform would not see it.
      prePuller: { hook: { enabled: false }, continuous: { enabled: false } },
      cull: { enabled: true, timeout: props.culling.idle, maxAge: props.culling.maxAge },
    };
  }

  private allowFlows({
    context,
    database,
    authentication,
    queryEngines,
    sparkCluster,
    internet: open,
  }: JupyterHubProps): void {
    const { flows } = context;
    const hub = jupyterHubPods(this.namespace, "hub");
    const proxy = jupyterHubPods(this.namespace, "proxy");
    const notebook = jupyterHubPods(this.namespace, "singleuser-server");
    flows.allowApiServer(hub);
    context.connect(hub, [database.server], "keeps users and servers");
    flows.allow({ from: hub, to: proxy, ports: [ports.proxyApi], reason: "tells who is where" });
    flows.allow({ from: hub, to: notebook, ports: [ports.notebook], reason: "asks whether a server is up" });
    flows.allow({ from: proxy, to: hub, ports: [ports.hub], reason: "brings people to the hub" });
    flows.allow({ from: proxy, to: notebook, ports: [ports.notebook], reason: "brings people to their server" });
    flows.allow({ from: notebook, to: hub, ports: [ports.hub], reason: "asks who somebody is" });
    const provider = providerFlow(authentication);
    if (provider) {
      flows.allow({ from: hub, to: provider.end, ports: provider.ports, reason: "asks the provider who somebody is" });
    }
    context.connect(
      notebook,
      [
        ...queryEngines.map(({ server }) => server),
        ...(sparkCluster && isSparkConnect(sparkCluster) ? [sparkCluster.server] : []),
      ],
      "queries tables",
    );
    if (open) {
      flows.allow({
        from: notebook,
        to: publicAddresses,
        ports: [443],
        reason: "the environment opens it for notebooks",
      });
    }
  }
}

/** What the hub does to start and stop servers; the chart's own role could read every Secret of the namespace too. */
function spawnerRights(namespace: INamespace): readonly KubernetesObject[] {
  const metadata = { name: `${name}-hub`, namespace: namespace.name };
  const group = "rbac.authorization.k8s.io";
  return [
    {
      apiVersion: `${group}/v1`,
      kind: "Role",
      metadata,
      rules: [
        {
          apiGroups: [""],
          resources: ["pods", "persistentvolumeclaims"],
          verbs: ["get", "list", "watch", "create", "delete"],
        },
        { apiGroups: [""], resources: ["events"], verbs: ["get", "list", "watch"] },
      ],
    },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: group, kind: "Role", name: metadata.name },
      subjects: [{ kind: "ServiceAccount", name: `${name}-hub`, namespace: namespace.name }],
    },
  ];
}
