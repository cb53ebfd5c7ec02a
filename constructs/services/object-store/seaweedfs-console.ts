import { images } from "../../../charts";
import { clusterService, type INamespace, type KubernetesObject, readOnlyContainer } from "../../kubernetes";
import { type ExternalSecret, fixed, generated, keyOf } from "../../secrets";
import type { DeploySettings, JsonObject } from "../../terraform";
import type { PodsEnd, ServiceEndpoint, WebUi } from "../contracts";
import type { ServiceContext } from "../service-context";

/** What the pages for administrators ask for, in the store's pod. */
export const seaweedFsConsoleResources = {
  requests: { cpu: "10m", memory: "128Mi" },
  limits: { memory: "128Mi" },
} as const;

/** Name of the Service and of the Secret with the login. */
const name = "seaweedfs-console";

const port = 23646;

/** The pages for administrators of SeaweedFS. */
export interface SeaweedFsConsole {
  readonly server: ServiceEndpoint;
  readonly ui: WebUi;
  readonly login: ExternalSecret;
  readonly service: KubernetesObject;
  /** In the store's pod, as its aliases lead there with both ports. */
  readonly container: (settings: DeploySettings, image: string | undefined) => JsonObject;
}

/**
 * The pages for administrators, with a login; they keep nothing, as what they show is the master's.
 *
 * @param pods the store
 */
export function seaweedFsConsole(context: ServiceContext, namespace: INamespace, pods: PodsEnd): SeaweedFsConsole {
  const server = { end: pods, port };
  const secret = context.secrets.secret("seaweedfs/console", { user: fixed("admin"), password: generated(32) });
  return {
    server,
    ui: {
      name: "object-store",
      service: { namespace: namespace.name, name, port },
      server,
      healthPath: "/health",
      login: "own",
    },
    login: context.store(namespace).externalSecret({
      name,
      data: { user: keyOf(secret, "user"), password: keyOf(secret, "password") },
      follows: { by: "reloader" },
    }),
    service: clusterService({ name, namespace, labels: pods.podLabels ?? {}, ports: { console: port } }),
    container: (settings, image) => ({
      name: "console",
      image: settings.image(image ?? images.seaweedfs),
      imagePullPolicy: "IfNotPresent",
      command: ["weed", "admin", `-port=${port}`, "-master=localhost:9333", "-dataDir="],
      env: [variable("WEED_ADMIN_USER", "user"), variable("WEED_ADMIN_PASSWORD", "password")],
      ports: [{ name: "console", containerPort: port }],
      resources: seaweedFsConsoleResources,
      securityContext: readOnlyContainer,
      readinessProbe: { httpGet: { path: "/health", port: "console" }, periodSeconds: 10 },
      livenessProbe: { httpGet: { path: "/health", port: "console" }, periodSeconds: 20, failureThreshold: 6 },
    }),
  };
}

function variable(of: string, key: string): JsonObject {
  return { name: of, valueFrom: { secretKeyRef: { name, key } } };
}
