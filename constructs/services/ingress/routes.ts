import type { WebUi } from "../contracts";

/** A page with the host that it has. */
export interface WebRoute {
  readonly ui: WebUi;
  readonly host: string;
}

/** Where the edge sends the requests of a host. */
export interface Backend {
  readonly route: WebRoute;
  /** Service, by its name, namespace and port. */
  readonly service: WebUi["service"];
  /** The pods behind it. */
  readonly server: WebUi["server"];
  /** Path that answers 200 without a login. */
  readonly healthPath: string;
  /** Whether the edge itself must ask for a password. */
  readonly password: boolean;
}

/** A route without anything in front of the page. */
export function directBackend(route: WebRoute, password: boolean): Backend {
  const { service, server, healthPath } = route.ui;
  return { route, service, server, healthPath, password };
}

/** Headers that every answer has, whatever the page itself sends. */
export const securityHeaders = {
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  // a page may frame itself, as Superset and Airflow do
  "X-Frame-Options": "SAMEORIGIN",
  "Referrer-Policy": "strict-origin-when-cross-origin",
} as const;

/** Secret with the certificate of all hosts. */
export const certificateSecret = "web-tls";
