import { WebService, type WebServiceUses, webServiceAddress } from "../constructs/services";
import { defineService, type ServiceSite } from "./definition";
import { common, commonFields, strict } from "./fields";
import { webServicesField } from "./parts/web-service-fields";
import { webServiceProblems } from "./parts/web-service-problems";
import {
  resolveWebService,
  type WebServiceSettings,
  type WebServicesSettings,
  webServiceBuckets,
  webServiceIdentities,
  webServiceWorkloads,
} from "./parts/web-service-settings";

/** Namespace when none is named: programs of one's own do not see the secrets of data services. */
const ownNamespace = "web-services";

const has = (settings: WebServicesSettings, used: (uses: WebServiceSettings["uses"]) => boolean) =>
  Object.values(settings.services).some(({ uses }) => used(uses));

const isThere = (record: object) => Object.keys(record).length > 0;

/** Programs of one's own that speak HTTP, such as a backend and a web page, by their names. */
export const webServices = defineService({
  input: strict({ ...commonFields, services: webServicesField.optional() }),
  resolve: (given, defaults): WebServicesSettings => ({
    ...common({ ...given, namespace: given.namespace ?? ownNamespace }),
    services: Object.fromEntries(
      Object.entries(given.services ?? {}).map(([name, each]) => [name, resolveWebService(each, defaults)]),
    ),
  }),
  needs: (settings) => [
    ...(webServiceBuckets(settings).length > 0 ? [["objectStore"]] : []),
    ...(has(settings, ({ keyValueStore }) => keyValueStore !== undefined) ? [["valkey"]] : []),
    ...(has(settings, ({ messageBroker }) => messageBroker !== undefined) ? [["kafka"]] : []),
    ...(has(settings, ({ queryEngines }) => isThere(queryEngines)) ? [["trino", "kyuubi", "clickhouse"]] : []),
  ],
  uses: ["postgres", "mariadb", "objectStore", "valkey", "kafka", "trino", "kyuubi", "clickhouse"],
  workloads: webServiceWorkloads,
  buckets: webServiceBuckets,
  googleIdentities: webServiceIdentities,
  check: webServiceProblems,
  build: (site, settings) => {
    const namespace = site.namespace(settings.namespace);
    const built = Object.entries(settings.services).map(([name, service]) => ({
      name,
      service: new WebService(site.scope, idOf(name), {
        ...service,
        context: site.context,
        namespace,
        name,
        secrets: keysOf(site, service.secrets),
        secretFiles: keysOf(site, service.secretFiles),
        uses: usesOf(site, name, settings),
      }),
    }));
    const all = built.map(({ service }) => service);
    return {
      address: all.map(({ url }) => url).join(", ") || undefined,
      ports: Object.fromEntries(built.map(({ name, service }) => [name, service.server])),
      webUis: all.flatMap(({ webUi }) => (webUi ? [webUi] : [])),
      metrics: all.flatMap(({ metrics }) => (metrics ? [metrics] : [])),
    };
  },
});

/** `order-api` becomes `WebOrderApi`: no other service's construct begins so. */
function idOf(name: string): string {
  return `Web-${name}`.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function keysOf({ declaredKey }: ServiceSite, references: { readonly [name: string]: string }) {
  return mapped(references, declaredKey);
}

function usesOf(site: ServiceSite, name: string, { namespace, services }: WebServicesSettings): WebServiceUses {
  const { database, bucket, queryEngines, need } = site;
  const uses = services[name]?.uses;
  const { keyValueStore: cache, messageBroker: queue } = uses ?? {};
  return {
    databases: mapped(uses?.databases ?? {}, (each) => need(database(each), name, `the database ${each}`)),
    buckets: mapped(uses?.buckets ?? {}, bucket),
    queryEngines: mapped(uses?.queryEngines ?? {}, (each) =>
      need(
        queryEngines.find((engine) => engine.name === each),
        name,
        `the query engine ${each}`,
      ),
    ),
    webServices: mapped(uses?.webServices ?? {}, (each) =>
      webServiceAddress({
        name: each,
        namespace: site.namespace(namespace),
        port: need(services[each], name, `the web service ${each}`).port,
      }),
    ),
    keyValueStore: cache === undefined ? undefined : { prefix: cache, store: need(site.keyValueStore, name, "valkey") },
    messageBroker: queue && { ...queue, broker: need(site.messageBroker, name, "kafka") },
  };
}

/** A record with other values. */
function mapped<From, To>(
  record: { readonly [key: string]: From },
  to: (value: From) => To,
): { readonly [key: string]: To } {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
}
