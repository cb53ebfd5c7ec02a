import type { INamespace } from "../../kubernetes";
import type { PodsEnd } from "../contracts";

/** Name of the release, and first part of the names of all that it makes. */
export const name = "jupyterhub";

/** Ports of the pods: pages at the proxy, the proxy's own API, the hub, and the server of a person. */
export const ports = { proxy: 8000, proxyApi: 8001, hub: 8081, notebook: 8888 } as const;

/** Secret with a certificate, of which only the authority's is read. */
export const certificate = `${name}-tls`;
/** Folder with the authority's certificate. */
export const trustFolder = "/etc/jupyterhub-tls";
/** Certificate of the authority. */
export const trustFile = `${trustFolder}/ca.crt`;

/** Key of the hub's Secret with the password of a person. */
export const passwordKey = (user: string) => `user.${user}`;

/** Pods of a part. */
export function jupyterHubPods(namespace: INamespace, component: "hub" | "proxy" | "singleuser-server"): PodsEnd {
  return {
    namespace,
    name: `${name}-${component === "singleuser-server" ? "notebook" : component}`,
    podLabels: { app: name, release: name, component },
  };
}
