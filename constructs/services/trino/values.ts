import type { IConstruct } from "constructs";
import { images } from "../../../charts";
import { placementOf, type Resources, restrictedContainer, restrictedPod } from "../../kubernetes";
import type { ExternalSecret } from "../../secrets";
import { DeploySettings, type JsonObject, stableJson } from "../../terraform";
import { mebibytes } from "../memory";
import { restartOnChange } from "../restart";
import type { Login } from "./authentication";
import { type FaultTolerance, faultToleranceValues } from "./fault-tolerance";
import { metricsLines, metricsUser } from "./metrics";
import { fromEnvironment, type TrinoPart } from "./parts";

/** How many workers there are when they are busy. */
export interface TrinoAutoscaling {
  /** Workers at most; the least is the number of workers. */
  readonly max: number;
  /** Part of the requested CPU, in percent, above which there are more. */
  readonly targetCpu: number;
}

/** Settings of Trino that only the chart's values take up. */
export interface TrinoSettings {
  /** Workers beside the one coordinator; the least of them with autoscaling. */
  readonly workers: number;
  /** What the coordinator asks for. */
  readonly coordinator: Resources;
  /** What each worker asks for. */
  readonly worker: Resources;
  /** @default - as many workers as `workers` */
  readonly autoscaling?: TrinoAutoscaling;
  /**
   * Seconds that a worker which is to stop waits before and after its running tasks, so that no query notices.
   *
   * @default 0: it stops at once, and its queries fail
   */
  readonly shutdownGraceSeconds?: number;
  /** @default - a query ends when a worker does */
  readonly faultTolerance?: FaultTolerance;
  /** Who may do what, as the file of rules has it. @default - all users may query and change everything */
  readonly accessControl?: JsonObject;
  /** Which queries wait for which, as the file of resource groups has it. @default - none */
  readonly resourceGroups?: JsonObject;
  /** Lines of `config.properties` of all servers. @default - none */
  readonly config?: { readonly [property: string]: string };
  /** Lines of `config.properties` of the coordinator. @default - none */
  readonly coordinatorConfig?: { readonly [property: string]: string };
  /** Further options of the servers' JVM. @default - none */
  readonly jvmOptions?: readonly string[];
  /** Address with an exact tag. @default - upstream's, from the environment's registry */
  readonly image?: string;
  /** @default - user and group 1000, as the image has them */
  readonly runAs?: { readonly user: number; readonly group?: number };
}

/** What the values are made of. */
export interface TrinoValuesProps {
  readonly settings: TrinoSettings;
  /** All sources in one. */
  readonly part: Required<Pick<TrinoPart, "catalogs" | "tableDescriptions" | "env" | "secretMounts" | "restartOn">>;
  readonly environment: ExternalSecret;
  readonly account: string;
  readonly port: number;
  /** How users prove who they are. @default - nobody does */
  readonly login?: Login;
}

/** Environment variable with the secret that servers know each other by. */
export const sharedSecret = "TRINO_SHARED_SECRET";

/** User of the image. */
const imageUser = 1000;

/** Part of a container's memory that is heap; the rest is for threads, code and network buffers. */
const heapPercent = 70;

/** Part of the heap that one query may take on one server; Trino keeps 30 % back for itself and starts with no more. */
const queryShareOfHeap = 0.5;

/** Values of the chart. */
export function trinoValues(scope: IConstruct, props: TrinoValuesProps) {
  const { settings, part, environment, account, port, login } = props;
  const { workers, autoscaling, shutdownGraceSeconds = 0, faultTolerance, runAs } = settings;
  const onCoordinator = queryMemory(scope, settings.coordinator);
  const onWorker = queryMemory(scope, settings.worker);
  const tolerant = faultTolerance && faultToleranceValues(faultTolerance, Math.floor(onWorker / 2));
  const options = jvmOptions(scope, settings);
  const restart = restartOnChange(environment, ...part.restartOn);
  const { user, group } = { user: runAs?.user ?? imageUser, group: runAs?.group };
  return {
    image: imageValues(scope, settings.image),
    server: {
      workers,
      config: {
        query: { maxMemory: `${onWorker * Math.max(1, autoscaling?.max ?? workers)}MB` },
        ...login?.values.config,
      },
      autoscaling: autoscaling && {
        enabled: true,
        maxReplicas: autoscaling.max,
        targetCPUUtilizationPercentage: autoscaling.targetCpu,
        // A heap that has grown stays so: memory would never let a worker go.
        targetMemoryUtilizationPercentage: null,
      },
      exchangeManager: tolerant?.exchangeManager,
      coordinatorExtraConfig: lines([
        ...metricsLines,
        ...(login?.coordinatorLines ?? []),
        ...(tolerant?.coordinatorLines ?? []),
        ...properties(settings.coordinatorConfig),
      ]),
    },
    accessControl: settings.accessControl && {
      type: "configmap",
      configFile: "rules.json",
      rules: { "rules.json": stableJson(withMetrics(settings.accessControl)) },
    },
    resourceGroups: settings.resourceGroups && {
      type: "configmap",
      resourceGroupsConfig: stableJson(settings.resourceGroups),
    },
    auth: login?.values.auth,
    catalogs: { tpch: null, tpcds: null, ...part.catalogs },
    kafka: Object.keys(part.tableDescriptions).length > 0 ? { tableDescriptions: part.tableDescriptions } : undefined,
    additionalConfigProperties: [
      `internal-communication.shared-secret=${fromEnvironment(sharedSecret)}`,
      ...(tolerant?.lines ?? []),
      ...properties(settings.config),
    ],
    additionalExchangeManagerProperties: tolerant?.exchangeLines,
    env: part.env,
    envFrom: [{ secretRef: { name: environment.name } }],
    secretMounts: part.secretMounts,
    serviceAccount: { create: false, name: account },
    securityContext: group === undefined ? restrictedPod(user) : { ...restrictedPod(user), runAsGroup: group },
    containerSecurityContext: restrictedContainer,
    service: { port },
    jmx: { enabled: false, exporter: { enabled: false } },
    serviceMonitor: { enabled: false },
    coordinator: {
      ...server(settings.coordinator, onCoordinator, restart, options),
      ...placementOf(scope, "memory"),
      secretMounts: login?.coordinatorMounts,
    },
    worker: {
      ...server(settings.worker, onWorker, restart, options),
      ...placementOf(scope, "memory"),
      ...gracefulShutdown(shutdownGraceSeconds),
      topologySpreadConstraints: [spread],
    },
  };
}

/** The chart's own image with the version that the project chose, or another one as it stands. */
function imageValues(scope: IConstruct, image: string | undefined) {
  const { imageRegistry, pullPolicy } = DeploySettings.of(scope);
  if (image !== undefined) {
    return { repository: image, useRepositoryAsSoleImageReference: true, pullPolicy };
  }
  const tag = images.trino.slice(images.trino.lastIndexOf(":") + 1);
  return imageRegistry ? { registry: imageRegistry, tag, pullPolicy } : { tag, pullPolicy };
}

/** Options that the chart adds for upstream's image only when it comes from upstream's registry, and the environment's own. */
function jvmOptions(scope: IConstruct, { image, jvmOptions: given }: TrinoSettings): readonly string[] | undefined {
  if (image !== undefined || !DeploySettings.of(scope).imageRegistry) {
    return given;
  }
  // https://bugs.openjdk.org/browse/JDK-8329528
  return ["-XX:+UnlockDiagnosticVMOptions", "-XX:G1NumCollectionsKeepPinned=10000000", ...(given ?? [])];
}

/** Mebibytes that a query may take on a server. */
function queryMemory(scope: IConstruct, resources: Resources): number {
  return Math.floor((mebibytes(scope, resources.limits.memory) * heapPercent * queryShareOfHeap) / 100);
}

function server(
  resources: Resources,
  memory: number,
  annotations: { readonly [key: string]: string },
  options: readonly string[] | undefined,
) {
  return {
    // A fixed heap of the chart would be used in place of the percentage.
    jvm: { maxHeapSize: null, maxHeapPercent: heapPercent },
    config: { query: { maxMemoryPerNode: `${memory}MB` } },
    additionalJVMConfig: options,
    annotations,
    resources,
  };
}

/** The chart wants twice the grace at least: once before the tasks end, once after; a minute more is for the tasks. */
function gracefulShutdown(seconds: number) {
  return seconds === 0
    ? {}
    : {
        gracefulShutdown: { enabled: true, gracePeriodSeconds: seconds },
        terminationGracePeriodSeconds: 2 * seconds + 60,
      };
}

/** Workers on different nodes where there are several. */
const spread = {
  maxSkew: 1,
  topologyKey: "kubernetes.io/hostname",
  whenUnsatisfiable: "ScheduleAnyway",
  labelSelector: { matchLabels: { "app.kubernetes.io/name": "trino", "app.kubernetes.io/component": "worker" } },
};

/** Rules that keep metrics readable: with a file of rules nobody reads them who is not named. */
function withMetrics(rules: JsonObject): JsonObject {
  const given = Array.isArray(rules.system_information) ? rules.system_information : [];
  return { ...rules, system_information: [{ user: metricsUser, allow: ["read"] }, ...given] };
}

function properties(given: { readonly [property: string]: string } = {}): readonly string[] {
  return Object.entries(given).map(([property, value]) => `${property}=${value}`);
}

function lines(given: readonly string[]): string {
  return given.join("\n");
}
