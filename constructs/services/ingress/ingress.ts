import { Construct } from "constructs";
import {
  CustomResources,
  type INamespace,
  type KubernetesObject,
  type Resources,
  serviceCertificate,
} from "../../kubernetes";
import { fixed, generated, keyOf } from "../../secrets";
import { PlatformError } from "../../terraform";
import type { WebUi } from "../contracts";
import { present } from "../present";
import type { ServiceContext } from "../service-context";
import { type GatewaySettings, gatewayObjects } from "./gateway";
import { loginProxies, type OidcLogin } from "./login-proxy";
import { openShiftRoute } from "./openshift";
import { type Backend, certificateSecret, directBackend, type WebRoute } from "./routes";
import { TraefikEdge, type TraefikService } from "./traefik";

/** What takes requests from outside. */
export type Edge =
  | ({ readonly kind: "traefik"; readonly service: TraefikService; readonly replicas: number } & {
      /** What each pod asks for. */
      readonly resources: Resources;
    })
  | ({ readonly kind: "gateway" } & GatewaySettings)
  /** The cluster's router; its ranges are those from which it calls pods. */
  | { readonly kind: "openshift"; readonly sources: readonly string[] };

/** Who is asked who somebody is, for pages that do not ask themselves. */
export type Login =
  | ({ readonly kind: "oidc"; readonly replicas: number; readonly resources: Resources } & OidcLogin)
  /** One user, `platform`, whose password is generated; at Traefik only. */
  | { readonly kind: "password" };

/** Settings of {@link Ingress}. */
export interface IngressProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly edge: Edge;
  /** Host of a page: its name and this. */
  readonly domain: string;
  /** Hosts of pages that have another, by the name of the page. */
  readonly hosts: { readonly [ui: string]: string };
  /** ClusterIssuer of the certificate. @default - the platform's own authority: Vault signs names inside the cluster only */
  readonly issuer?: string;
  /** @default - none: refused where a page has no login of its own */
  readonly login?: Login;
  /** Namespace of monitoring. @default - monitoring is off */
  readonly monitoring?: INamespace;
  /** Pages of the services that are on. */
  readonly webUis: readonly WebUi[];
}

/** Secret of the one user. */
const passwordSecret = "login-password";

/**
 * One host for each page, or a path of one that pages share, with TLS, and with a login in front of those pages that have none
 * of their own.
 *
 * @see https://doc.traefik.io/traefik/ for the edge of local clusters
 */
export class Ingress extends Construct {
  /** Addresses of the pages, by their names. */
  readonly urls: { readonly [ui: string]: string };
  private readonly routes: readonly WebRoute[];

  /**
   * @throws PlatformError for two pages of one name or host, a host of a page that is not there, no page at all, a page that
   * everybody could use, and a host that the certificate does not have
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: IngressProps,
  ) {
    super(scope, id);
    this.routes = this.checkedRoutes();
    const { edge, namespace, context } = props;
    this.checkCertificate();
    const port = edge.kind === "traefik" ? edge.service.ports.https : 443;
    this.urls = Object.fromEntries(
      this.routes.map(({ ui, host }) => [ui.name, `https://${host}${port === 443 ? "" : `:${port}`}${ui.path ?? ""}`]),
    );
    const open = this.routes.filter(({ ui }) => ui.login === "none");
    const { objects, backends } = this.guarded(open, port);
    const all = [
      ...this.routes.filter(({ ui }) => ui.login === "own").map((route) => directBackend(route, false)),
      ...backends,
    ];
    const before = this.before(objects, edge.kind !== "openshift" && !(edge.kind === "gateway" && edge.certificateMap));
    const dependsOn = present(before?.release.resource);
    switch (edge.kind) {
      case "traefik":
        new TraefikEdge(this, "Traefik", {
          ...edge,
          context,
          namespace,
          backends: all,
          monitoring: this.props.monitoring,
          passwordSecret: all.some(({ password }) => password) ? passwordSecret : undefined,
          dependsOn,
        });
        break;
      case "gateway":
        new CustomResources(this, "Gateway", {
          namespace,
          releaseName: "web-gateway",
          dependsOn,
          objects: gatewayObjects(namespace, edge, all),
        });
        this.allowEdge("load-balancer", edge.sources, all);
        break;
      case "openshift":
        new CustomResources(this, "Routes", {
          namespace,
          releaseName: "web-routes",
          dependsOn,
          objects: all.map(openShiftRoute),
        });
        this.allowEdge("router", edge.sources, all);
        break;
      default:
        edge satisfies never;
    }
  }

  private checkedRoutes(): readonly WebRoute[] {
    const { webUis, hosts, domain } = this.props;
    if (webUis.length === 0) {
      throw new PlatformError(this, "no service that is on has a page", "switch one on or leave ingress out");
    }
    const names = webUis.map(({ name }) => name);
    const unknown = Object.keys(hosts).filter((name) => !names.includes(name));
    if (unknown.length > 0) {
      throw new PlatformError(
        this,
        `there is no page ${unknown.join(", ")}`,
        `use some of ${[...names].sort().join(", ")}`,
      );
    }
    const taken = new Map<string, string>();
    return webUis.map((ui) => {
      const host = hosts[ui.name] ?? ui.host ?? `${ui.name}.${domain}`;
      const place = `${host}${ui.path ?? ""}`;
      const other = taken.get(place);
      if (other !== undefined) {
        throw new PlatformError(
          this,
          `the host ${place} is of two pages: ${other} and ${ui.service.namespace}/${ui.service.name}`,
          "give one of them another in `hosts`",
        );
      }
      taken.set(place, `${ui.service.namespace}/${ui.service.name}`);
      return { ui, host };
    });
  }

  /** A map's certificate is for the domain and each name right below it. */
  private checkCertificate(): void {
    const { edge, domain } = this.props;
    if (edge.kind !== "gateway" || edge.certificateMap === undefined) return;
    const bare = this.routes.find(({ host }) => host !== domain && host.slice(host.indexOf(".") + 1) !== domain);
    if (bare) {
      throw new PlatformError(
        this,
        `the host ${bare.host} is not in the certificate of ${domain}`,
        `use ${bare.ui.name}.${domain}, or the domain above that host as the domain of the edge`,
      );
    }
  }

  /** What stands in front of pages without a login. */
  private guarded(
    open: readonly WebRoute[],
    publicPort: number,
  ): { readonly objects: readonly KubernetesObject[]; readonly backends: readonly Backend[] } {
    const { login, context, namespace, edge } = this.props;
    if (open.length === 0) {
      return { objects: [], backends: [] };
    }
    if (login?.kind === "oidc") {
      return loginProxies(this, { ...login, oidc: login, context, namespace, routes: open, publicPort });
    }
    if (login?.kind === "password" && edge.kind === "traefik") {
      const secret = context.secrets.secret("ingress/password", {
        username: fixed("platform"),
        password: generated(24),
      });
      const { object } = context.store(namespace).externalSecret({
        name: passwordSecret,
        type: "kubernetes.io/basic-auth",
        data: { username: keyOf(secret, "username"), password: keyOf(secret, "password") },
        // Traefik watches the Secret
        follows: { by: "reader", name: "Traefik, which watches its Secrets" },
      });
      return { objects: [object], backends: open.map((route) => directBackend(route, true)) };
    }
    throw new PlatformError(
      this,
      `whoever reaches ${open.map(({ ui }) => ui.name).join(", ")} could use it: ${open.length > 1 ? "they have" : "it has"} no login`,
      edge.kind === "traefik" ? "set `login.oidc` or `login.password`" : "set `login.oidc`",
    );
  }

  /** Certificate and login, which the edge needs when it starts. */
  private before(objects: readonly KubernetesObject[], certified: boolean): CustomResources | undefined {
    const { context, namespace, issuer } = this.props;
    const certificate = certified
      ? [
          serviceCertificate({
            name: certificateSecret,
            namespace,
            issuer: issuer ?? context.vaultIssuer,
            dnsNames: [...new Set(this.routes.map(({ host }) => host))],
          }),
        ]
      : [];
    const all = [...certificate, ...objects];
    if (all.length === 0) {
      return undefined;
    }
    return new CustomResources(this, "Objects", {
      namespace,
      releaseName: "ingress-objects",
      // VLT-11: a certificate and a password have no pods to wait for
      wait: objects.some(({ kind }) => kind === "Deployment"),
      dependsOn: present(
        context.certificates.resource,
        objects.length > 0 ? context.store(namespace).resource : undefined,
      ),
      objects: all,
    });
  }

  /** Lets what is no pod of the platform call pages. */
  private allowEdge(name: string, cidrs: readonly string[], backends: readonly Backend[]): void {
    for (const { server } of backends) {
      this.props.context.flows.allow({
        from: { name, cidrs },
        to: server.end,
        ports: [server.port],
        reason: "brings people to pages and asks for their health",
      });
    }
  }
}
