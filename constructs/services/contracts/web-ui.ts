import type { ServiceEndpoint } from "./endpoint";

/** A page for people. */
export interface WebUi {
  /** First label of its host, such as `superset`. */
  readonly name: string;
  /** Host where the ingress names none for the page. @default - its name and the domain of the ingress */
  readonly host?: string;
  /** Beginning of the paths that are its own, such as `/api`, on a host that it shares. @default - all paths of its host */
  readonly path?: string;
  /** Namespace, name and port of its Service. */
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  /** The pods behind it, for the flow from the ingress. */
  readonly server: ServiceEndpoint;
  /** Path that answers 200 without a login, such as `/health`. */
  readonly healthPath: string;
  /** `own`: it has a login; `none`: who reaches it may use it, so that a login is put in front. */
  readonly login: "own" | "none";
}
