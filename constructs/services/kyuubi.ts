import { fileURLToPath } from "node:url";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { images } from "../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type KubernetesObject,
  type LocalChart,
  type Resources,
} from "../kubernetes";
import { DeploySettings } from "../terraform";
import { vaultAccess } from "../vault";
import type { HiveMetastore, PodsEnd, ServiceEndpoint, SqlDatabase } from "./contracts";
import { type KyuubiAuthentication, kyuubiConfig } from "./kyuubi-config";
import { mebibytes } from "./memory";
import { sparkJobAccount, sparkPods } from "./operators";
import { present } from "./present";
import { restartOnChange } from "./restart";
import type { ServiceContext } from "./service-context";
import { vaultPods } from "./vault-pods";

/** Settings of {@link Kyuubi}. */
export interface KyuubiProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Gateways. Each keeps its own sessions until a registry for them is wired. */
  readonly replicas: number;
  /** What each gateway asks for; the engines it starts ask for their own. */
  readonly resources: Resources;
  /** How it knows who its user is. */
  readonly authentication: KyuubiAuthentication;
  /** Where its sessions, and its users with `JDBC`, are kept. */
  readonly database: SqlDatabase;
  /** Tables that its engines see. */
  readonly catalog: HiveMetastore;
  /** Namespace of the engines, one of the Spark operator's job namespaces. */
  readonly engineNamespace: INamespace;
  /**
   * Name of the workload and start of its Services' names.
   *
   * @default "kyuubi-dbt"
   */
  readonly name?: string;
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
  folder: fileURLToPath(new URL("../../charts/kyuubi", import.meta.url)),
  version: "1.0.0",
};

/** Port of the protocol of HiveServer2. */
const port = 10009;

/** Port of the registry inside the gateway, where an engine says that it is ready. */
const registryPort = 2181;

/** Part of a gateway's memory that is heap; Spark's submission runs beside it. */
const heapShare = 0.5;

/**
 * A SQL gateway that starts a Spark engine for each user.
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

  constructor(scope: Construct, id: string, props: KyuubiProps) {
    super(scope, id);
    this.name = props.name ?? "kyuubi-dbt";
    this.namespace = props.namespace;
    this.replicas = props.replicas;
    this.address = `jdbc:hive2://${this.name}-thrift-binary.${this.namespace.name}.svc:${port}`;
    const pods: PodsEnd = {
      namespace: this.namespace,
      name: this.name,
      podLabels: { "app.kubernetes.io/name": "kyuubi", "app.kubernetes.io/instance": this.name },
    };
    this.server = { end: pods, port };

    const { context } = props;
    const environment = fromSecrets(props.environment ?? {});
    const bucketKeys = this.bucketKeys(props);
    const config = this.config(props, bucketKeys.name);
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${this.name}-objects`,
      dependsOn: [context.store(this.namespace).resource, context.store(props.engineNamespace).resource],
      objects: [config.object, bucketKeys.object],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: kyuubiChart,
      namespace: this.namespace,
      releaseName: this.name,
      values: {
        image: DeploySettings.of(this).image(images.kyuubi),
        replicas: this.replicas,
        configSecret: config.name,
        heapMebibytes: Math.floor(mebibytes(this, props.resources.limits.memory) * heapShare),
        resources: props.resources,
        podAnnotations: restartOnChange(config, ...secretsOf(environment)),
        engineNamespace: props.engineNamespace.name,
        serviceAccount: props.serviceAccount,
        secretEnvironment: environment,
      },
      dependsOn: present(
        objects.release.resource,
        props.database.resource,
        props.catalog.resource,
        ...(props.dependsOn ?? []),
      ),
    });
    context.flows.allowApiServer(pods);
    context.connect(pods, [props.database.server], "keeps its sessions");
    if (props.serviceAccount !== undefined) {
      context.flows.allow({
        from: pods,
        to: vaultPods(context.namespace(vaultAccess.namespace)),
        ports: [vaultAccess.port],
        reason: "may log in to Vault as its own service account",
      });
    }
    context.flows.allow({
      from: sparkPods(props.engineNamespace, "driver"),
      to: pods,
      ports: [registryPort],
      reason: "an engine says that it is ready",
    });
  }

  /** The key pair of the tables' bucket for the engines, in their own namespace. */
  private bucketKeys({ context, catalog, engineNamespace }: KyuubiProps): { name: string; object: KubernetesObject } {
    return context.store(engineNamespace).externalSecret({
      name: `${this.name}-engine-s3`,
      data: { AWS_ACCESS_KEY_ID: catalog.bucket.accessKeyId, AWS_SECRET_ACCESS_KEY: catalog.bucket.secretAccessKey },
      follows: { by: "nobody", reason: "an engine that runs keeps the old key pair until it ends" },
    });
  }

  private config({ context, ...props }: KyuubiProps, bucketSecret: string) {
    const text = kyuubiConfig({
      authentication: props.authentication,
      database: props.database,
      catalog: props.catalog,
      engine: {
        namespace: props.engineNamespace.name,
        serviceAccount: sparkJobAccount,
        image: DeploySettings.of(this).image(images.spark),
        bucketSecret,
      },
    });
    return context.store(this.namespace).externalSecret({
      name: `${this.name}-config`,
      data: { username: props.database.username, password: props.database.password },
      composed: { "kyuubi-defaults.conf": text },
      follows: { by: "reloader" },
    });
  }
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
