import { existingNamespace } from "../../../../constructs/kubernetes";
import { WebService, type WebServiceProps, type WebServiceUses } from "../../../../constructs/services";
import type { DeploySettingsProps } from "../../../../constructs/terraform";
import { type DeliveredObject, objectsOf, releasesOf } from "../../../support/releases";
import { type ServiceStacks, serviceStacks, small } from "../service-stacks";

export const namespace = existingNamespace("shop");

export const nothingUsed: WebServiceUses = { databases: {}, buckets: {}, queryEngines: {}, webServices: {} };

/** A web service, with what a test changes; its settings may come from the stacks. */
export function webService(
  change: Partial<WebServiceProps> | ((stacks: ServiceStacks) => Partial<WebServiceProps>) = {},
  settings: DeploySettingsProps = {},
) {
  const stacks = serviceStacks(settings);
  const made = new WebService(stacks.services, "Backend", {
    context: stacks.context,
    namespace,
    name: "backend",
    image: "registry.example.com/shop/backend:1.4.2",
    user: 65532,
    replicas: 2,
    resources: small,
    port: 8080,
    health: { ready: "/ready", alive: "/alive", started: "/started", startSeconds: 60 },
    env: {},
    config: {},
    secrets: {},
    secretFiles: {},
    writable: ["/tmp"],
    graceSeconds: 45,
    drainSeconds: 15,
    rights: [],
    uses: nothingUsed,
    internet: false,
    outside: [],
    ...(typeof change === "function" ? change(stacks) : change),
  });
  const objects = objectsOf(releasesOf(stacks.services));
  const find = (kind: string) =>
    objects.filter((object) => object.kind === kind && object.metadata.namespace === namespace.name);
  return {
    ...stacks,
    made,
    all: find,
    one: (kind: string, name = "backend"): DeliveredObject => {
      const [found, ...others] = find(kind).filter(({ metadata }) => metadata.name === name);
      expect([kind, name, found !== undefined, others.length]).toEqual([kind, name, true, 0]);
      return found as DeliveredObject;
    },
    rows: () => stacks.flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`),
  };
}

/** What a test looks at in the pods of a Deployment. */
export interface PodTemplate {
  readonly metadata: { readonly annotations: { readonly [key: string]: string } };
  readonly spec: {
    readonly [key: string]: unknown;
    readonly containers: readonly [
      {
        readonly [key: string]: unknown;
        readonly env: readonly { readonly name: string; readonly value: string }[];
        readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
      },
    ];
    readonly volumes: readonly { readonly name: string; readonly [source: string]: unknown }[];
  };
}

/** The pods of a made web service. */
export function podsOf({ one }: Pick<ReturnType<typeof webService>, "one">): PodTemplate {
  return (one("Deployment").spec as { readonly template: PodTemplate }).template;
}

/** The environment that may be seen. */
export function environmentOf(made: Pick<ReturnType<typeof webService>, "one">): { readonly [name: string]: string } {
  return Object.fromEntries(podsOf(made).spec.containers[0].env.map(({ name, value }) => [name, value]));
}
