import { Construct } from "constructs";
import { images } from "../../../charts";
import {
  CustomResources,
  clusterService,
  deployment,
  type INamespace,
  type KubernetesObject,
  placementOf,
  type Resources,
  serviceLabels,
} from "../../kubernetes";
import { DeploySettings, type JsonObject, stableJson } from "../../terraform";
import type { MetricsTarget, PodsEnd, ServiceEndpoint, SparkCluster } from "../contracts";
import { mebibytes } from "../memory";
import { present } from "../present";
import { readsConfig, restartOnChange } from "../restart";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import { type ExecutorSettings, executorProperties } from "./executors";
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
import {
  scratchMounts,
  scratchVolumes,
  sparkConfFolder,
  sparkHome,
  sparkPodTemplate,
  sparkPorts,
  sparkUser,
} from "./pods";
import { metricsProperties, privateConnections, propertiesFile, type SparkProperties } from "./properties";

/** Settings of {@link SparkConnect}. */
export interface SparkConnectProps {
  readonly context: ServiceContext;
  /** Of the server and its executors, with nothing else in it: who sends code may read what the server may. */
  readonly namespace: INamespace;
  readonly lakehouse: Lakehouse;
  /** What the server asks for; it is the driver of all sessions. */
  readonly resources: Resources;
  readonly executors: ExecutorSettings;
  /** @default - the image of this project */
  readonly image?: string;
  /** User of the pods. @default 1000 */
  readonly user?: number;
  /** Entries of `spark-defaults.conf` beside those made here, over which they win. @default - none */
  readonly config?: SparkProperties;
}

const name = "spark-connect";

/** Port of the protocol, gRPC. */
const port = 15002;

/** Part of the server's memory that is heap. */
const heapShare = 0.7;

/** What the server may do in its namespace: start executors, and no more of them than their description. */
const rules = ["pods", "configmaps"].map((resource) => ({
  apiGroups: [""],
  resources: [resource],
  verbs: ["create", "get", "list", "watch", "patch", "delete", "deletecollection"],
}));

/**
 * A Spark Connect server, to which thin clients in Python, Scala or Go send queries.
 *
 * A Deployment and not the operator's `SparkConnect`, which makes a pod without an owner that restarts it or takes over a
 * changed setting. Spark 3.5 checks no user: the flows decide who may send code.
 *
 * @see https://spark.apache.org/docs/3.5.8/spark-connect-overview.html
 */
export class SparkConnect extends Construct {
  readonly namespace: INamespace;
  readonly cluster: SparkCluster;
  readonly server: ServiceEndpoint;
  readonly objects: CustomResources;
  private readonly pods: PodsEnd;
  private readonly executors: PodsEnd;

  constructor(scope: Construct, id: string, props: SparkConnectProps) {
    super(scope, id);
    const { context, namespace, lakehouse } = props;
    this.namespace = namespace;
    this.pods = { namespace, name, podLabels: serviceLabels(name, "server") };
    this.executors = { namespace, name: `${name}-executor`, podLabels: serviceLabels(name, "executor") };
    this.server = { end: this.pods, port };
    const store = context.store(namespace);
    const keys = lakehouseKeys(lakehouse);
    const environment =
      Object.keys(keys).length > 0
        ? store.externalSecret({ name: `${name}-environment`, data: keys, follows: { by: "reloader" } })
        : undefined;
    const config = this.config(props, environment?.name, Object.keys(keys));
    this.objects = new CustomResources(this, "Objects", {
      namespace,
      releaseName: name,
      wait: true,
      dependsOn: present(store.resource, ...lakehouseResources(lakehouse)),
      objects: [
        tokenlessAccount(
          name,
          namespace,
          lakehouseAnnotations(lakehouse, { namespace: namespace.name, serviceAccount: name }),
        ),
        ...access(namespace),
        ...(environment ? [environment.object] : []),
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name, namespace: namespace.name, labels: serviceLabels(name) },
          data: config,
        },
        clusterService({
          name,
          namespace,
          labels: serviceLabels(name, "server"),
          ports: { grpc: port, ui: sparkPorts.ui },
        }),
        this.deployment(props, environment, config),
      ],
    });
    this.connect(context, lakehouse);
    this.cluster = {
      url: `sc://${name}.${namespace.name}.svc:${port}`,
      server: this.server,
      admit: (pods) => context.connect(pods, [this.server], "sends queries"),
      resource: this.objects.release.resource,
    };
  }

  get metrics(): readonly MetricsTarget[] {
    return [{ name, pods: this.pods, portName: "ui", port: sparkPorts.ui, path: "/metrics/prometheus/" }];
  }

  private config(props: SparkConnectProps, secret: string | undefined, variables: readonly string[]) {
    const template = sparkPodTemplate({
      role: "executor",
      user: props.user,
      labels: serviceLabels(name, "executor"),
      placement: placementOf(this, "memory"),
      usersOfNamespace: DeploySettings.of(this).openshift,
    });
    const properties: SparkProperties = {
      "spark.master": "k8s://https://kubernetes.default.svc",
      "spark.kubernetes.namespace": this.namespace.name,
      "spark.kubernetes.container.image": this.image(props),
      "spark.kubernetes.executor.podTemplateFile": `${sparkConfFolder}/executor.yaml`,
      "spark.kubernetes.executor.podNamePrefix": name,
      // The account of the server, so that executors open the buckets as it does; they get no token of Kubernetes.
      "spark.kubernetes.authenticate.executor.serviceAccountName": name,
      "spark.kubernetes.driver.ownPersistentVolumeClaim": "false",
      "spark.kubernetes.driver.reusePersistentVolumeClaim": "false",
      "spark.driver.bindAddress": "0.0.0.0",
      "spark.driver.port": String(sparkPorts.driver),
      "spark.driver.blockManager.port": String(sparkPorts.blocks),
      "spark.blockManager.port": String(sparkPorts.blocks),
      "spark.connect.grpc.binding.port": String(port),
      ...executorProperties(props.executors),
      ...Object.fromEntries(
        variables.map((variable) => [`spark.kubernetes.executor.secretKeyRef.${variable}`, `${secret}:${variable}`]),
      ),
      ...privateConnections,
      ...metricsProperties,
      ...lakehouseProperties(props.lakehouse),
      ...props.config,
    };
    // JSON is YAML, and keeps one order of its keys.
    return { "spark-defaults.conf": propertiesFile(properties), "executor.yaml": stableJson(template) };
  }

  private image({ image }: SparkConnectProps): string {
    return image ?? DeploySettings.of(this).image(images.sparkIceberg);
  }

  private deployment(
    props: SparkConnectProps,
    environment: { readonly name: string } | undefined,
    config: { readonly [file: string]: string },
  ): KubernetesObject {
    const fromPod = (field: string): JsonObject => ({ valueFrom: { fieldRef: { fieldPath: field } } });
    return deployment({
      name,
      namespace: this.namespace,
      labels: serviceLabels(name, "server"),
      image: this.image(props),
      user: props.user ?? sparkUser,
      // Sessions live in one server: clients of a second one would not find theirs.
      replicas: 1,
      resources: props.resources,
      account: name,
      token: true,
      placement: placementOf(this, "memory"),
      command: [`${sparkHome}/sbin/start-connect-server.sh`],
      args: [
        ...["--conf", "spark.driver.host=$(POD_IP)"],
        // Executors belong to this pod, and end with it.
        ...["--conf", "spark.kubernetes.driver.pod.name=$(POD_NAME)"],
      ],
      env: [
        { name: "POD_IP", ...fromPod("status.podIP") },
        { name: "POD_NAME", ...fromPod("metadata.name") },
        { name: "SPARK_CONF_DIR", value: sparkConfFolder },
        { name: "SPARK_NO_DAEMONIZE", value: "true" },
        ...["LOG", "PID"].map((what) => ({ name: `SPARK_${what}_DIR`, value: "/tmp/spark" })),
        {
          name: "SPARK_DRIVER_MEMORY",
          value: `${Math.floor(mebibytes(this, props.resources.limits.memory) * heapShare)}m`,
        },
      ],
      envFrom: environment ? [{ secretRef: { name: environment.name } }] : [],
      ports: { grpc: port, driver: sparkPorts.driver, blocks: sparkPorts.blocks, ui: sparkPorts.ui },
      ready: { port: "grpc" },
      annotations: {
        ...(environment ? restartOnChange(environment) : {}),
        ...readsConfig(stableJson(config)),
      },
      volumes: [...scratchVolumes, { name: "config", configMap: { name } }],
      mounts: [...scratchMounts, { name: "config", mountPath: sparkConfFolder, readOnly: true }],
    });
  }

  private connect(context: ServiceContext, lakehouse: Lakehouse): void {
    const { flows } = context;
    const { pods, executors } = this;
    flows.allowApiServer(pods);
    flows.allow({
      from: executors,
      to: pods,
      ports: [sparkPorts.driver, sparkPorts.blocks],
      reason: "executors report to their driver",
    });
    flows.allow({ from: pods, to: executors, ports: [sparkPorts.blocks], reason: "results of tasks" });
    flows.allow({ from: executors, to: executors, ports: [sparkPorts.blocks], reason: "shuffles" });
    const stores = lakehouseStores(lakehouse);
    context.connect(pods, [...lakehouseCatalogs(lakehouse), ...stores], "looks up and writes tables");
    context.connect(executors, [...lakehouseSigners(lakehouse), ...stores], "reads and writes tables");
  }
}

function access(namespace: INamespace): readonly KubernetesObject[] {
  const metadata = { name, namespace: namespace.name };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion, kind: "Role", metadata, rules },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace: namespace.name }],
    },
  ];
}
