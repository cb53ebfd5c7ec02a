import { formatGiven, type Problem } from "../errors";
import { platformNamespaces } from "../names";
import { parseBytes, parseCpu } from "../quantity";
import type { Resources } from "../resources";
import { type ServiceName, type Services, serviceNeeds } from "../services";
import { check } from "./check";

const isOn = (services: Services, name: ServiceName) => services[name] !== undefined;
const namesOn = (services: Services) => Object.keys(services) as ServiceName[];

const dependencies = check({ needs: ["services"], named: ["services"] }, ({ services }) => {
  const problems = namesOn(services).flatMap((name) =>
    serviceNeeds[name]
      .filter((choices) => !choices.some((choice) => isOn(services, choice)))
      .map(
        (choices): Problem => ({
          path: `services.${name}`,
          given: "on",
          allowed: `only together with ${choices.join(" or ")}`,
          next: `add services.${choices[0]} or remove services.${name}`,
        }),
      ),
  );
  const metastore = services.hiveMetastore;
  if (!metastore || isOn(services, metastore.database)) return problems;
  const other = metastore.database === "postgres" ? "mariadb" : "postgres";
  const next = isOn(services, other) ? `did you mean ${other}?` : `add services.${metastore.database}`;
  const path = "services.hiveMetastore.database";
  return [...problems, { path, given: formatGiven(metastore.database), allowed: "a database that is on", next }];
});

const galera = check({ needs: ["services"], named: ["services"] }, ({ services }) => {
  const replicas = services.mariadb?.replicas ?? 1;
  if (replicas % 2 === 1) return [];
  return [
    {
      path: "services.mariadb.replicas",
      given: String(replicas),
      allowed: "an odd number (Galera votes, and an even count can end in a draw)",
      next: `did you mean ${replicas + 1}?`,
    },
  ];
});

const namespaces = check({ needs: ["services"] }, ({ services }) => {
  const used = namesOn(services).flatMap((name): [path: string, namespace: string][] => {
    const own: [string, string] = [`services.${name}.namespace`, services[name]?.namespace ?? ""];
    if (name !== "sparkOperator") return [own];
    const jobs = services.sparkOperator?.jobNamespaces ?? [];
    return [own, ...jobs.map((job, i): [string, string] => [`services.sparkOperator.jobNamespaces[${i}]`, job])];
  });
  const taken: readonly string[] = platformNamespaces;
  return used
    .filter(([, namespace]) => taken.includes(namespace) || namespace.startsWith("kube-"))
    .map(
      ([path, namespace]): Problem => ({
        path,
        given: formatGiven(namespace),
        allowed: "a namespace that is not the platform's own",
        next: "use another one, such as data-platform",
      }),
    );
});

const jobNamespaces = check({ needs: ["services"] }, ({ services }) => {
  const { sparkOperator, ...others } = services;
  const owners = new Map(
    Object.entries(others).flatMap(([name, service]) => (service ? [[service.namespace, name] as const] : [])),
  );
  return (sparkOperator?.jobNamespaces ?? []).flatMap((namespace, i): Problem[] => {
    const owner = owners.get(namespace);
    if (!owner) return [];
    return [
      {
        path: `services.sparkOperator.jobNamespaces[${i}]`,
        given: formatGiven(namespace),
        allowed: `a namespace without data services: a job could read the secrets of ${owner} there`,
        next: "use one of its own, such as spark-jobs",
      },
    ];
  });
});

/** Every pair of requests and limits in the data services and Vault, by path. */
function resourcesOf(services: Services): readonly [path: string, Resources][] {
  return namesOn(services).flatMap((name): [string, Resources][] => {
    if (name !== "trino") return [[`services.${name}.resources`, services[name]?.resources as Resources]];
    const { coordinator, worker } = services.trino as NonNullable<Services["trino"]>;
    return [
      ["services.trino.coordinator", coordinator],
      ["services.trino.worker", worker],
    ];
  });
}

function aboveLimit([path, { requests, limits }]: readonly [string, Resources]): readonly Problem[] {
  const problem = (what: "cpu" | "memory", request: string, limit: string): Problem => ({
    path: `${path}.requests.${what}`,
    given: formatGiven(request),
    allowed: `at most limits.${what} ${formatGiven(limit)}`,
    next: "lower the request or raise the limit",
  });
  return [
    ...(limits.cpu && parseCpu(requests.cpu) > parseCpu(limits.cpu) ? [problem("cpu", requests.cpu, limits.cpu)] : []),
    ...(parseBytes(requests.memory) > parseBytes(limits.memory)
      ? [problem("memory", requests.memory, limits.memory)]
      : []),
  ];
}

const requestsWithinLimits = check({ needs: ["services"], clean: ["services"] }, ({ services }) =>
  resourcesOf(services).flatMap(aboveLimit),
);

const vaultRequestsWithinLimits = check({ needs: ["vault"], clean: ["vault"] }, ({ vault }) =>
  aboveLimit(["vault.resources", vault.resources]),
);

/** Rules on the data services and on what a pod may ask for. */
export const serviceChecks = [
  dependencies,
  galera,
  namespaces,
  jobNamespaces,
  requestsWithinLimits,
  vaultRequestsWithinLimits,
];
