import { images } from "../../../charts";
import { type Placement, readOnlyContainer, restrictedContainer, restrictedPod } from "../../kubernetes";
import type { DeploySettings } from "../../terraform";
import { imageReference } from "../image-reference";
import { restartOnChange } from "../restart";
import { untilFileSays, withFiles } from "../secret-arguments";
import { type AirflowConnectionSecret, logsConnection } from "./connections";
import { dagsValues } from "./dags";
import { certificate, statsdPorts, trustFile, trustFolder } from "./names";
import type { AirflowComponent, AirflowProps } from "./props";
import type { AirflowSecrets, workerSecrets } from "./secrets";

/** User and group of upstream's image; all that may be written belongs to the group. */
const defaultUser = { user: 50000, group: 0 } as const;

/** User of the exporter's image. */
const statsdUser = 65534;

/** What the exporter asks for. */
export const statsdResources = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } } as const;

/** What the jobs (migrations, administrator) and the container that removes old logs ask for. */
const jobResources = { requests: { cpu: "50m", memory: "512Mi" }, limits: { memory: "1Gi" } } as const;
const groomerResources = { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } } as const;

/** Folder with the administrator's name and password, for the job that makes it. */
const adminFolder = "/etc/airflow-admin";

/** Settings of {@link airflowValues}. */
export interface AirflowValuesProps {
  readonly props: AirflowProps;
  readonly settings: DeploySettings;
  /** Node pool of tasks that are pods: Airflow tries those again that are lost. */
  readonly placement: Placement;
  readonly secrets: AirflowSecrets;
  readonly connections: AirflowConnectionSecret;
  /** @default - no workers that stay */
  readonly celery?: ReturnType<typeof workerSecrets>;
}

/** Values of the chart. */
export function airflowValues({ props, settings, placement, secrets, connections, celery }: AirflowValuesProps) {
  const { executor, dags } = props;
  const { user, group = defaultUser.group } = props.runAs ?? defaultUser;
  const { repository, tag, digest } = imageReference(props.image ?? images.airflow);
  const pods = { ...restrictedPod(user), runAsGroup: group, fsGroup: group };
  const statsd = imageReference(images.statsdExporter);
  const gitSync = imageReference(images.gitSync);
  const onKubernetes = executor.kind === "kubernetes";
  return {
    defaultAirflowRepository: props.image === undefined ? settings.image(repository) : repository,
    defaultAirflowTag: tag,
    ...(digest === undefined ? {} : { defaultAirflowDigest: digest }),
    // The chart decides by it what Airflow can do; tags of one's own need not be versions.
    airflowVersion: imageReference(images.airflow).tag,
    images: {
      statsd: { repository: settings.image(statsd.repository), tag: statsd.tag },
      gitSync: { repository: settings.image(gitSync.repository), tag: gitSync.tag },
      migrationsWaitTimeout: 300,
    },
    executor: onKubernetes ? "KubernetesExecutor" : "CeleryExecutor",
    uid: user,
    gid: group,
    securityContexts: { pod: pods, containers: restrictedContainer },
    // Only tasks that are pods want pods of their own.
    allowPodLaunching: onKubernetes,
    data: {
      metadataSecretName: secrets.metadata.name,
      // Without workers that stay the chart would make an address of its own, of a broker that is not there.
      brokerUrlSecretName: celery?.broker.name ?? secrets.metadata.name,
      ...(celery ? { resultBackendSecretName: celery.resultBackend.name } : {}),
    },
    fernetKeySecretName: secrets.encryption.name,
    apiSecretKeySecretName: secrets.keys.name,
    jwtSecretName: secrets.keys.name,
    secret: [
      {
        envName: "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC",
        secretName: secrets.metadata.name,
        secretKey: "async",
      },
      ...connections.variables.map((variable) => ({
        envName: variable,
        secretName: connections.secret.name,
        secretKey: variable,
      })),
    ],
    airflowPodAnnotations: restartOnChange(
      ...[
        secrets.metadata,
        secrets.keys,
        connections.secret,
        celery?.broker,
        celery?.resultBackend,
        secrets.git,
      ].filter((secret) => secret !== undefined),
    ),
    volumes: [{ name: "trust", secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] } }],
    volumeMounts: [{ name: "trust", mountPath: trustFolder, readOnly: true }],
    airflowLocalSettings: localSettings(props),
    config: config(props),
    ...components(props, placement),
    ...(dags ? { dags: dagsValues(dags, secrets.git?.name) } : {}),
    migrateDatabaseJob: { ...job(), serviceAccount: tokenless },
    createUserJob: adminJob(secrets),
    statsd: {
      enabled: true,
      uid: statsdUser,
      securityContexts: { pod: restrictedPod(statsdUser), container: readOnlyContainer },
      serviceAccount: tokenless,
      resources: statsdResources,
    },
    ports: { statsdIngest: statsdPorts.ingest, statsdScrape: statsdPorts.scrape },
    postgresql: { enabled: false },
    redis: { enabled: false },
    flower: { enabled: false },
    pgbouncer: { enabled: false },
    networkPolicies: { enabled: false },
    logs: { persistence: { enabled: false } },
  };
}

const tokenless = { automountServiceAccountToken: false } as const;

function components(props: AirflowProps, taskPlacement: Placement) {
  const { apiServer, scheduler, dagProcessor, triggerer, executor, connections } = props;
  const onKubernetes = executor.kind === "kubernetes";
  const withToken = (wanted: boolean) => ({ serviceAccount: { automountServiceAccountToken: wanted } });
  const groomed = { logGroomerSidecar: { enabled: true, retentionDays: 3, resources: groomerResources } };
  const startsSpark = connections.sparkNamespaces.length > 0;
  return {
    apiServer: {
      ...sized(apiServer),
      ...withToken(onKubernetes),
      // Of pods that are tasks; workers hand theirs out themselves.
      allowPodLogReading: onKubernetes,
    },
    scheduler: { ...sized(scheduler), ...withToken(onKubernetes), logGroomerSidecar: { enabled: false } },
    dagProcessor: { enabled: true, ...sized(dagProcessor), ...withToken(false), ...groomed },
    triggerer: {
      ...sized(triggerer),
      ...withToken(onKubernetes || startsSpark),
      persistence: { enabled: false },
      logGroomerSidecar: { enabled: false },
    },
    workers: {
      ...withToken(onKubernetes || startsSpark),
      ...(executor.kind === "celery"
        ? {
            celery: {
              ...sized(executor.workers),
              persistence: { enabled: false },
              logGroomerSidecar: { enabled: false },
            },
          }
        : { kubernetes: { resources: executor.task, ...taskPlacement } }),
    },
  };
}

/** Pods of a component, of which one stays while nodes are drained where there are several. */
function sized({ replicas, resources }: AirflowComponent) {
  return { replicas, resources, podDisruptionBudget: { enabled: replicas > 1 } };
}

/** Jobs are no hooks: Helm runs hooks only when the pods are ready, which wait for the migrations. */
function job() {
  return {
    useHelmHooks: false,
    applyCustomEnv: false,
    // A job cannot be changed, so that it has to be gone before the next upgrade.
    ttlSecondsAfterFinished: 60,
    resources: jobResources,
  };
}

/** Makes the administrator, and sets the password of one who is there: each version of it runs the job again. */
function adminJob({ admin, adminVersion }: AirflowSecrets) {
  const username = `--username @${adminFolder}/username`;
  const password = `--password @${adminFolder}/password`;
  return {
    ...job(),
    serviceAccount: tokenless,
    annotations: { "terralake.dev/versions": adminVersion },
    args: [
      "bash",
      "-ec",
      [
        // The file follows the Secret later; the wait for it has an end, since a job that runs cannot be upgraded.
        untilFileSays(`${adminFolder}/version`, adminVersion),
        // Both jobs start at once.
        "airflow db check-migrations --migration-wait-timeout=600",
        withFiles("airflow"),
        `with_files users create --role Admin --email admin@localhost --firstname Admin --lastname Admin ${username} ${password}`,
        `with_files users reset-password ${username} ${password}`,
      ].join("\n"),
    ],
    extraVolumes: [{ name: "admin", secret: { secretName: admin.name } }],
    extraVolumeMounts: [{ name: "admin", mountPath: adminFolder, readOnly: true }],
  };
}

/** Module that Airflow reads at its start: how the asynchronous driver checks the database. */
function localSettings({ database }: AirflowProps): string {
  return database.verifiedJdbcUrl
    ? `import ssl\n\nconnect_args_async = {"ssl": ssl.create_default_context(cafile="${trustFile}")}\n`
    : 'connect_args_async = {"ssl": "require"}\n';
}

function config({ logs, config: given = {} }: AirflowProps) {
  const own: NonNullable<AirflowProps["config"]> = {
    core: {
      // Pods of a Deployment have no names that others could look up.
      hostname_callable: "airflow.utils.net.get_host_ip_address",
    },
    database: { sql_alchemy_connect_args_async: "airflow_local_settings.connect_args_async" },
    logging: {
      remote_logging: "True",
      remote_base_log_folder: `${logs.uri}/logs`,
      remote_log_conn_id: logsConnection,
      delete_local_logs: "True",
    },
  };
  const sections = [...new Set([...Object.keys(own), ...Object.keys(given)])];
  return Object.fromEntries(sections.map((section) => [section, { ...own[section], ...given[section] }]));
}
