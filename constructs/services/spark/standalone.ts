import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  CustomResources,
  clusterService,
  deployment,
  disruptionBudget,
  type INamespace,
  type KubernetesObject,
  placementOf,
  type Resources,
  serviceLabels,
  statefulSet,
  type WorkloadProps,
} from "../../kubernetes";
import { generated, keyOf, type SecretKey } from "../../secrets";
import { DeploySettings, PlatformError } from "../../terraform";
import type { MetricsTarget, PodsEnd, ServiceEndpoint, SparkCluster, WebUi } from "../contracts";
import { mebibytes } from "../memory";
import { present } from "../present";
import { restartOnChange } from "../restart";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import {
  type Lakehouse,
  lakehouseAnnotations,
  lakehouseCatalogs,
  lakehouseKeys,
  lakehouseProperties,
  lakehouseResources,
  lakehouseSigners,
  lakehouseStores,
} from "./lakehouse";
import { scratchMounts, scratchVolumes, sparkConfFolder, sparkHome, sparkPorts, sparkUser } from "./pods";
import { metricsProperties, privateConnections, propertiesFile, type SparkProperties } from "./properties";

/** Settings of {@link SparkStandalone}. */
export interface SparkStandaloneProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly lakehouse: Lakehouse;
  /** What the master asks for. */
  readonly master: Resources;
  readonly workers: {
    /** 0: there is no cluster, and the client computes in its own process. */
    readonly replicas: number;
    /** Cores that a worker gives to executors. */
    readonly cores: number;
    /** Memory of a worker that its executors share, in mebibytes. */
    readonly memoryMebibytes: number;
    /** What each worker asks for: more memory than its executors share, for its own process and what is beside heaps. */
    readonly resources: Resources;
  };
  /**
   * A pod in which people run `spark-sql`, `spark-shell` and `spark-submit`.
   *
   * @default - none
   */
  readonly client?: Resources;
  /** @default - the image of this project */
  readonly image?: string;
  /** User of the pods. @default 1000 */
  readonly user?: number;
  /** Entries of `spark-defaults.conf` beside those made here, over which they win. @default - none */
  readonly config?: SparkProperties;
}

const ports = {
  /** Of the master, for workers and drivers. */
  master: 7077,
  masterUi: 8080,
  /** Of a worker, for the master. */
  worker: 7078,
  workerUi: 8081,
} as const;

/** Part of a daemon's or a client's memory that is heap. */
const heapShare = 0.5;

/**
 * A Spark cluster of its own: a master, workers, and a client for people. Who talks to the master proves that it knows the
 * cluster's secret, and what they say is encrypted; executors of all applications run as one user in the workers' pods.
 *
 * @see https://spark.apache.org/docs/3.5.8/spark-standalone.html
 */
export class SparkStandalone extends Construct {
  readonly namespace: INamespace;
  /** Where code is sent to; undefined without workers. */
  readonly cluster?: SparkCluster;
  readonly objects: CustomResources;
  private readonly props: SparkStandaloneProps;
  private readonly image: string;

  /** @throws PlatformError when there would be no pod at all */
  constructor(scope: Construct, id: string, props: SparkStandaloneProps) {
    super(scope, id);
    this.props = props;
    this.namespace = props.namespace;
    this.image = props.image ?? DeploySettings.of(this).image(images.sparkIceberg);
    const { context, namespace, lakehouse, workers } = props;
    const clustered = workers.replicas > 0;
    if (!clustered && !props.client) {
      throw new PlatformError(this, "there are neither workers nor a client", "give at least one worker or a client");
    }
    const secret = context.secrets.secret("spark", { secret: generated() });
    const authentication = keyOf(secret, "secret");
    const store = context.store(namespace);
    const config = store.externalSecret({
      name: "spark-config",
      data: { secret: authentication },
      composed: { "spark-defaults.conf": propertiesFile(this.properties(clustered)) },
      follows: { by: "reloader" },
    });
    const keys = lakehouseKeys(lakehouse);
    const environment =
      Object.keys(keys).length > 0
        ? store.externalSecret({ name: "spark-environment", data: keys, follows: { by: "reloader" } })
        : undefined;
    const common = {
      namespace,
      image: this.image,
      user: props.user ?? sparkUser,
      account: "spark",
      annotations: restartOnChange(...[config, environment].filter((each) => each !== undefined)),
      envFrom: environment ? [{ secretRef: { name: environment.name } }] : [],
      volumes: [
        ...scratchVolumes,
        {
          name: "config",
          secret: { secretName: config.name, items: [{ key: "spark-defaults.conf", path: "spark-defaults.conf" }] },
        },
      ],
      mounts: [...scratchMounts, { name: "config", mountPath: sparkConfFolder, readOnly: true }],
    };
    this.objects = new CustomResources(this, "Objects", {
      namespace,
      releaseName: "spark",
      wait: true,
      dependsOn: present(store.resource, ...lakehouseResources(lakehouse)),
      objects: [
        tokenlessAccount(
          "spark",
          namespace,
          lakehouseAnnotations(lakehouse, { namespace: namespace.name, serviceAccount: "spark" }),
        ),
        config.object,
        ...(environment ? [environment.object] : []),
        ...(clustered ? [...this.master(common), ...this.workers(common)] : []),
        ...(props.client ? [this.client(common, props.client)] : []),
      ],
    });
    this.connectClient();
    this.cluster = clustered ? this.connectCluster(authentication) : undefined;
  }

  /** Pages of the master; those of workers and applications are shown through it. */
  get webUis(): readonly WebUi[] {
    if (!this.cluster) {
      return [];
    }
    const service = { namespace: this.namespace.name, name: "spark-master", port: ports.masterUi };
    const server = { end: this.pods("master"), port: ports.masterUi };
    return [{ name: "spark", service, server, healthPath: "/", login: "none" }];
  }

  get metrics(): readonly MetricsTarget[] {
    const target = (part: "master" | "worker", port: number, path: string): MetricsTarget => ({
      name: `spark-${part}`,
      pods: this.pods(part),
      portName: "ui",
      port,
      path,
    });
    return this.cluster
      ? [
          target("master", ports.masterUi, "/metrics/master/prometheus/"),
          target("worker", ports.workerUi, "/metrics/prometheus/"),
        ]
      : [];
  }

  private properties(clustered: boolean): SparkProperties {
    return {
      ...(clustered && {
        "spark.master": `spark://${this.host}:${ports.master}`,
        "spark.authenticate.secret": "{{ .secret }}",
        ...privateConnections,
        "spark.worker.cleanup.enabled": "true",
        // A restarted master has another address: workers look it up by name again.
        "spark.worker.preferConfiguredMasterAddress": "true",
        "spark.ui.reverseProxy": "true",
        // Else one application holds all cores until it ends.
        "spark.deploy.defaultCores": "2",
      }),
      "spark.driver.port": String(sparkPorts.driver),
      "spark.driver.blockManager.port": String(sparkPorts.blocks),
      "spark.blockManager.port": String(sparkPorts.blocks),
      ...metricsProperties,
      ...lakehouseProperties(this.props.lakehouse),
      ...this.props.config,
    };
  }

  private get host(): string {
    return `spark-master.${this.namespace.name}.svc`;
  }

  private master(common: CommonWorkload): readonly KubernetesObject[] {
    const labels = serviceLabels("spark", "master");
    const name = "spark-master";
    return [
      statefulSet({
        ...common,
        name,
        labels,
        replicas: 1,
        resources: this.props.master,
        command: daemon("org.apache.spark.deploy.master.Master"),
        args: ["--host", "$(POD_IP)", "--port", String(ports.master), "--webui-port", String(ports.masterUi)],
        env: this.environment(this.props.master),
        ports: { spark: ports.master, ui: ports.masterUi },
        ready: { path: "/", port: "ui" },
      }),
      clusterService({ name, namespace: this.namespace, labels, ports: { spark: ports.master, ui: ports.masterUi } }),
    ];
  }

  private workers(common: CommonWorkload): readonly KubernetesObject[] {
    const { replicas, cores, memoryMebibytes, resources } = this.props.workers;
    const workload = {
      name: "spark-worker",
      namespace: this.namespace,
      labels: serviceLabels("spark", "worker"),
      replicas,
    };
    return [
      deployment({
        ...common,
        ...workload,
        placement: placementOf(this, "memory"),
        resources,
        command: daemon("org.apache.spark.deploy.worker.Worker"),
        args: [
          ...["--host", "$(POD_IP)", "--port", String(ports.worker), "--webui-port", String(ports.workerUi)],
          ...["--cores", String(cores), "--memory", `${memoryMebibytes}M`, "--work-dir", `${sparkHome}/work-dir`],
          `spark://${this.host}:${ports.master}`,
        ],
        env: this.environment(resources, memoryMebibytes),
        ports: {
          worker: ports.worker,
          ui: ports.workerUi,
          ...Object.fromEntries(this.blockPorts.map((port, index) => [`blocks-${index}`, port])),
        },
        ready: { path: "/", port: "ui" },
      }),
      ...disruptionBudget(workload),
    ];
  }

  /** Executors of one worker take ports from the first on; there are never more of them than cores. */
  private get blockPorts(): readonly number[] {
    return Array.from({ length: this.props.workers.cores }, (_, index) => sparkPorts.blocks + index);
  }

  private client(common: CommonWorkload, resources: Resources): KubernetesObject {
    return deployment({
      ...common,
      name: "spark-iceberg-client",
      labels: serviceLabels("spark", "client"),
      replicas: 1,
      resources,
      command: ["/usr/bin/tini", "--", "sleep", "infinity"],
      env: this.environment(resources),
      ports: { driver: sparkPorts.driver, blocks: sparkPorts.blocks, ui: sparkPorts.ui },
      ready: { command: ["test", "-r", `${sparkConfFolder}/spark-defaults.conf`] },
      graceSeconds: 5,
    });
  }

  /** @param others mebibytes that are not for this process */
  private environment(resources: Resources, others = 0) {
    const heap = Math.floor((mebibytes(this, resources.limits.memory) - others) * heapShare);
    return [
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      // A pod's own name is known to itself only.
      { name: "SPARK_LOCAL_HOSTNAME", value: "$(POD_IP)" },
      { name: "SPARK_DAEMON_MEMORY", value: `${heap}m` },
      { name: "SPARK_DRIVER_MEMORY", value: `${heap}m` },
      { name: "SPARK_CONF_DIR", value: sparkConfFolder },
    ];
  }

  private pods(part: "master" | "worker" | "client"): PodsEnd {
    const name = part === "client" ? "spark-iceberg-client" : `spark-${part}`;
    return { namespace: this.namespace, name, podLabels: serviceLabels("spark", part) };
  }

  private connectClient(): void {
    const { context, lakehouse, client } = this.props;
    const servers = [...lakehouseCatalogs(lakehouse), ...lakehouseStores(lakehouse)];
    if (client) {
      context.connect(this.pods("client"), servers, "looks up, reads and writes tables");
    }
  }

  private connectCluster(secret: SecretKey): SparkCluster {
    const { context, lakehouse, client } = this.props;
    const { flows } = context;
    const [master, worker] = [this.pods("master"), this.pods("worker")];
    const blocks = this.blockPorts;
    flows.allow({ from: worker, to: master, ports: [ports.master], reason: "registers and reports" });
    flows.allow({
      from: master,
      to: worker,
      ports: [ports.worker, ports.workerUi],
      reason: "starts executors, shows pages",
    });
    flows.allow({ from: worker, to: worker, ports: blocks, reason: "shuffles" });
    context.connect(worker, [...lakehouseSigners(lakehouse), ...lakehouseStores(lakehouse)], "reads and writes tables");
    const server: ServiceEndpoint = { end: master, port: ports.master };
    const admit = (pods: PodsEnd): void => {
      flows.allow({ from: pods, to: master, ports: [ports.master], reason: "sends code" });
      flows.allow({ from: pods, to: worker, ports: blocks, reason: "results of tasks" });
      flows.allow({
        from: master,
        to: pods,
        ports: [sparkPorts.driver, sparkPorts.ui],
        reason: "answers, shows pages",
      });
      flows.allow({
        from: worker,
        to: pods,
        ports: [sparkPorts.driver, sparkPorts.blocks],
        reason: "report to their driver",
      });
    };
    if (client) {
      admit(this.pods("client"));
    }
    const resource = this.objects.release.resource;
    return { url: `spark://${this.host}:${ports.master}`, server, secret, admit, resource };
  }
}

/** What all workloads of the cluster have in common. */
type CommonWorkload = Pick<
  WorkloadProps,
  "namespace" | "image" | "user" | "account" | "annotations" | "envFrom" | "volumes" | "mounts"
>;

function daemon(mainClass: string): readonly string[] {
  return [`${sparkHome}/bin/spark-class`, mainClass];
}
