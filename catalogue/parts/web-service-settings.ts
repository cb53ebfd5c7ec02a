import type { Defaults, GoogleIdentity, ServiceSettings, Workload } from "../definition";
import { ofSize, sized, sizedResources } from "../fields";
import { brokerGrants } from "./kafka-settings";
import type { GivenWebService } from "./web-service-fields";

/** User of images that name none of their own; the one that distroless images call `nonroot`. */
const nonroot = 65532;

/** Fills in what a web service leaves out. */
export function resolveWebService(given: GivenWebService, defaults: Defaults) {
  const { health = {}, uses = {}, autoscale, page, metrics, acceptance } = given;
  const ready = health.ready ?? "/health";
  const port = given.port ?? 8080;
  return {
    image: given.image,
    user: given.runAs?.user ?? nonroot,
    command: given.command,
    args: given.args,
    port,
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    autoscale: autoscale && {
      max: autoscale.max,
      // with nothing to look at it would never grow
      cpu: autoscale.cpu ?? (autoscale.memory === undefined ? 70 : undefined),
      memory: autoscale.memory,
      calmSeconds: autoscale.calmSeconds ?? 300,
    },
    resources: sizedResources(given.resources, defaults, [sized("50m", "128Mi"), sized("250m", "512Mi")]),
    health: {
      ready,
      alive: health.alive ?? ready,
      started: health.started ?? ready,
      startSeconds: health.startSeconds ?? 120,
    },
    env: given.env ?? {},
    config: given.config ?? {},
    /** Keys of declared secrets, `mount/path#key`. */
    secrets: given.secrets ?? {},
    secretFiles: given.secretFiles ?? {},
    writable: given.writable ?? ["/tmp"],
    graceSeconds: given.graceSeconds ?? 45,
    // Google's load balancers need some seconds to learn that a pod goes.
    drainSeconds: given.drainSeconds ?? 15,
    rights: given.rights ?? [],
    googleServiceAccount: given.googleServiceAccount,
    uses: {
      databases: uses.databases ?? {},
      buckets: uses.buckets ?? {},
      queryEngines: uses.queryEngines ?? {},
      webServices: uses.webServices ?? {},
      keyValueStore: uses.keyValueStore,
      messageBroker: uses.messageBroker && {
        prefix: uses.messageBroker.prefix,
        grants: brokerGrants(uses.messageBroker.grants),
      },
    },
    internet: given.internet ?? false,
    outside: Object.entries(given.outside ?? {}).map(([name, address]) => ({ name, ...address })),
    page: page && { ...page, login: page.login ?? ("none" as const) },
    acceptance: acceptance && {
      image: acceptance.image ?? given.image,
      command: acceptance.command,
      args: acceptance.args,
      resources: sizedResources(acceptance.resources, defaults, [sized("50m", "128Mi"), sized("250m", "512Mi")]),
    },
    metrics: metrics && { port: metrics.port ?? port, path: metrics.path ?? "/metrics" },
  };
}

/** A web service with every default filled in. */
export type WebServiceSettings = ReturnType<typeof resolveWebService>;

/** Settings of all web services. */
export interface WebServicesSettings extends ServiceSettings {
  /** By their names. */
  readonly services: { readonly [name: string]: WebServiceSettings };
}

/** Pods that the nodes must hold: all that an autoscaler may make. */
export function webServiceWorkloads({ services }: WebServicesSettings): readonly Workload[] {
  return Object.entries(services).map(([name, { replicas, autoscale, resources }]) => ({
    component: `web-${name}`,
    pods: autoscale?.max ?? replicas,
    resources,
  }));
}

/** Buckets that web services use, each once. */
export function webServiceBuckets({ services }: WebServicesSettings): readonly string[] {
  return [...new Set(Object.values(services).flatMap(({ uses }) => Object.values(uses.buckets)))].sort();
}

/** A Google service account for each web service that opens buckets. */
export function webServiceIdentities({ namespace, services }: WebServicesSettings): readonly GoogleIdentity[] {
  return Object.entries(services).flatMap(([name, { uses }]) => {
    const buckets = [...new Set(Object.values(uses.buckets))].sort();
    return buckets.length > 0
      ? [
          {
            name: `web-${name}`,
            kubernetes: [{ namespace, serviceAccount: name }],
            buckets: buckets.map((bucket) => ({ bucket, access: "write" as const })),
          },
        ]
      : [];
  });
}
