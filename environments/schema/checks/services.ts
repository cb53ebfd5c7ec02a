import { operatorsOn, servicesOn } from "../../../catalogue/assembly/on";
import { formatGiven, type Problem } from "../errors";
import { platformNamespaces } from "../names";
import { type Bytes, isBytes, parseBytes, parseCpu } from "../quantity";
import type { Resources } from "../resources";
import type { Services } from "../services";
import { check } from "./check";

/** A list of names as a sentence has it: `a, b or c`. */
const either = (names: readonly string[]) =>
  names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names.join("");

const dependencies = check({ needs: ["services"], named: ["services"] }, ({ services }) => {
  const on = servicesOn(services);
  const names: readonly string[] = on.map(({ name }) => name);
  return on.flatMap(({ name, definition, settings }) =>
    (definition.needs?.(settings) ?? [])
      .filter((choices) => !choices.some((choice) => names.includes(choice)))
      .map(
        (choices): Problem => ({
          path: `services.${name}`,
          given: "on",
          allowed: `only together with ${either(choices)}`,
          next: `add services.${choices[0]} or remove services.${name}`,
        }),
      ),
  );
});

/** What the services that are on say of their own settings. */
function ownProblems(services: Services): readonly Problem[] {
  const on = servicesOn(services);
  const all = Object.fromEntries(on.map(({ name, settings }) => [name, settings]));
  return on.flatMap(({ name, definition, settings }) =>
    (definition.check?.(settings, all) ?? []).map((problem) => ({
      ...problem,
      path: problem.path === "" ? `services.${name}` : `services.${name}.${problem.path}`,
    })),
  );
}

/** Smallest volume that holds a store's own files and its first data. */
const storageFloor: Bytes = "1Gi";

/** Every volume in the data services, by path. */
function volumesOf(path: string, value: unknown): readonly [path: string, size: string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]): readonly [string, string][] => {
    const at = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    return key === "storage" && typeof part === "string" && isBytes(part) ? [[at, part]] : volumesOf(at, part);
  });
}

/** Volumes below the floor, but for those of services that know one of their own and have said so. */
function smallVolumes(services: Services, said: readonly Problem[]): readonly Problem[] {
  const isSaid = (volume: string) =>
    said.some(({ path }) => path.endsWith("storage") && path.split(".")[1] === volume.split(".")[1]);
  return volumesOf("services", services)
    .filter(([path, size]) => !isSaid(path) && parseBytes(size) < parseBytes(storageFloor))
    .map(
      ([path, size]): Problem => ({
        path,
        given: formatGiven(size),
        allowed: `at least ${storageFloor}, which a store's own files and its first data need`,
        next: `give ${storageFloor} or more`,
      }),
    );
}

const ownRules = check({ needs: ["services"] }, ({ services }) => {
  const own = ownProblems(services);
  return [...own, ...smallVolumes(services, own)];
});

const namespaces = check({ needs: ["services", "namespaces"] }, ({ services, namespaces: own }) => {
  const taken: readonly string[] = [
    ...platformNamespaces,
    ...operatorsOn(services).map(({ definition }) => definition.namespace),
  ];
  const used = servicesOn(services).flatMap(({ name, definition, settings }) => [
    [`services.${name}.namespace`, settings.namespace] as const,
    ...(definition.namespaces?.(settings) ?? []).map(
      (namespace, index) => [`services.${name}.jobNamespaces[${index}]`, namespace] as const,
    ),
  ]);
  return [...used, ...Object.keys(own).map((name) => [`namespaces.${name}`, name] as const)]
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

const aliases = check({ needs: ["services"], clean: ["services"] }, ({ services }) => {
  const seen = new Set<string>();
  return servicesOn(services).flatMap(({ name, settings }) =>
    settings.aliases.flatMap((alias, index): readonly Problem[] => {
      const key = `${settings.namespace}/${alias.name}`;
      const twice = seen.has(key);
      seen.add(key);
      return twice
        ? [
            {
              path: `services.${name}.aliases[${index}].name`,
              given: formatGiven(alias.name),
              allowed: `each name once in namespace ${settings.namespace}`,
              next: "remove one of the two",
            },
          ]
        : [];
    }),
  );
});

const isResources = (value: object): value is Resources => "requests" in value && "limits" in value;

/** Every pair of requests and limits in the data services, by path. */
function resourcesOf(path: string, value: unknown): readonly [path: string, Resources][] {
  if (typeof value !== "object" || value === null) return [];
  if (isResources(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, part]) =>
    resourcesOf(Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, part),
  );
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
  resourcesOf("services", services).flatMap(aboveLimit),
);

const vaultRequestsWithinLimits = check({ needs: ["vault"], clean: ["vault"] }, ({ vault }) =>
  aboveLimit(["vault.resources", vault.resources]),
);

/** Rules on the data services and on what a pod may ask for. */
export const serviceChecks = [
  dependencies,
  ownRules,
  namespaces,
  aliases,
  requestsWithinLimits,
  vaultRequestsWithinLimits,
];
