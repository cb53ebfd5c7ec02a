import { webServiceFolders } from "../../constructs/services";
import { formatGiven, formatPath, type Problem } from "../../environments/schema/errors";
import { closest } from "../../environments/schema/suggest";
import type { ServiceSettings } from "../definition";
import type { WebServiceSettings, WebServicesSettings } from "./web-service-settings";

/** What is looked at of the service `ingress`. */
interface EdgeSettings {
  readonly domain: string;
  readonly gateway?: { readonly certificateMap?: string };
}

type All = { readonly [service: string]: ServiceSettings };

/** What no single setting of web services shows. */
export function webServiceProblems(settings: WebServicesSettings, all: All): readonly Problem[] {
  return [
    ...Object.entries(settings.services).flatMap(([name, service]) => {
      const at = ["services", name];
      return [
        ...nameProblems(at, name, settings, all),
        ...sizeProblems(at, service),
        ...variableProblems(at, service),
        ...folderProblems(at, service),
        ...useProblems(at, name, { service, settings, all }),
      ];
    }),
    ...pageProblems(settings, all),
  ];
}

function problem(path: readonly string[], given: unknown, allowed: string, next: string): Problem {
  return { path: formatPath(path), given: formatGiven(given), allowed, next };
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function nameProblems(at: readonly string[], name: string, { namespace }: ServiceSettings, all: All) {
  const taken = Object.keys(all).find((service) => kebab(service) === name && all[service]?.namespace === namespace);
  return taken === undefined
    ? []
    : [problem(at, name, `a name that no service of namespace ${namespace} has: ${taken} has it`, "use another one")];
}

function sizeProblems(at: readonly string[], service: WebServiceSettings): readonly Problem[] {
  const { autoscale, replicas, drainSeconds, graceSeconds } = service;
  return [
    ...(autoscale && autoscale.max <= replicas
      ? [
          problem(
            [...at, "autoscale", "max"],
            autoscale.max,
            `more than replicas, which is the least: ${replicas}`,
            `give ${replicas + 1} or more, or leave autoscale out`,
          ),
        ]
      : []),
    ...(drainSeconds >= graceSeconds
      ? [
          problem(
            [...at, "drainSeconds"],
            drainSeconds,
            `less than graceSeconds (${graceSeconds}), of which it is the first part`,
            "lower it or raise graceSeconds",
          ),
        ]
      : []),
  ];
}

/** Variables that are there twice, as far as their names stand in the environment's file. */
function variableProblems(at: readonly string[], { env, secrets, uses }: WebServiceSettings): readonly Problem[] {
  const prefixes = [
    ...["databases", "buckets", "queryEngines", "webServices"].flatMap((kind) =>
      Object.keys(uses[kind as "databases"]).map((prefix) => ({ prefix, path: [...at, "uses", kind, prefix] })),
    ),
    ...(uses.keyValueStore ? [{ prefix: uses.keyValueStore, path: [...at, "uses", "keyValueStore"] }] : []),
    ...(uses.messageBroker
      ? [{ prefix: uses.messageBroker.prefix, path: [...at, "uses", "messageBroker", "prefix"] }]
      : []),
  ];
  return [
    ...Object.keys(secrets)
      .filter((variable) => variable in env)
      .map((variable) =>
        problem([...at, "secrets", variable], variable, "a variable that env does not have", "remove one of the two"),
      ),
    ...prefixes.flatMap(({ prefix, path }, index) =>
      prefixes.findIndex((other) => other.prefix === prefix) < index
        ? [problem(path, prefix, "a beginning of variables that nothing else in uses has", "use another word")]
        : [],
    ),
  ];
}

function folderProblems(at: readonly string[], { writable }: WebServiceSettings): readonly Problem[] {
  const taken = Object.values(webServiceFolders);
  return writable.flatMap((folder, index) => {
    const path = `${formatPath([...at, "writable"])}[${index}]`;
    const own = taken.find((each) => folder === each || folder.startsWith(`${each}/`));
    if (own !== undefined) {
      const allowed = `a folder outside ${taken.join(", ")}, which hold its files`;
      return [{ path, given: formatGiven(folder), allowed, next: "use another one" }];
    }
    return writable.indexOf(folder) < index
      ? [{ path, given: formatGiven(folder), allowed: "each folder once", next: "remove it" }]
      : [];
  });
}

interface Used {
  readonly service: WebServiceSettings;
  readonly settings: WebServicesSettings;
  readonly all: All;
}

/** What a web service uses and what is not there. */
function useProblems(at: readonly string[], name: string, { service, settings, all }: Used): readonly Problem[] {
  const { uses, googleServiceAccount } = service;
  const databases = ["postgres", "mariadb"].flatMap((server) => databasesOf(all[server]));
  const others = Object.keys(settings.services).filter((other) => other !== name);
  const unknown = (kind: "databases" | "webServices", known: readonly string[], what: string, next: string) =>
    Object.entries(uses[kind])
      .filter(([, wanted]) => !known.includes(wanted))
      .map(([prefix, wanted]) => {
        const meant = closest(wanted, known);
        const allowed = `${what}: ${known.join(", ") || "there is none"}`;
        return problem([...at, "uses", kind, prefix], wanted, allowed, meant ? `did you mean ${meant}?` : next);
      });
  return [
    ...unknown(
      "databases",
      databases,
      "one of services.postgres.databases and services.mariadb.databases",
      "add it to services.postgres.databases",
    ),
    ...unknown("webServices", others, "another web service", "add it to services.webServices.services"),
    ...(googleServiceAccount !== undefined && Object.keys(uses.buckets).length > 0 && isKeyless(all)
      ? [
          problem(
            [...at, "googleServiceAccount"],
            googleServiceAccount,
            "nothing beside uses.buckets: an account is made that opens them",
            "leave it out, or let that account open the buckets and leave them out of uses",
          ),
        ]
      : []),
  ];
}

function databasesOf(server: ServiceSettings | undefined): readonly string[] {
  return (server as { readonly databases?: readonly string[] } | undefined)?.databases ?? [];
}

/** Whether buckets are opened by the account of the pods. */
function isKeyless({ objectStore }: All): boolean {
  const store = objectStore as { readonly gcs?: { readonly access?: string } } | undefined;
  return store?.gcs?.access === "identity";
}

function pageProblems({ services }: WebServicesSettings, all: All): readonly Problem[] {
  const pages = Object.entries(services).flatMap(([name, { page }]) => (page ? [{ name, page }] : []));
  return pages.flatMap(({ name, page }, index) => {
    const at = ["services", name, "page"];
    const twin = pages
      .slice(0, index)
      .find((other) => page.host !== undefined && other.page.host === page.host && other.page.path === page.path);
    return [
      ...("ingress" in all
        ? []
        : [problem(at, page, "only together with ingress, which brings people to it", "add services.ingress")]),
      ...(page.host === undefined ? [] : uncertifiedHost([...at, "host"], page.host, all)),
      ...(twin
        ? [
            problem(
              at,
              `${page.host}${page.path ?? ""}`,
              `a host or a path that no other page has: ${twin.name} has it`,
              "give one of them another path",
            ),
          ]
        : []),
    ];
  });
}

/** A host that the certificate of the environment's edge does not have: it is for its domain and each name right below it. */
function uncertifiedHost(path: readonly string[], host: string, { ingress }: All): readonly Problem[] {
  const { domain, gateway } = (ingress ?? {}) as Partial<EdgeSettings>;
  return domain === undefined || gateway?.certificateMap === undefined || host.slice(host.indexOf(".") + 1) === domain
    ? []
    : [
        problem(
          path,
          host,
          `a host that the certificate has: one label before ${domain}`,
          `use ${host.split(".")[0]}.${domain}, or set google.edge.domain to the part behind the first dot`,
        ),
      ];
}
