import { Construct } from "constructs";
import { images } from "../../../charts";
import { CustomResources, type INamespace, idOf, type KubernetesObject, placementOf } from "../../kubernetes";
import { DeploySettings, PlatformError } from "../../terraform";
import type {
  BrokerUser,
  Catalog,
  MetricsTarget,
  PodsEnd,
  S3Bucket,
  SchemaRegistry,
  ServiceEndpoint,
  WebUi,
} from "../contracts";
import { flinkOperatorPods, operatorNamespaces } from "../operators";
import { present } from "../present";
import { keepData } from "../retention";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import { flinkAlerts } from "./alerts";
import { type FlinkConfig, flinkPorts } from "./configuration";
import { type FlinkJob, type FlinkPart, flinkDeployment, taskManagersOf } from "./deployment-object";
import { type FlinkWiring, wireFlink } from "./wiring";

/** Settings of {@link Flink}. */
export interface FlinkProps {
  readonly context: ServiceContext;
  /** One of its own with `highAvailability`: the code of jobs may then read and change the ConfigMaps of the namespace. */
  readonly namespace: INamespace;
  readonly jobManager: FlinkPart;
  readonly taskManager: FlinkPart;
  /** Jobs' tasks that a task manager takes at a time. */
  readonly slots: number;
  /** Flink's own settings, of all clusters. */
  readonly config: FlinkConfig;
  /**
   * Whether a job manager that is lost is followed by one that goes on with its jobs. Leaders are chosen by ConfigMaps; without
   * it the pods have no right at the Kubernetes API at all.
   *
   * @default true
   */
  readonly highAvailability?: boolean;
  /**
   * Whether who reaches the web page may send code by it, and FlinkSessionJobs may. Flink itself asks nobody for a password.
   *
   * @default false
   */
  readonly webSubmit?: boolean;
  /** Jobs with a cluster of their own, by name. */
  readonly jobs: { readonly [name: string]: FlinkJob };
  /** Where checkpoints, savepoints and the clusters' own state are kept. */
  readonly bucket: S3Bucket;
  readonly catalogs: readonly Catalog[];
  /** @default - no broker */
  readonly kafka?: BrokerUser;
  /** @default - none */
  readonly schemaRegistry?: SchemaRegistry;
  /**
   * Image of the session cluster in the place of the usual one.
   *
   * @default - upstream's, from the environment's registry
   */
  readonly image?: string;
  /**
   * Exact version of Flink in the images, which their plug-ins have in their names.
   *
   * @default "1.20.4"
   */
  readonly version?: string;
}

const name = "flink";

/** Version in the usual image. */
export const flinkImageVersion = "1.20.4";

/** Account of all pods. */
const account = "flink";

/**
 * Flink by its Kubernetes operator: a session cluster to which jobs are sent, and jobs with a cluster of their own.
 *
 * All state is in the object store, so that pods have no volumes and a new one goes on where the last one was.
 *
 * @see https://nightlies.apache.org/flink/flink-kubernetes-operator-docs-release-1.15/
 */
export class Flink extends Construct {
  readonly namespace: INamespace;
  /** The session cluster's REST interface and web page. */
  readonly address: string;
  /** The session cluster's job manager: for calls, and its web page. */
  readonly rpc: ServiceEndpoint;
  readonly server: ServiceEndpoint;
  readonly webUi: WebUi;
  readonly metrics: MetricsTarget;
  readonly cluster: CustomResources;
  private readonly wiring: FlinkWiring;
  private readonly highAvailability: boolean;

  /** @throws PlatformError for a job with the name of the session cluster, and for several job managers that choose no leader */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: FlinkProps,
  ) {
    super(scope, id);
    const { context } = props;
    this.namespace = props.namespace;
    if (name in props.jobs) {
      throw new PlatformError(this, `a job is named "${name}" like the session cluster`, "give it another name");
    }
    this.highAvailability = props.highAvailability ?? true;
    if (props.jobManager.replicas > 1 && !this.highAvailability) {
      throw new PlatformError(
        this,
        `there are ${props.jobManager.replicas} job managers without highAvailability`,
        "use one, or let them choose a leader",
      );
    }
    const jobManager = this.pods(name, "jobmanager");
    this.rpc = { end: jobManager, port: flinkPorts.rpc };
    this.server = { end: jobManager, port: flinkPorts.rest };
    const service = { namespace: this.namespace.name, name: `${name}-rest`, port: flinkPorts.rest };
    this.address = `http://${service.name}.${service.namespace}.svc:${service.port}`;
    this.webUi = { name, service, server: this.server, healthPath: "/config", login: "none" };
    const all = this.allPods();
    this.metrics = { name, pods: all, portName: "metrics", port: flinkPorts.metrics, alerts: flinkAlerts };
    this.wiring = wireFlink({ ...props, namespace: this.namespace });

    this.allowFlows(all);
    const store = context.store(this.namespace);
    this.cluster = new CustomResources(this, "Cluster", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(
        store.resource,
        context.certificates.resource,
        props.bucket.store.resource,
        props.kafka?.resource,
        props.schemaRegistry?.resource,
        ...props.catalogs.map(({ resource }) => resource),
        // The operator asks a job manager before it clears the finalizer of a cluster.
        ...context.flows.policies,
      ),
      objects: [
        ...(this.highAvailability ? leaderRights(this.namespace.name) : [tokenlessAccount(account, this.namespace)]),
        ...this.wiring.objects,
        this.session(),
      ],
    });
    for (const [job, settings] of Object.entries(props.jobs)) {
      new CustomResources(this, `${idOf(job)}Job`, {
        namespace: this.namespace,
        releaseName: `${name}-job-${job}`,
        dependsOn: [this.cluster.release.resource],
        objects: [this.application(job, settings)],
      });
    }
  }

  private session(): KubernetesObject {
    const { jobManager, taskManager } = this.props;
    return flinkDeployment({
      ...this.common(name),
      image: DeploySettings.of(this).image(this.props.image ?? images.flink),
      jobManager,
      taskManager,
      webSubmit: this.props.webSubmit ?? false,
      config: this.props.config,
    });
  }

  private application(jobName: string, job: FlinkJob): KubernetesObject {
    return flinkDeployment({
      ...this.common(jobName),
      image: DeploySettings.of(this).image(job.image),
      jobManager: { replicas: 1, resources: job.jobManager },
      taskManager: { replicas: taskManagersOf(job, this.props.slots), resources: job.taskManager },
      webSubmit: false,
      config: { ...this.props.config, ...job.config },
      job,
    });
  }

  private common(deployment: string) {
    return {
      name: deployment,
      namespace: this.namespace.name,
      // Whoever removes the object removes the record of its last checkpoint.
      annotations: keepData(this),
      version: this.props.version ?? flinkImageVersion,
      account,
      highAvailability: this.highAvailability,
      slots: this.props.slots,
      wiring: this.wiring,
      placement: placementOf(this, "compute"),
    };
  }

  private pods(deployment: string, component: "jobmanager" | "taskmanager"): PodsEnd {
    return { namespace: this.namespace, name: `${deployment}-${component}`, podLabels: { app: deployment, component } };
  }

  /** Pods of all clusters, by the label that the operator gives them. */
  private allPods(): PodsEnd {
    return { namespace: this.namespace, name, podLabels: { type: "flink-standalone-kubernetes" } };
  }

  private allowFlows(all: PodsEnd): void {
    const { context } = this.props;
    const operator = flinkOperatorPods(context.namespace(operatorNamespaces.flink));
    if (this.highAvailability) {
      context.flows.allowApiServer(all);
    }
    context.connect(all, this.wiring.servers, "keeps state, reads and writes data");
    for (const deployment of [name, ...Object.keys(this.props.jobs)]) {
      const jobManager = this.pods(deployment, "jobmanager");
      const taskManager = this.pods(deployment, "taskmanager");
      context.flows.allow({
        from: operator,
        to: jobManager,
        ports: [flinkPorts.rest],
        reason: "watches and steers jobs",
      });
      context.flows.allow({
        from: taskManager,
        to: jobManager,
        ports: [flinkPorts.rpc, flinkPorts.blobs],
        reason: "register and fetch jobs",
      });
      context.flows.allow({
        from: jobManager,
        to: taskManager,
        ports: [flinkPorts.taskRpc, flinkPorts.query],
        reason: "gives out tasks",
      });
      context.flows.allow({
        from: taskManager,
        to: taskManager,
        ports: [flinkPorts.taskData],
        reason: "hand data on",
      });
    }
    if (this.props.jobManager.replicas > 1) {
      const jobManager = this.pods(name, "jobmanager");
      context.flows.allow({
        from: jobManager,
        to: jobManager,
        ports: [flinkPorts.rpc, flinkPorts.blobs],
        reason: "others ask the one that leads",
      });
    }
  }
}

/** Leaders are chosen, and found by the others, through ConfigMaps; no other right goes with the account. */
function leaderRights(namespace: string): readonly KubernetesObject[] {
  const metadata = { name: account, namespace };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: true },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata,
      rules: [
        {
          apiGroups: [""],
          resources: ["configmaps"],
          verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
        },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: account },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
  ];
}
