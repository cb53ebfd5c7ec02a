import { fileURLToPath } from "node:url";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type LocalChart,
  placementOf,
  type Resources,
  readOnlyContainer,
  restrictedPod,
  serviceCertificate,
} from "../../kubernetes";
import { DeploySettings, type JsonObject, PlatformError, stableJson } from "../../terraform";
import { vaultAccess } from "../../vault";
import type { MetricsTarget, PodsEnd, QueryEngine, ServiceEndpoint, SqlDatabase, WebUi } from "../contracts";
import { mebibytes } from "../memory";
import { sparkJobAccount } from "../operators/spark";
import { present } from "../present";
import { restartOnChange } from "../restart";
import type { ServiceContext } from "../service-context";
import { type Lakehouse, lakehouseKeys, lakehouseResources } from "../spark/lakehouse";
import { sparkPodTemplate, sparkPorts } from "../spark/pods";
import { propertiesFile, type SparkProperties } from "../spark/properties";
import { vaultPods } from "../vault-pods";
import {
  type KyuubiAuthentication,
  type KyuubiEngines,
  type KyuubiLdap,
  kyuubiPorts,
  kyuubiProperties,
} from "./config";
import { type KyuubiRegistry, registryClientFolder, registryClientSecret } from "./registry";
import { clientImage, type KyuubiUsers, usersScript } from "./users";

/** Settings of {@link Kyuubi}. */
export interface KyuubiProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Gateways; several need a registry. */
  readonly replicas: number;
  /** What each gateway asks for; the engines it starts ask for their own. */
  readonly resources: Resources;
  /** How it knows who its user is. */
  readonly authentication: KyuubiAuthentication;
  /** With `LDAP`. @default - its settings come in `config` */
  readonly ldap?: KyuubiLdap & { readonly cidrs: readonly string[] };
  /** With `JDBC`: users that are made. @default - those that people add to the table */
  readonly users?: KyuubiUsers;
  /** Where its sessions, and its users with `JDBC`, are kept. */
  readonly database: SqlDatabase;
  /** Tables that its engines see. */
  readonly lakehouse: Lakehouse;
  readonly engines: KyuubiEngines;
  /** Namespace of the engines, one of the Spark operator's job namespaces. */
  readonly engineNamespace: INamespace;
  /**
   * Where several gateways find each other's engines.
   *
   * @default - one inside the only gateway: its engines are lost when it restarts
   */
  readonly registry?: KyuubiRegistry;
  /**
   * Name of the workload and start of its Services' names.
   *
   * @default "kyuubi-dbt"
   */
  readonly name?: string;
  /** Of gateways and engines. @default - the image of this project */
  readonly image?: string;
  /** User of the gateways. @default 10009 */
  readonly user?: number;
  /** Entries of `kyuubi-defaults.conf` beside those made here, over which they win. @default - none */
  readonly config?: SparkProperties;
  /**
   * Account that the gateways run as, which is there already.
   *
   * @default - one of their own, of the same name as the workload
   */
  readonly serviceAccount?: string;
  /**
   * Environment variables of the gateways from Kubernetes Secrets of their namespace, each `name#key`.
   *
   * @default - none
   */
  readonly environment?: { readonly [variable: string]: string };
  /**
   * What the account and those Secrets come from.
   *
   * @default - nothing to wait for
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The chart of this project; upstream's is in no repository. */
const kyuubiChart: LocalChart = {
  folder: fileURLToPath(new URL("../../../charts/kyuubi", import.meta.url)),
  version: "1.1.0",
};

/** Part of a gateway's memory that is heap; Spark's submission runs beside it. */
const heapShare = 0.5;

/** User of the gateways in the image. */
const kyuubiUser = 10009;

/**
 * A SQL gateway that starts Spark engines for its users.
 *
 * @see https://kyuubi.readthedocs.io/en/v1.12.0/deployment/kyuubi_on_kubernetes.html
 */
export class Kyuubi extends Construct {
  readonly name: string;
  readonly namespace: INamespace;
  readonly replicas: number;
  /** JDBC address for clients. */
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly release: ChartRelease;
  private readonly props: KyuubiProps;
  private readonly pods: PodsEnd;
  private readonly image: string;

  /** @throws PlatformError for several gateways without a registry */
  constructor(scope: Construct, id: string, props: KyuubiProps) {
    super(scope, id);
    this.props = props;
    this.name = props.name ?? "kyuubi-dbt";
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    this.image = props.image ?? DeploySettings.of(this).image(images.kyuubi);
    if (this.replicas > 1 && !props.registry) {
      throw new PlatformError(
        this,
        `there are ${this.replicas} gateways without a registry`,
        "give a registry: each gateway would start engines of its own for the same user",
      );
    }
    this.address = `jdbc:hive2://${this.host}:${kyuubiPorts.thrift}`;
    this.pods = {
      namespace: this.namespace,
      name: this.name,
      podLabels: { "app.kubernetes.io/name": "kyuubi", "app.kubernetes.io/instance": this.name },
    };
    this.server = { end: this.pods, port: kyuubiPorts.thrift };
    this.release = this.deliver();
    this.allowFlows();
  }

  private get host(): string {
    return `${this.name}-thrift-binary.${this.namespace.name}.svc`;
  }

  /**
   * The gateway as tools connect to it.
   *
   * @param user one of the users that are made; without, a tool brings its own
   */
  queryEngine(user?: string): QueryEngine {
    const { users } = this.props;
    return {
      name: this.name,
      dialect: "hive",
      host: this.host,
      port: kyuubiPorts.thrift,
      tls: false,
      database: "default",
      ...(user !== undefined && users && { user: { name: user, password: users.password(user) } }),
      server: this.server,
      resource: this.release.resource,
    };
  }

  get metrics(): readonly MetricsTarget[] {
    return [{ name: this.name, pods: this.pods, portName: "metrics", port: kyuubiPorts.metrics }];
  }

  /** Its page with sessions and engines; who opens it logs in as with SQL. */
  get webUis(): readonly WebUi[] {
    const service = { namespace: this.namespace.name, name: `${this.name}-rest`, port: kyuubiPorts.rest };
    const server = { end: this.pods, port: kyuubiPorts.rest };
    return [{ name: this.name, service, server, healthPath: "/ui/", login: "own" }];
  }

  private deliver(): ChartRelease {
    const { props } = this;
    const { context, engineNamespace, registry, users } = props;
    const environment = fromSecrets(props.environment ?? {});
    const engineKeys = this.engineKeys();
    const config = this.config(engineKeys);
    const certificate = `${this.name}-tls`;
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${this.name}-objects`,
      dependsOn: present(
        context.store(this.namespace).resource,
        context.store(engineNamespace).resource,
        context.certificates.resource,
      ),
      objects: [
        config.object,
        engineKeys.object,
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: context.certificates.issuer,
          dnsNames: [this.host],
        }),
      ],
    });
    const user = props.user ?? kyuubiUser;
    return new ChartRelease(this, "Release", {
      chart: kyuubiChart,
      namespace: this.namespace,
      releaseName: this.name,
      values: {
        image: this.image,
        replicas: this.replicas,
        configSecret: config.name,
        certificateSecret: certificate,
        registrySecret: registry ? registryClientSecret : undefined,
        registryFolder: registry ? registryClientFolder : undefined,
        users: users && {
          image: DeploySettings.of(this).image(clientImage(props.database)),
          secret: config.name,
          variables: Object.keys(users.variables),
          script: usersScript(props.database, users.names),
        },
        heapMebibytes: Math.floor(mebibytes(this, props.resources.limits.memory) * heapShare),
        resources: props.resources,
        podSecurityContext: restrictedPod(user),
        securityContext: readOnlyContainer,
        podAnnotations: restartOnChange(config, ...secretsOf(environment)),
        engineNamespace: engineNamespace.name,
        serviceAccount: props.serviceAccount,
        secretEnvironment: environment,
      },
      dependsOn: present(
        objects.release.resource,
        props.database.resource,
        registry?.resource,
        ...lakehouseResources(props.lakehouse),
        ...(props.dependsOn ?? []),
      ),
    });
  }

  /** The buckets' key pairs for the engines, in their own namespace. */
  private engineKeys() {
    const { context, lakehouse, engineNamespace } = this.props;
    return context.store(engineNamespace).externalSecret({
      name: `${this.name}-engine-s3`,
      data: lakehouseKeys(lakehouse),
      follows: { by: "nobody", reason: "an engine that runs keeps the old key pair until it ends" },
    });
  }

  private config(engineSecret: { readonly name: string; readonly keys: readonly string[] }) {
    const { context, users, ...props } = this.props;
    const properties = kyuubiProperties({
      ...props,
      name: this.name,
      engineAccount: sparkJobAccount,
      engineImage: this.image,
      engineSecret,
    });
    return context.store(this.namespace).externalSecret({
      name: `${this.name}-config`,
      data: { username: props.database.username, password: props.database.password, ...users?.variables },
      composed: {
        "kyuubi-defaults.conf": propertiesFile(properties),
        "driver.yaml": stableJson(this.engineTemplate("driver")),
        "executor.yaml": stableJson(this.engineTemplate("executor")),
      },
      follows: { by: "reloader" },
    });
  }

  private engineTemplate(role: "driver" | "executor"): JsonObject {
    // Only a driver looks into the registry.
    const registry = role === "driver" && this.props.registry !== undefined;
    return sparkPodTemplate({
      role,
      labels: engineLabels(this.name),
      volumes: registry ? [{ name: "registry", secret: { secretName: registryClientSecret } }] : [],
      mounts: registry ? [{ name: "registry", mountPath: registryClientFolder, readOnly: true }] : [],
      placement: placementOf(this, "memory"),
      usersOfNamespace: DeploySettings.of(this).openshift,
    });
  }

  private allowFlows(): void {
    const { pods } = this;
    const { context, database, serviceAccount, engineNamespace, registry, ldap } = this.props;
    const engines: PodsEnd = {
      namespace: engineNamespace,
      name: `${this.name}-engine`,
      podLabels: { ...engineLabels(this.name), "spark-role": "driver" },
    };
    context.flows.allowApiServer(pods);
    context.connect(pods, [database.server], "keeps its sessions");
    if (serviceAccount !== undefined) {
      context.flows.allow({
        from: pods,
        to: vaultPods(context.namespace(vaultAccess.namespace)),
        ports: [vaultAccess.port],
        reason: "may log in to Vault as its own service account",
      });
    }
    context.flows.allow({
      from: pods,
      to: engines,
      ports: [kyuubiPorts.thrift, sparkPorts.ui],
      reason: "hands queries on, shows the engine's page",
    });
    if (registry) {
      context.connect(pods, [registry.server], "finds engines of other gateways");
      context.connect(engines, [registry.server], "an engine says that it is ready");
    } else {
      context.flows.allow({
        from: engines,
        to: pods,
        ports: [kyuubiPorts.registry],
        reason: "an engine says that it is ready",
      });
    }
    if (this.replicas > 1) {
      context.flows.allow({ from: pods, to: pods, ports: [kyuubiPorts.rest], reason: "asks for batches of others" });
    }
    if (ldap) {
      const port = Number(new URL(ldap.url).port) || 636;
      const directory = { name: `${this.name}-ldap`, cidrs: ldap.cidrs };
      context.flows.allow({ from: pods, to: directory, ports: [port], reason: "asks who a user is" });
    }
  }
}

/** Labels of a gateway's engines, by which a flow finds them among other jobs. */
function engineLabels(name: string) {
  return { "app.kubernetes.io/name": "kyuubi-engine", "app.kubernetes.io/instance": name };
}

/** An environment variable of a pod that comes from a Kubernetes Secret, as the chart takes it. */
type SecretVariable = { readonly name: string; readonly secret: string; readonly key: string };

function fromSecrets(environment: { readonly [variable: string]: string }): readonly SecretVariable[] {
  return Object.entries(environment)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, reference]) => {
      const [secret = "", key = ""] = reference.split("#");
      return { name, secret, key };
    });
}

/** Each Secret once, in the order of their names. */
function secretsOf(environment: readonly SecretVariable[]): readonly { readonly name: string }[] {
  return [...new Set(environment.map(({ secret }) => secret))].sort().map((name) => ({ name }));
}
