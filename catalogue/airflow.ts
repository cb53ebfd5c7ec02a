import type * as z from "zod";
import type { SecretKey } from "../constructs/secrets";
import {
  Airflow,
  type AirflowCredentials,
  type AirflowDags,
  gitSyncResources,
  statsdResources,
} from "../constructs/services";
import type { Problem } from "../environments/schema/errors";
import { declaredKey } from "../environments/schema/service-secrets";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  dnsLabel,
  image,
  list,
  ofSize,
  oneOf,
  record,
  replicas,
  resources,
  runAs,
  sized,
  sizedResources,
  strict,
  text,
  wholeNumber,
} from "./fields";
import { addressRanges } from "./parts/address-ranges";
import { databaseEngines } from "./parts/database-engines";
import { sharedNamespace } from "./parts/own-namespace";

/** Bucket of the logs of tasks. */
const logsBucket = "airflow-logs";

/** Namespace for tasks that are pods, which could read the secrets of whatever is beside them. */
const ownNamespace = "airflow";

/** A key of a declared secret of Airflow's. */
const key = (name: string) => declaredKey(`datalyptica/airflow-credentials#${name}`).optional();

const component = strict({ replicas, resources }).optional();

const setting = (what: string, example: string) => ({
  pattern: /^[a-z][a-z0-9_.-]*$/,
  allowed: `${what}: lower-case letters, digits, dots, dashes and underscores`,
  next: `write it as ${example}`,
});

const line = text(/^[^\n]*$/, "a text of one line", "write it in quotes, on one line");

const dags = strict({
  url: text(
    /^(https|ssh):\/\/(git@)?[A-Za-z0-9.-]+(:\d+)?\/\S+$/,
    "an https:// or ssh:// address of a Git repository, without a password",
    "write it as https://github.com/example-dev/dags.git",
  ),
  branch: text(/^[\w][\w./-]*$/, "a branch or tag", "write it as main").optional(),
  path: text(
    /^([\w.-]+(\/[\w.-]+)*)?$/,
    "a folder of the repository, without a slash at its ends",
    "write it as dags",
  ).optional(),
  credentials: strict({
    username: key("git-username"),
    password: key("git-password"),
    sshKey: key("git-ssh-key"),
    knownHosts: text(
      /^\S+ \S+ \S+/,
      "lines of a known_hosts file",
      "run ssh-keyscan and compare with the host's page",
    ).optional(),
  }).optional(),
  addresses: addressRanges,
});

/** Airflow, on Celery or on Kubernetes. */
export const airflow = defineService({
  input: strict({
    ...commonFields,
    executor: oneOf("celery", "kubernetes").optional(),
    image,
    runAs,
    apiServer: component,
    scheduler: component,
    dagProcessor: component,
    triggerer: component,
    workers: strict({ replicas, resources, concurrency: wholeNumber(1, 64).optional() }).optional(),
    dags: dags.optional(),
    credentials: strict({
      fernetKey: key("fernet-key"),
      secretKey: key("secret-key"),
      jwtSecret: key("jwt-secret"),
      adminUser: key("admin-user"),
      adminPassword: key("admin-password"),
    }).optional(),
    buckets: list(dnsLabel(), "buckets").optional(),
    topicPrefix: text(
      /^[A-Za-z0-9._-]{1,100}$/,
      "the first part of names of topics",
      "write it as airflow.",
    ).optional(),
    config: record(
      setting("a section of airflow.cfg", "scheduler"),
      record(setting("a key of airflow.cfg", "max_tis_per_query"), line, "settings"),
      "sections with their settings",
    ).optional(),
  }),
  resolve: (given, defaults) => {
    const part = (
      asked: { readonly replicas?: number; readonly resources?: Parameters<typeof sizedResources>[0] } | undefined,
      pods: readonly [number, number],
      each: Parameters<typeof sizedResources>[2],
    ) => ({
      replicas: ofSize(asked?.replicas, defaults, pods),
      resources: sizedResources(asked?.resources, defaults, each),
    });
    return {
      ...common(given),
      executor: given.executor ?? "celery",
      image: given.image,
      runAs: given.runAs,
      // four processes that answer requests, each with the whole of Airflow in memory
      apiServer: part(given.apiServer, [1, 2], [sized("200m", "1536Mi"), sized("500m", "3Gi")]),
      scheduler: part(given.scheduler, [1, 2], [sized("200m", "1Gi"), sized("500m", "2Gi")]),
      dagProcessor: part(given.dagProcessor, [1, 1], [sized("100m", "768Mi"), sized("500m", "2Gi")]),
      triggerer: part(given.triggerer, [1, 2], [sized("100m", "768Mi"), sized("250m", "1Gi")]),
      // with Kubernetes the pod of one task
      workers: part(given.workers, [1, 2], [sized("200m", "1536Mi"), sized("1", "4Gi")]),
      /** Tasks that a worker runs at once; each is a process of about 150Mi. */
      concurrency: ofSize(given.workers?.concurrency, defaults, [4, 16]),
      dags: given.dags,
      /** Keys of declared secrets; what is left out is made. */
      credentials: given.credentials ?? {},
      /** Buckets that tasks have a connection to, `s3_<bucket>`. */
      buckets: given.buckets ?? [],
      /** First part of the topics, groups and transactions that tasks may use. */
      topicPrefix: given.topicPrefix ?? "airflow",
      config: given.config ?? {},
    };
  },
  needs: ({ executor }) => [["postgres"], ["objectStore"], ...(executor === "celery" ? [["valkey"]] : [])],
  uses: ["trino", "kyuubi", "clickhouse", "mariadb", "kafka", "sparkConnect", "sparkOperator"],
  buckets: ({ buckets }) => [...new Set([logsBucket, ...buckets])],
  workloads: ({ executor, apiServer, scheduler, dagProcessor, triggerer, workers, dags: repository }) => {
    const readers = dagProcessor.replicas + triggerer.replicas + (executor === "celery" ? workers.replicas : 0);
    return [
      ...Object.entries({ "api-server": apiServer, scheduler, "dag-processor": dagProcessor, triggerer }).map(
        ([name, { replicas: pods, resources: each }]) => ({ component: `airflow-${name}`, pods, resources: each }),
      ),
      ...(executor === "celery"
        ? [{ component: "airflow-worker", pods: workers.replicas, resources: workers.resources }]
        : []),
      { component: "airflow-statsd", pods: 1, resources: statsdResources },
      ...(repository ? [{ component: "airflow-git-sync", pods: readers, resources: gitSyncResources }] : []),
    ];
  },
  check: (settings, all) => [
    ...(settings.executor === "kubernetes"
      ? sharedNamespace(
          { service: "airflow", who: "tasks, each a pod that Airflow starts,", suggested: ownNamespace },
          settings,
          all,
        )
      : []),
    ...credentialProblems(settings.dags),
  ],
  build: (site, settings) => {
    const { executor, workers, buckets, dags: repository } = settings;
    const built = new Airflow(site.scope, "Airflow", {
      context: site.context,
      namespace: site.namespace(settings.namespace),
      database: site.sqlServer("postgres").database("airflow"),
      executor:
        executor === "celery"
          ? { kind: executor, broker: site.need(site.keyValueStore, "airflow", "valkey"), workers }
          : { kind: executor, task: workers.resources },
      logs: site.keyedBucket(logsBucket),
      apiServer: settings.apiServer,
      scheduler: settings.scheduler,
      dagProcessor: settings.dagProcessor,
      triggerer: settings.triggerer,
      dags: repository && repositoryOf(repository, site.declaredKey),
      connections: {
        queryEngines: [...site.queryEngines, ...databaseEngines(site)],
        sparkCluster: site.sparkConnect,
        messageBroker: site.messageBroker,
        topicPrefix: settings.topicPrefix,
        buckets: buckets.filter((bucket) => bucket !== logsBucket).map(site.keyedBucket),
        sparkNamespaces: site.jobNamespaces,
      },
      credentials: keysOf(settings.credentials, site.declaredKey),
      image: settings.image,
      runAs: settings.runAs,
      config: {
        ...settings.config,
        celery: { worker_concurrency: String(settings.concurrency), ...settings.config.celery },
      },
      dependsOn: site.declared,
    });
    return {
      address: built.address,
      ports: { http: built.server },
      webUis: [built.webUi],
      metrics: [built.metrics],
    };
  },
});

type KeyOf = (reference: string) => SecretKey;

/** Keys of declared secrets in the place of their names. */
function keysOf(named: { readonly [K in keyof AirflowCredentials]?: string }, keyOf: KeyOf): AirflowCredentials {
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, reference]) => (reference === undefined ? [] : [[name, keyOf(reference)]])),
  );
}

function repositoryOf(
  { url, branch = "main", path = "", credentials, addresses }: z.output<typeof dags>,
  keyOf: KeyOf,
): AirflowDags {
  const repository = { url, branch, path, addresses };
  const { username, password, sshKey, knownHosts } = credentials ?? {};
  if (sshKey && knownHosts) {
    return { ...repository, credentials: { sshKey: keyOf(sshKey), knownHosts } };
  }
  return username && password
    ? { ...repository, credentials: { username: keyOf(username), password: keyOf(password) } }
    : repository;
}

/** Credentials that do not suit the address of the repository. */
function credentialProblems(repository: z.output<typeof dags> | undefined): readonly Problem[] {
  const { username, password, sshKey, knownHosts } = repository?.credentials ?? {};
  const ssh = repository?.url.startsWith("ssh://") ?? false;
  const wanted = ssh ? sshKey && knownHosts && !username && !password : !sshKey && !knownHosts && username && password;
  return (ssh || repository?.credentials) && !wanted
    ? [
        {
          path: "dags.credentials",
          given: `keys ${Object.keys(repository?.credentials ?? {}).join(", ") || "missing"} for ${ssh ? "ssh" : "https"}`,
          allowed: "username and password for https://, sshKey and knownHosts for ssh://",
          next: ssh ? "give sshKey and knownHosts" : "give username and password, or leave credentials out",
        },
      ]
    : [];
}
