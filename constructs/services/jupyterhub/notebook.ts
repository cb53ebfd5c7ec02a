import { images } from "../../../charts";
import { restrictedContainer } from "../../kubernetes";
import { keyOf, type SecretKey } from "../../secrets";
import type { DeploySettings } from "../../terraform";
import { isSparkConnect, type QueryEngine } from "../contracts";
import { exactTag, imageReference } from "../image-reference";
import { mebibytes } from "../memory";
import type { JupyterHub } from "./jupyterhub";
import { certificate, trustFile, trustFolder } from "./names";
import type { JupyterHubProps } from "./props";

/** User and group of Jupyter's images. */
const defaultUser = { user: 1000, group: 100 } as const;

/** A variable of the environment of notebooks: a value, or a key of their Secret. */
type Variable = string | { readonly secret: SecretKey };

/** Variables of the engines, each `<ENGINE>_HOST`, `_PORT` and so on, and of Spark Connect. */
export function notebookVariables({
  queryEngines,
  sparkCluster,
  catalogs,
}: Pick<JupyterHubProps, "queryEngines" | "sparkCluster" | "catalogs">): { readonly [variable: string]: Variable } {
  return {
    ...Object.assign({}, ...queryEngines.map(engineVariables)),
    // A driver inside a notebook would have to be reached by its executors; Spark Connect has it elsewhere.
    ...(sparkCluster && isSparkConnect(sparkCluster) ? { SPARK_REMOTE: sparkCluster.url } : {}),
    ...(catalogs.length > 0 ? { CATALOGS: catalogs.join(",") } : {}),
    CA_FILE: trustFile,
  };
}

function engineVariables({ name, host, port, tls, database, user }: QueryEngine): { readonly [key: string]: Variable } {
  const prefix = name.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return {
    [`${prefix}_HOST`]: host,
    [`${prefix}_PORT`]: String(port),
    [`${prefix}_TLS`]: String(tls),
    ...(database === undefined ? {} : { [`${prefix}_CATALOG`]: database }),
    ...(user
      ? {
          [`${prefix}_USER`]: typeof user.name === "string" ? user.name : { secret: user.name },
          [`${prefix}_PASSWORD`]: { secret: user.password },
        }
      : {}),
  };
}

/** Those of the variables that are secret. */
export function secretVariables(variables: ReturnType<typeof notebookVariables>): {
  readonly [variable: string]: SecretKey;
} {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([variable, value]) =>
      typeof value === "string" ? [] : [[variable, keyOf(value.secret.secret, value.secret.key)] as const],
    ),
  );
}

/** Value `singleuser` of the chart. */
export function notebookValues(
  scope: JupyterHub,
  props: JupyterHubProps,
  settings: DeploySettings,
  secretName: string | undefined,
) {
  const { user, group = defaultUser.group } = props.runAs ?? defaultUser;
  const image = imageReference(props.image ?? settings.image(images.notebook));
  const { requests, limits } = props.notebook;
  return {
    image: { name: image.repository, tag: exactTag(image), pullPolicy: settings.pullPolicy },
    // Where users are left to the namespace, the spawner must name none either.
    uid: settings.openshift ? null : user,
    fsGid: settings.openshift ? null : group,
    allowPrivilegeEscalation: false,
    // It would need rights over the network of the pod; a policy closes the address for all pods.
    cloudMetadata: { blockWithIptables: false },
    networkPolicy: { enabled: false },
    memory: { guarantee: spawnerMemory(scope, requests.memory), limit: spawnerMemory(scope, limits.memory) },
    cpu: { guarantee: cores(requests.cpu), ...(limits.cpu === undefined ? {} : { limit: cores(limits.cpu) }) },
    defaultUrl: "/lab",
    // A Service named trino would become TRINO_PORT.
    extraPodConfig: { enableServiceLinks: false },
    storage: {
      capacity: props.storage,
      dynamic: props.storageClass === undefined ? {} : { storageClass: props.storageClass },
      extraVolumes: {
        trust: {
          name: "trust",
          secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] },
        },
      },
      extraVolumeMounts: { trust: { name: "trust", mountPath: trustFolder, readOnly: true } },
    },
    extraEnv: Object.fromEntries(
      Object.entries(notebookVariables(props)).map(([variable, value]) => [
        variable,
        typeof value === "string"
          ? value
          : { name: variable, valueFrom: { secretKeyRef: { name: secretName ?? "", key: variable } } },
      ]),
    ),
  };
}

/** What the chart has no value for: the restricted profile for servers of people. */
export function spawnerConfig({ runAs }: JupyterHubProps) {
  const { user, group = defaultUser.group } = runAs ?? defaultUser;
  return {
    pod_security_context: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group,
      fsGroup: group,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    container_security_context: restrictedContainer,
    automount_service_account_token: false,
  };
}

/** Memory as the spawner takes it: `M` is 1024 * 1024 bytes there. */
function spawnerMemory(scope: JupyterHub, memory: string): string {
  return `${mebibytes(scope, memory)}M`;
}

function cores(cpu: string): number {
  return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
}
