import { deployment, type KubernetesObject, type Resources, serviceLabels } from "../../kubernetes";
import type { SecretKey, SecretStore } from "../../secrets";
import type { AlertRule, MetricsTarget, PodsEnd } from "../contracts";
import { restartOnChange } from "../restart";
import { oldestRun } from "../schedule-age";
import { tokenlessAccount } from "../service-account";
import type { MariaDbBackup } from "./backup";

/** Settings of {@link mariaDbExporter}. */
export interface MariaDbExporterProps {
  /** Name of the server. */
  readonly server: string;
  /** Host name of the server that is written to, and its port. */
  readonly address: string;
  readonly replicas: number;
  /** The store of the server's namespace. */
  readonly store: SecretStore;
  readonly password: SecretKey;
  /** Image with an exact tag, already in the environment's registry. */
  readonly image: string;
  /** `Delete` or `Skip`, for when the user goes. */
  readonly cleanupPolicy: string;
  /** @default - there is none */
  readonly backup?: MariaDbBackup;
}

const port = 9104;

/** User of the image, `nobody`. */
const user = 65534;

/** Name at the server; a dash, which no database has in its name, keeps it apart from their owners. */
const username = "metrics-exporter";

/** What the exporter asks for. */
export const mariaDbExporterResources = {
  requests: { cpu: "10m", memory: "32Mi" },
  limits: { memory: "32Mi" },
} as const satisfies Resources;

/**
 * A pod that tells the server's metrics. Its user has no rights: counters and settings are open to everybody who may log in.
 *
 * The operator would make one too, but only where the definitions of the Prometheus operator are.
 *
 * @see https://github.com/prometheus/mysqld_exporter
 */
export function mariaDbExporter(props: MariaDbExporterProps): {
  readonly metrics: MetricsTarget & { readonly pods: PodsEnd };
  readonly objects: readonly KubernetesObject[];
} {
  const { server, store, cleanupPolicy } = props;
  const { namespace } = store;
  const name = `${server}-exporter`;
  const labels = serviceLabels(name);
  const password = store.externalSecret({
    name,
    data: { password: props.password },
    // The label by which the operator follows a Secret.
    labels: { "k8s.mariadb.com/watch": "" },
    follows: { by: "operator", name: "MariaDB operator" },
  });
  return {
    metrics: {
      name: server,
      pods: { namespace, name, podLabels: labels },
      portName: "metrics",
      port,
      alerts: alerts(props),
    },
    objects: [
      tokenlessAccount(name, namespace),
      password.object,
      {
        apiVersion: "k8s.mariadb.com/v1alpha1",
        kind: "User",
        metadata: { name, namespace: namespace.name },
        spec: {
          mariaDbRef: { name: server },
          cleanupPolicy,
          name: username,
          host: "%",
          maxUserConnections: 3,
          passwordSecretKeyRef: { name: password.name, key: "password" },
          require: { ssl: true },
        },
      },
      deployment({
        name,
        namespace,
        labels,
        image: props.image,
        user,
        replicas: 1,
        resources: mariaDbExporterResources,
        account: name,
        args: [
          `--mysqld.address=${props.address}`,
          `--mysqld.username=${username}`,
          // The operator signs the server's certificate with an authority of its own.
          "--tls.insecure-skip-verify",
          "--no-collect.slave_status",
        ],
        env: [
          {
            name: "MYSQLD_EXPORTER_PASSWORD",
            valueFrom: { secretKeyRef: { name: password.name, key: "password" } },
          },
        ],
        ports: { metrics: port },
        ready: { path: "/", port: "metrics" },
        annotations: restartOnChange(password),
      }),
    ],
  };
}

function alerts({ server, store, replicas, backup }: MariaDbExporterProps): readonly AlertRule[] {
  const namespace = `namespace="${store.namespace.name}"`;
  const of = `${namespace},pod=~"${server}-exporter-.*"`;
  return [
    {
      name: "MariaDbDown",
      expression: `mysql_up{${of}} == 0`,
      after: "5m",
      severity: "critical",
      summary: "MariaDB does not answer.",
      remedy: "Look at the status of the MariaDB object and at the log of its pods.",
    },
    {
      name: "MariaDbConnectionsUsed",
      expression: `mysql_global_status_threads_connected{${of}} > 0.85 * mysql_global_variables_max_connections{${of}}`,
      after: "10m",
      severity: "warning",
      summary: "MariaDB has few connections left.",
      remedy: "Look who holds them, or raise max_connections in its config.",
    },
    ...(replicas > 1 ? [serverLost(of, replicas)] : []),
    ...(backup ? [backupTooOld(namespace, server, backup)] : []),
  ];
}

function serverLost(of: string, replicas: number): AlertRule {
  return {
    name: "MariaDbServerLost",
    expression: `mysql_global_status_wsrep_cluster_size{${of}} < ${replicas}`,
    after: "10m",
    severity: "warning",
    summary: "A server of MariaDB is not in the Galera cluster.",
    remedy: "Look at the log of the pod that is missing; the operator recovers a cluster that has stopped as a whole.",
  };
}

function backupTooOld(namespace: string, server: string, { schedule }: MariaDbBackup): AlertRule {
  const job = `${namespace},cronjob="${server}-backup"`;
  return {
    name: "MariaDbBackupTooOld",
    expression: `time() - max(kube_cronjob_status_last_successful_time{${job}}) > ${oldestRun(schedule)}`,
    after: "30m",
    severity: "critical",
    summary: "MariaDB has had no good backup for longer than its schedule allows.",
    remedy: `Read the log of the newest job of ${server}-backup.`,
  };
}
