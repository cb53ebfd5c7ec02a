import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type KubernetesObject,
  placementOf,
  serviceCertificate,
} from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { BrokerGrant, BrokerUser, MetricsTarget, ServiceEndpoint, WebUi } from "../contracts";
import { present } from "../present";
import { type AirflowConnectionSecret, airflowConnections } from "./connections";
import { gitHost } from "./dags";
import { airflowPods, apiPort, certificate, logPorts, name, statsdPorts, workerAccount } from "./names";
import type { AirflowProps } from "./props";
import { airflowSecrets, workerSecrets } from "./secrets";
import { airflowValues } from "./values";

/**
 * Airflow: it runs tasks in the order of their DAGs, on workers that stay (Celery) or in a pod for each task.
 *
 * State is in the database, logs of tasks in the object store, so that its pods have no volumes. Every key is in a Secret that
 * is made outside the chart. Tasks find what the environment has as connections: `trino`, `spark` (by Spark Connect),
 * `kafka`, `s3_<bucket>`.
 *
 * @see https://airflow.apache.org/docs/helm-chart/1.21.0/production-guide.html
 */
export class Airflow extends Construct {
  readonly namespace: INamespace;
  /** Address of the pages and of the API. */
  readonly address: string;
  readonly server: ServiceEndpoint;
  readonly webUi: WebUi;
  readonly metrics: MetricsTarget;
  readonly release: ChartRelease;

  /** @throws PlatformError for an engine or a bucket whose connection has the name of another */
  constructor(scope: Construct, id: string, props: AirflowProps) {
    super(scope, id);
    this.namespace = props.namespace;
    const service = `${name}-api-server`;
    this.address = `http://${service}.${this.namespace.name}.svc:${apiPort}`;
    this.server = { end: airflowPods(this.namespace, "api-server"), port: apiPort };
    this.webUi = {
      name,
      service: { namespace: this.namespace.name, name: service, port: apiPort },
      server: this.server,
      healthPath: "/api/v2/monitor/health",
      login: "own",
    };
    this.metrics = metrics(this.namespace);

    const { context, executor, database, logs } = props;
    const store = context.store(this.namespace);
    const secrets = airflowSecrets(props);
    const broker = executor.kind === "celery" ? executor.broker.user(name) : undefined;
    const celery = broker && workerSecrets(props, broker);
    const kafka = this.brokerUser(props);
    const connections = airflowConnections(props, kafka);
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: present(
        store.resource,
        context.certificates.resource,
        ...props.connections.sparkNamespaces.map(({ resource }) => resource),
      ),
      objects: [
        ...[secrets.metadata, secrets.keys, secrets.encryption, secrets.admin, secrets.git, connections.secret]
          .concat(celery?.broker, celery?.resultBackend)
          .flatMap((secret) => (secret ? [secret.object] : [])),
        serviceCertificate({
          name: certificate,
          namespace: this.namespace,
          issuer: context.certificates.issuer,
          dnsNames: [`${service}.${this.namespace.name}.svc`],
        }),
        ...props.connections.sparkNamespaces.flatMap((jobs) => sparkRights(this.namespace, jobs)),
      ],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.airflow,
      namespace: this.namespace,
      releaseName: name,
      // Migrations of a new database and six kinds of pods.
      timeoutSeconds: 900,
      values: airflowValues({
        props,
        settings: DeploySettings.of(this),
        placement: placementOf(this, "batch"),
        secrets,
        connections,
        celery,
      }),
      dependsOn: present(
        objects.release.resource,
        database.resource,
        logs.store.resource,
        broker?.resource,
        kafka?.resource,
        ...(props.dependsOn ?? []),
      ),
    });
    this.allowFlows(props, connections, [database.server, ...(broker ? [broker.server] : [])]);
  }

  private brokerUser({ connections: { messageBroker, topicPrefix } }: AirflowProps): BrokerUser | undefined {
    const grant = (type: BrokerGrant["type"]): BrokerGrant => ({
      type,
      name: topicPrefix,
      pattern: "prefix",
      operations: ["All"],
    });
    return messageBroker?.user(name, [grant("topic"), grant("group"), grant("transactionalId")]);
  }

  private allowFlows(
    { context, executor, dags, connections: { sparkNamespaces } }: AirflowProps,
    connections: AirflowConnectionSecret,
    servers: readonly ServiceEndpoint[],
  ): void {
    const { flows } = context;
    const all = airflowPods(this.namespace);
    const [worker, triggerer, apiServer] = (["worker", "triggerer", "api-server"] as const).map((component) =>
      airflowPods(this.namespace, component),
    );
    context.connect(all, [...servers, ...connections.servers, this.server], "keeps state and logs, and runs tasks");
    flows.allow({
      from: all,
      to: airflowPods(this.namespace, "statsd"),
      ports: [],
      udpPorts: [statsdPorts.ingest],
      reason: "tells what is counted",
    });
    if (!worker || !triggerer || !apiServer) {
      return;
    }
    const reason = "shows the logs of what runs";
    if (executor.kind === "celery") {
      flows.allow({ from: apiServer, to: worker, ports: [logPorts.worker], reason });
    }
    flows.allow({ from: apiServer, to: triggerer, ports: [logPorts.triggerer], reason });
    if (executor.kind === "kubernetes") {
      flows.allowApiServer(apiServer);
      flows.allowApiServer(airflowPods(this.namespace, "scheduler"));
    }
    if (executor.kind === "kubernetes" || sparkNamespaces.length > 0) {
      flows.allowApiServer(worker);
      flows.allowApiServer(triggerer);
    }
    if (dags) {
      const { end, port } = gitHost(dags);
      for (const reader of [worker, triggerer, airflowPods(this.namespace, "dag-processor")]) {
        flows.allow({ from: reader, to: end, ports: [port], reason: "follows the repository of the DAGs" });
      }
    }
  }
}

function metrics(namespace: INamespace): MetricsTarget {
  return {
    name,
    pods: airflowPods(namespace, "statsd"),
    portName: "statsd-scrape",
    port: statsdPorts.scrape,
    alerts: [
      {
        name: "AirflowSchedulerSilent",
        expression: "increase(airflow_scheduler_heartbeat[5m]) == 0",
        after: "5m",
        severity: "critical",
        summary: "The scheduler of Airflow gives no sign of life, so that no task starts.",
        remedy: "Look at the logs of its pod and whether the database answers.",
      },
    ],
  };
}

/** Lets tasks start Spark applications in a namespace and follow them. */
function sparkRights(namespace: INamespace, jobs: INamespace): readonly KubernetesObject[] {
  const metadata = { name: `${name}-spark-applications`, namespace: jobs.name };
  const group = "rbac.authorization.k8s.io";
  return [
    {
      apiVersion: `${group}/v1`,
      kind: "Role",
      metadata,
      rules: [
        {
          apiGroups: ["sparkoperator.k8s.io"],
          resources: ["sparkapplications"],
          verbs: ["create", "get", "list", "watch", "patch", "delete"],
        },
        { apiGroups: ["sparkoperator.k8s.io"], resources: ["sparkapplications/status"], verbs: ["get"] },
        { apiGroups: [""], resources: ["pods", "pods/log", "events"], verbs: ["get", "list", "watch"] },
      ],
    },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: group, kind: "Role", name: metadata.name },
      subjects: [
        { kind: "ServiceAccount", name: workerAccount, namespace: namespace.name },
        { kind: "ServiceAccount", name: `${name}-triggerer`, namespace: namespace.name },
      ],
    },
  ];
}
