import type { FlinkConfig } from "../../constructs/services";
import { formatGiven, formatPath, type Problem } from "../../environments/schema/errors";
import { type Bytes, parseBytes } from "../../environments/schema/quantity";
import type { ServiceSettings } from "../definition";
import type { Resources } from "../fields";

/** What the checks of Flink look at. */
interface Checked {
  readonly namespace: string;
  readonly highAvailability: boolean;
  readonly flinkProperties: FlinkConfig;
  readonly jobs: { readonly [name: string]: { readonly config: FlinkConfig } };
  readonly jobManager: { readonly replicas: number; readonly resources: Resources };
  readonly taskManager: { readonly resources: Resources };
}

/** Settings that the operator refuses, and those that flows between pods depend on. */
const kept = [
  ...["kubernetes.namespace", "kubernetes.cluster-id", "high-availability.cluster-id"],
  ...["jobmanager.rpc.port", "blob.server.port", "rest.port", "taskmanager.rpc.port", "taskmanager.data.port"],
  ...["metrics.internal.query-service.port", "metrics.reporter.prom.port", "taskmanager.numberOfTaskSlots"],
];

/** Smallest memory with which Flink's own parts fit, of a job manager and a task manager. */
const floors = { jobManager: "768Mi", taskManager: "1Gi" } as const satisfies Record<string, Bytes>;

/** What no single setting of Flink shows. */
export function flinkProblems(
  settings: Checked,
  all: { readonly [service: string]: ServiceSettings },
): readonly Problem[] {
  return [...propertyProblems(settings), ...memoryProblems(settings), ...leaderProblems(settings, all)];
}

function propertyProblems({ flinkProperties, jobs }: Checked): readonly Problem[] {
  const places = [
    { path: ["flinkProperties"], config: flinkProperties },
    ...Object.entries(jobs).map(([name, { config }]) => ({ path: ["jobs", name, "flinkProperties"], config })),
  ];
  return [
    ...places.flatMap(({ path, config }) =>
      Object.keys(config)
        .filter((key) => kept.includes(key))
        .map((key) => ({
          path: formatPath([...path, key]),
          given: formatGiven(config[key]),
          allowed: "settings that do not come from the wiring",
          next: key.endsWith("Slots") ? "use taskManager.slots" : "leave it out",
        })),
    ),
    ...Object.keys(jobs)
      .filter((name) => name === "flink")
      .map((name) => ({
        path: `jobs.${name}`,
        given: `"${name}"`,
        allowed: "another name than that of the session cluster",
        next: "rename the job",
      })),
  ];
}

function memoryProblems(settings: Checked): readonly Problem[] {
  return (["jobManager", "taskManager"] as const).flatMap((part) => {
    const { memory } = settings[part].resources.requests;
    return parseBytes(memory) < parseBytes(floors[part])
      ? [
          {
            path: `${part}.resources.requests.memory`,
            given: `"${memory}"`,
            allowed: `${floors[part]} or more, of which Flink takes most for itself`,
            next: `give ${floors[part]} at least`,
          },
        ]
      : [];
  });
}

/** Leaders are chosen by ConfigMaps: the code of jobs may change those of its namespace, and so what other services do. */
function leaderProblems(
  { namespace, highAvailability, jobManager }: Checked,
  all: { readonly [service: string]: ServiceSettings },
): readonly Problem[] {
  if (!highAvailability) {
    return jobManager.replicas === 1
      ? []
      : [
          {
            path: "jobManager.replicas",
            given: String(jobManager.replicas),
            allowed: "one job manager without highAvailability",
            next: "use 1 or set highAvailability to true",
          },
        ];
  }
  const owner = Object.keys(all).find((name) => name !== "flink" && all[name]?.namespace === namespace);
  return owner
    ? [
        {
          path: "namespace",
          given: `"${namespace}"`,
          allowed: `a namespace without other services: a job could change the settings of ${owner} there`,
          next: "use one of its own, such as flink, or set highAvailability to false",
        },
      ]
    : [];
}
